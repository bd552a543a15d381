"""Questions over the log: what changed between two moments."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from hubaudit.audited import Change
from hubaudit.errors import UsageError
from hubaudit.store.file import existing, opened
from hubaudit.warehouse.queries import own_sql

if TYPE_CHECKING:
    from pathlib import Path

    from duckdb import DuckDBPyConnection


def diff(store: Path, before: str, after: str) -> tuple[datetime, datetime, list[Change]]:
    """Return the two moments and what changed between them.

    A moment is a date (its end), a timestamp, or `crawl:N` (that run's end). Raises UsageError, StoreError.
    """
    with opened(existing(store)) as con:
        start, end = moment(con, before), moment(con, after)
        if start > end:
            raise UsageError(f"{before} is later than {after}: give the earlier moment first")
        con.execute("use store")
        sql = own_sql("history/diff.sql")
        rows = con.execute(sql, {"from": start, "to": end}).fetchall()
        con.execute("use memory")
    return start, end, [Change(*row) for row in rows]


def moment(con: DuckDBPyConnection, text: str) -> datetime:
    """Return the moment that a date, a timestamp or `crawl:N` means. Raises UsageError."""
    if run := re.fullmatch(r"crawl:(\d{1,9})", text):
        return _end_of_run(con, int(run[1]))
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"{text!r} is no moment: write a date such as 2026-08-19, a timestamp, or crawl:N"
        ) from None
    if re.fullmatch(r"\d{4}-?\d\d-?\d\d", text):
        given = datetime.combine(given, time.max)
    return given if given.tzinfo else given.replace(tzinfo=UTC)


def _end_of_run(con: DuckDBPyConnection, crawl_id: int) -> datetime:
    row = con.execute(
        "select epoch(coalesce(finished_at, started_at)) from store.raw.crawl where crawl_id = ?", [crawl_id]
    ).fetchone()
    if row is None:
        raise UsageError(f"there is no crawl:{crawl_id} in this store")
    # seconds lose their last digits: what the run saw must lie before its end
    return datetime.fromtimestamp(row[0], UTC) + timedelta(microseconds=1)
