"""The runs that asked the Hub: their numbers, and how far the log is known to be complete."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

COMPLETE, INCOMPLETE = "complete", "incomplete"
_EPOCH = datetime.fromtimestamp(0, UTC)


def next_run(con: DuckDBPyConnection) -> int:
    """Return the number of a run that is not in the store yet."""
    (crawl_id,) = con.execute("select coalesce(max(crawl_id), 0) + 1 from store.raw.crawl").fetchone() or (1,)
    return int(crawl_id)


def begin_run(con: DuckDBPyConnection, kind: str, repo_kind: str | None, started_at: datetime) -> int:
    """Return the number of a run: a new one, or its own if it has written something before."""
    again = con.execute(
        "select crawl_id from store.raw.crawl"
        " where kind = ? and repo_kind is not distinct from ? and started_at = ?",
        [kind, repo_kind, started_at],
    ).fetchone()
    if again:
        return int(again[0])
    crawl_id = next_run(con)
    con.execute(
        "insert into store.raw.crawl (crawl_id, kind, repo_kind, started_at, outcome) values (?, ?, ?, ?, ?)",
        [crawl_id, kind, repo_kind, started_at, INCOMPLETE],
    )
    return crawl_id


def is_complete(con: DuckDBPyConnection, kind: str, repo_kind: str, started_at: datetime) -> bool:
    """Whether this walk is wholly in the log."""
    found = con.execute(
        "select 1 from store.raw.crawl where kind = ? and repo_kind = ? and started_at = ? and outcome = ?",
        [kind, repo_kind, started_at, COMPLETE],
    )
    return found.fetchone() is not None


def end_run(  # noqa: PLR0913 - the columns of one row
    con: DuckDBPyConnection,
    crawl_id: int,
    requests: int,
    records: int,
    *,
    is_complete: bool,
    since: datetime | None = None,
    vouches: bool = True,
) -> None:
    """Write down how a run ended. A complete walk vouches for every change before it started.

    A delta down to `since` does so only where an earlier walk vouches for what was before; a run over a part
    of the list, or over files, never does (`vouches`).
    """
    con.execute(
        """
        update store.raw.crawl as run
        set finished_at = $now, requests = coalesce(requests, 0) + $requests, records = $records,
            outcome = $outcome,
            watermark = if($is_complete and $vouches and ($since is null or $since <= (
                select max(watermark) from store.raw.crawl as other where other.repo_kind = run.repo_kind
            )), started_at, null)
        where crawl_id = $crawl_id
        """,
        {
            "now": datetime.now(UTC),
            "requests": requests,
            "records": records,
            "outcome": COMPLETE if is_complete else INCOMPLETE,
            "is_complete": is_complete,
            "since": since,
            "vouches": vouches,
            "crawl_id": crawl_id,
        },
    )


def watermark(con: DuckDBPyConnection, repo_kind: str, run_kind: str | None = None) -> datetime | None:
    """Return up to when the log is complete, by walks of any kind or of one; None before the first."""
    row = con.execute(
        "select epoch(max(watermark)) from store.raw.crawl"
        " where repo_kind = $1 and kind = coalesce($2, kind)",
        [repo_kind, run_kind],
    ).fetchone()
    return datetime.fromtimestamp(row[0], UTC) if row and row[0] is not None else None


def last_run(con: DuckDBPyConnection) -> tuple[int, datetime] | None:
    """Return the number and the end of the run that was the last to look; None for an empty store.

    The end of a run that was killed is not known: its start stands for it.
    """
    row = con.execute(
        "select crawl_id, epoch_us(coalesce(finished_at, started_at)) as seen_at from store.raw.crawl"
        " order by seen_at desc, crawl_id desc limit 1"
    ).fetchone()
    return (int(row[0]), _EPOCH + timedelta(microseconds=row[1])) if row else None


def incomplete_lists(con: DuckDBPyConnection) -> list[str]:
    """Return the kinds of repositories whose list is not known to be whole: models, and what else was walked.

    A list is whole once a walk vouches for it, while the newest walk over it did not stop half-way.
    """
    found = con.execute(
        """
        with walk as (
            select repo_kind, watermark, outcome, started_at from store.raw.crawl
            where kind in ('full', 'delta') and repo_kind is not null
            union all
            select 'model', null, null, null  -- without any walk there is no list of models
        )

        select repo_kind
        from walk
        group by repo_kind
        having max(watermark) is null or arg_max(outcome, started_at) <> $1
        order by repo_kind
        """,
        [COMPLETE],
    )
    return [kind for (kind,) in found.fetchall()]
