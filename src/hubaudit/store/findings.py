"""The life of findings: when each was seen first and last, and when it was gone. And how grids changed.

The temp table or view `verdict` holds what the rules say now (rule, repo_id, verdict, evidence, source_url,
path), the temp table `gone` the repo_key of each model that the Hub does not show any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubaudit.store.transaction import all_or_nothing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from duckdb import DuckDBPyConnection

# A finding is what a rule says of a model and of the end of its path: with other words it is the same one.
SAME = "{a}.rule = {b}.rule and {a}.repo_key = {b}.repo_key and lower({a}.path[-1]) = lower({b}.path[-1])"

_FLAGGED = """
    create or replace temp table flagged as
    select rule, lower(repo_id) as repo_key, repo_id, evidence, source_url, path
    from verdict
    where verdict = 'flagged'
"""
# What could not be judged now is neither standing nor gone: nothing is known of it.
_ENDED = f"""
    create or replace temp table ended as
    select old.rule, old.repo_key, old.path
    from store.raw.finding as old
    anti join flagged on {SAME.format(a="flagged", b="old")}
    anti join (
        select rule, lower(repo_id) as repo_key from verdict where verdict = 'unjudged'
    ) as open on open.rule = old.rule and open.repo_key = old.repo_key
    where old.resolved_at is null and (
        old.rule not in (select unnest($rules))
        or old.repo_key in (select repo_key from gone)
        or exists (
            select 1 from verdict where verdict.rule = old.rule and lower(verdict.repo_id) = old.repo_key
        )
    )
"""
_RESOLVE = f"""
    update store.raw.finding as old set resolved_at = $seen_at
    from ended
    where old.resolved_at is null and {SAME.format(a="ended", b="old")}
"""
_CONFIRM = f"""
    update store.raw.finding as old set last_seen_at = $seen_at
    from flagged
    where old.resolved_at is null and {SAME.format(a="flagged", b="old")}
"""
_REWORD = f"""
    update store.raw.finding as old
    set repo_id = flagged.repo_id, evidence = flagged.evidence, source_url = flagged.source_url,
        path = flagged.path
    from flagged
    where old.resolved_at is null and {SAME.format(a="flagged", b="old")}
        and (old.evidence <> flagged.evidence or old.source_url is distinct from flagged.source_url
            or old.path <> flagged.path or old.repo_id <> flagged.repo_id)
"""
_ADD = f"""
    insert into store.raw.finding by name
    select flagged.*, $seen_at as first_seen_at, $seen_at as last_seen_at
    from flagged
    anti join (from store.raw.finding where resolved_at is null) as old on {SAME.format(a="flagged", b="old")}
"""


def keep_findings(con: DuckDBPyConnection, rules: Sequence[str], seen_at: datetime) -> None:
    """Write what stands, what is new and what is gone into database `store`, all or nothing.

    `rules` are all that exist: what another one found is gone. Doing so again changes nothing.
    """
    con.execute(_FLAGGED)
    con.execute(_ENDED, {"rules": list(rules)})
    with all_or_nothing(con):
        for statement in (_RESOLVE, _CONFIRM, _REWORD, _ADD):
            con.execute(statement, {"seen_at": seen_at} if "$seen_at" in statement else {})


_GRIDS = """
    insert into store.raw.grid_log by name
    select model.repo_key, model.repo_id, model.signature, $made_by as made_by, $seen_at as observed_at
    from {grids} as model
    left join (
        select repo_key, arg_max(signature, observed_at) as signature
        from store.raw.grid_log
        group by repo_key
    ) as old on old.repo_key = model.repo_key
    where model.signature is distinct from old.signature
"""


def keep_grids(con: DuckDBPyConnection, grids: str, made_by: str, seen_at: datetime) -> None:
    """Write the grids that changed into database `store`: of table `grids` (repo_key, repo_id, signature).

    `made_by` names the queries that made them. Doing so again changes nothing.
    """
    con.execute(_GRIDS.format(grids=grids), {"made_by": made_by, "seen_at": seen_at})
