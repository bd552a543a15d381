"""What a record says in typed columns, and the hash that tells a change: one definition for every way in."""

from __future__ import annotations

import json

_SHAPE = {
    "_id": "VARCHAR",
    "sha": "VARCHAR",
    "lastModified": "VARCHAR",
    "tags": ["VARCHAR"],
    "gated": "VARCHAR",
    "disabled": "VARCHAR",
    "private": "VARCHAR",
    "siblings": "JSON",
}


def typed(source: str) -> str:
    """Write the SELECT that adds the typed columns of raw.repo_log to `source`.

    `source` is a SELECT with the columns repo_id, outcome, renamed_to and record (JSON or null). The Hub's
    tags tell license, base models and data sets in every kind of answer; the commit stands for all the rest.
    What the record does not tell is null. Counters (downloads, likes, ...) are no change.
    """
    return f"""
        with source as ({source}),

        parsed as (select *, json_transform(record, '{json.dumps(_SHAPE)}') as told from source),

        sorted as (select *, list_sort(told.tags) as tags from parsed)

        select
            * exclude (told, tags),
            told._id                                            as hub_id,
            told.sha                                            as sha,
            if(told.siblings is null, 'listing', 'detail')      as shape,
            {_tagged("license:", "license:")}                   as license,
            {_tagged("base_model:", "base_model:((finetune|quantized|merge|adapter):)?")}  as base_model,
            {_tagged("dataset:", "dataset:")}                   as datasets,
            told.gated                                          as gated,
            told.disabled = 'true'                              as is_disabled,
            md5(concat_ws(chr(31), outcome, coalesce(renamed_to, ''), repo_id, coalesce(told.sha, ''),
                coalesce(told.lastModified, ''), coalesce(array_to_string(tags, chr(30)), ''),
                coalesce(told.gated, ''), coalesce(told.disabled, ''), coalesce(told.private, '')
            ))                                                  as change_hash
        from sorted
    """


def _tagged(prefix: str, pattern: str) -> str:
    """Write the list of what stands behind a tag prefix, each once, in order."""
    tags = f"list_filter(tags, lambda tag: starts_with(tag, '{prefix}'))"
    return (
        f"list_sort(list_distinct(list_transform({tags}, lambda tag: regexp_replace(tag, '^{pattern}', ''))))"
    )
