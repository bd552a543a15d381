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
_UNTYPED = {name: _SHAPE[name] for name in ("lastModified", "private", "tags")}
_LISTED = {"id": "VARCHAR", "modelId": "VARCHAR", "downloads": "BIGINT", "likes": "BIGINT"}
_RELATION = "^base_model:(finetune|quantized|merge|adapter):"


def told(source: str, *, is_list: bool = False) -> str:
    """Write the SELECT that reads the records of `source`: the struct `told`, the hub_id, the change_hash.

    `source` is a SELECT with the columns repo_id, outcome, renamed_to and record (JSON or null). Of a row of
    a list the record tells the repo_id; its counters are added, and its `key`: the Hub's _id, else the name.

    The hash is a hint, and a cheap one: equal hashes say that nothing changed. Other ones say "look" (see
    changes.py), as tags may stand in another order and a field may be untold. Counters are no change.
    """
    shape = json.dumps(_SHAPE | (_LISTED if is_list else {}))
    named, keyed = "*", ""
    if is_list:
        repo_id = f"nullif(trim(coalesce({_text('id')}, {_text('modelId')})), '')"
        named = f"*, {repo_id} as repo_id, told.downloads as downloads, told.likes as likes"
        keyed = ", coalesce(told._id, lower(repo_id)) as key"
    return f"""
        select
            *, told._id as hub_id{keyed},
            hash((outcome, renamed_to, repo_id, told.sha, told.lastModified, told.tags, told.gated,
                told.disabled, told.private))::varchar          as change_hash
        from (
            select {named}
            from (select *, json_transform(record, '{shape}') as told from ({source}))
        )
    """


def typed(source: str) -> str:
    """Write the SELECT that puts the typed columns of raw.repo_log in the place of `told`.

    The Hub's tags tell license, base models and data sets in every kind of answer; the commit stands for all
    the rest. What the record does not tell is null.
    """
    return f"""
        select
            * exclude (told, tags),
            told.sha                                            as sha,
            if(told.siblings is null, 'listing', 'detail')      as shape,
            {_tagged("license:")}                               as license,
            {_tagged("base_model:")}                            as base_model,
            {_tagged("dataset:")}                               as datasets,
            told.gated                                          as gated,
            told.disabled = 'true'                              as is_disabled
        from (
            -- tags that begin with b, d or l: few, and all that the three columns need
            select
                *,
                list_sort(list_distinct(list_transform(
                    list_filter(told.tags, lambda tag: ord(tag) in (98, 100, 108)),
                    lambda tag: regexp_replace(tag, '{_RELATION}', 'base_model:')
                ))) as tags
            from ({source})
        )
    """


def untyped(record: str) -> str:
    """Write the struct of what makes a change and has no column: lastModified, private and tags."""
    return f"json_transform({record}, '{json.dumps(_UNTYPED)}')"


def _text(field: str) -> str:
    """Write the field's text, null for a number, a list, ...: those name nothing. Few need a second look."""
    return (
        f"if(regexp_matches(told.{field}, '^([-0-9\\[{{]|true$|false$)')"
        f" and json_type(record, '$.{field}') <> 'VARCHAR', null, told.{field})"
    )


def _tagged(prefix: str) -> str:
    """Write the list of what stands behind a tag prefix, each once, in order."""
    return (
        f"list_transform(list_filter(tags, lambda tag: starts_with(tag, '{prefix}')),"
        f" lambda tag: substr(tag, {len(prefix) + 1}))"
    )
