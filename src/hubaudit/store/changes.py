"""What of a list is new to the log: one change detection for walks and for imports.

The temp table or view `listed` holds the rows: the columns of raw.repo_log but crawl_id, and the `key`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from duckdb import DuckDBPyConnection

# The last thing known of each repository, by the Hub's _id: names change hands.
_LAST = """
    create or replace temp table last as
    select
        kind,
        coalesce(hub_id, lower(repo_id))                                    as key,
        arg_max(repo_id, (observed_at, crawl_id))                           as repo_id,
        arg_max(outcome, (observed_at, crawl_id))                           as outcome,
        any_value(hub_id)                                                   as hub_id,
        -- an answer on one repository and a row of a list hash alike: either is the last word
        arg_max(change_hash, (observed_at, crawl_id))                       as change_hash,
        max(observed_at)                                                    as observed_at
    from store.raw.repo_log
    where kind = $kind and outcome <> 'renamed' and observed_at <= coalesce($until, 'infinity'::timestamptz)
    group by all
"""
_ADD_ODD = """
    insert into store.raw.odd_record
    select distinct $crawl_id, observed_at, kind, url, record
    from listed
    where repo_id is null and not exists (
        select 1 from store.raw.odd_record as old
        where old.kind = listed.kind and old.observed_at = listed.observed_at
            and old.url = listed.url and old.record is not distinct from listed.record
    )
"""
_ADD_RENAMED = """
    insert into store.raw.repo_log by name
    select
        $crawl_id as crawl_id, listed.observed_at, listed.kind, last.repo_id, listed.hub_id,
        'renamed' as outcome, listed.repo_id as renamed_to, md5('renamed' || listed.repo_id) as change_hash,
        listed.url
    from listed
    join last on last.kind = listed.kind and last.key = listed.key
    where last.outcome = 'found' and lower(last.repo_id) <> lower(listed.repo_id)
        and listed.observed_at >= last.observed_at
        -- a name that another repository took leads nowhere else
        and lower(last.repo_id) not in (
            select lower(other.repo_id) from listed as other where other.repo_id is not null
        )
        and not exists (
            select 1 from last as other
            where other.outcome = 'found' and other.key <> last.key
                and lower(other.repo_id) = lower(last.repo_id)
        )
"""
_ADD_CHANGED = """
    insert into store.raw.repo_log by name
    select listed.* exclude (key), $crawl_id as crawl_id
    from listed
    left join last on last.kind = listed.kind and last.key = listed.key
    where listed.repo_id is not null
        and last.change_hash is distinct from listed.change_hash
        -- pages may have waited while somebody looked again: the later look is the better one
        and coalesce(listed.observed_at >= last.observed_at, true)
"""


def recall_last(con: DuckDBPyConnection, kind: str, until: datetime | None = None) -> None:
    """Put what the log of database `store` last knew, at a moment or now, into the temp table `last`."""
    con.execute(_LAST, {"kind": kind, "until": until})


def add_changes(con: DuckDBPyConnection, crawl_id: int) -> int:
    """Log what `listed` says otherwise than `last`, inside the caller's transaction; return how much."""
    for statement in (_ADD_ODD, _ADD_RENAMED):
        con.execute(statement, {"crawl_id": crawl_id})
    (changed,) = con.execute(_ADD_CHANGED, {"crawl_id": crawl_id}).fetchone() or (0,)
    return int(changed)
