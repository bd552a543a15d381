"""What the store holds and which runs filled it, for `hubaudit status`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hubaudit.store.clone import size
from hubaudit.store.file import opened, published

if TYPE_CHECKING:
    from pathlib import Path

    from duckdb import DuckDBPyConnection

RUNS = 10  # how many of the last runs are told
_MOMENT = "strftime({} at time zone 'UTC', '%Y-%m-%dT%H:%M:%SZ')"
_SHOWN = """
    with last as (
        select arg_max(outcome, (observed_at, crawl_id)) as outcome
        from store.raw.repo_log
        where kind = ? and outcome <> 'renamed'
        group by coalesce(hub_id, lower(repo_id))
    )
    select count(*) from last where outcome = 'found'
"""
_RUNS = f"""
    select crawl_id, kind, repo_kind, {_MOMENT.format("started_at")} as started_at,
        {_MOMENT.format("finished_at")} as finished_at,
        round(epoch(finished_at) - epoch(started_at))::bigint as seconds, requests, records, outcome
    from store.raw.crawl
    order by crawl_id desc
    limit {RUNS}
"""


def file_state(path: Path) -> dict[str, Any]:
    """Return the store's place, bytes, and how many of these are free; when its copy for readers was made."""
    copy = published(path)
    with opened(path) as con:
        total, free = size(con)
        return {
            "path": str(path),
            "bytes": total,
            "free_bytes": free,
            "published_bytes": copy.stat().st_size if copy.exists() else None,
            "changes": _count(con, "repo_log"),
            "texts": _count(con, "text"),
            "odd_records": _count(con, "odd_record"),
        }


def last_runs(path: Path) -> list[dict[str, Any]]:
    """Return the last runs, the newest first."""
    with opened(path) as con:
        cursor = con.execute(_RUNS)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def shown(path: Path, kind: str) -> int:
    """Return how many repositories of a kind the Hub shows, as far as the store knows."""
    with opened(path) as con:
        (count,) = con.execute(_SHOWN, [kind]).fetchone() or (0,)
        return int(count)


def _count(con: DuckDBPyConnection, table: str) -> int:
    (count,) = con.execute(f"select count(*) from store.raw.{table}").fetchone() or (0,)
    return int(count)
