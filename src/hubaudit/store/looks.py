"""What every look at a list tells and is no change: when a repository was seen, and its counters.

One row per repository, for millions of them: rows that are there are updated in one pass, the others added.
There is no index to keep. The temp table or view `listed` holds the rows, as in changes.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_STATEMENTS = (
    """
    create or replace temp table checked as
    select kind, lower(repo_id) as repo_key, max(observed_at) as checked_at
    from listed
    where repo_id is not null
    group by all
    """,
    """
    update store.raw.repo_check as old
    set checked_at = checked.checked_at
    from checked
    where checked.kind = old.kind and checked.repo_key = old.repo_key and checked.checked_at > old.checked_at
    """,
    """
    insert into store.raw.repo_check
    select * from checked
    where not exists (
        select 1 from store.raw.repo_check as old
        where old.kind = checked.kind and old.repo_key = checked.repo_key
    )
    """,
    """
    update store.raw.popularity as old
    set observed_at = listed.observed_at,
        -- a counter that was not told this time is still what it was
        downloads = coalesce(listed.downloads, old.downloads), likes = coalesce(listed.likes, old.likes)
    from listed
    where listed.kind = old.kind and listed.key = old.key and listed.repo_id is not null
        and listed.observed_at > old.observed_at and coalesce(listed.downloads, listed.likes) is not null
    """,
    """
    insert into store.raw.popularity
    select kind, key, observed_at, downloads, likes
    from listed
    where repo_id is not null and coalesce(downloads, likes) is not null and not exists (
        select 1 from store.raw.popularity as old where old.kind = listed.kind and old.key = listed.key
    )
    """,
    "drop table checked",
)


def add_looks(con: DuckDBPyConnection) -> None:
    """Write down when each repository of `listed` was seen, and its counters; the later look counts."""
    for statement in _STATEMENTS:
        con.execute(statement)
