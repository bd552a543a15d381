"""Whether a Hub that was made is as it was to be: shares asked for, and shares in the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubaudit.store.file import opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.hub_shape import Hub

_MADE = """
    with model as (
        select
            repo_id,
            license,
            from_json(record -> 'cardData' -> 'base_model', '["varchar"]')    as bases,
            datasets,
            (record -> 'cardData' -> 'language') is not null    as in_language
        from store.raw.repo_log
        where kind = 'model' and outcome = 'found' and sha is not null
            and observed_at = (
                select max(observed_at) from store.raw.repo_log where kind = 'dataset' and outcome = 'found'
            )
    ),

    edge as (select repo_id, unnest(bases) as base from model),

    child as (select base, count(*) as children from edge group by base)

    select
        count(*),
        avg((len(license) > 0)::integer),
        avg(coalesce(len(bases) > 0, false)::integer),
        avg((len(datasets) > 0)::integer),
        avg(in_language::integer),
        sum(len(bases)) / count(*),
        count(*) filter (len(bases) > 1) / count(*),
        max(len(bases)),
        (select max(children) from child where base <> all ($roots)),
        (select count(*) from edge where base in (select repo_id from model)) / (select count(*) from edge),
        (select max_by(base, children) from child),
        (select max(children) from child)
    from model
"""
_DEPTH = """
    with recursive edge as (
        select repo_id as child, unnest(base_model) as base
        from store.raw.repo_log
        where kind = 'model' and outcome = 'found'
    ),

    level as (
        select distinct child, 1 as depth from edge where base not in (select child from edge)
        union all
        select distinct edge.child, level.depth + 1
        from level join edge on edge.base = level.child
        where level.depth < 20 and edge.child <> level.child
    )

    select max(depth) from level
"""


def checked(hub: Hub, store: Path) -> Iterator[str]:
    """Yield lines that set what was asked for beside what came."""
    asked = hub.shares
    with opened(store) as con:
        row = con.execute(_MADE, {"roots": list(asked.roots)}).fetchone() or ()
        (depth,) = con.execute(_DEPTH).fetchone() or (None,)
    models, licensed, based, with_data, in_language, edges, several, parents, next_most, known, root, most = (
        row
    )
    wanted = asked.based * (1 + asked.multi_parent * (asked.parents_each - 1))
    largest = max(asked.roots.values()) * wanted * models
    yield f"asked for, and made: {models:,} models, a root with {largest:,.0f} children"
    for name, share, made in (
        ("without license", 1 - asked.licensed, 1 - licensed),
        ("with a base", asked.based, based),
        ("with several", asked.based * asked.multi_parent, several),
        ("with data sets", asked.with_dataset, with_data),
        ("with a language", asked.in_language, in_language),
        ("bases a model", wanted, edges),
        ("bases in the Hub", 1 - asked.unknown_base - asked.case_wrong, known),
    ):
        yield f"  {name:<17}{share:8.2%} {made:8.2%}"
    yield f"  at most {parents} bases, depth {depth}, {root} has {most:,} children, the next {next_most:,}"
