"""Answers given before: good while the queries are the same and nothing they rest on has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from duckdb import DuckDBPyConnection

_FIND = """
    select answer.root_key, answer.made_from, answer.report
    from store.cache.answer as answer
    join store.raw.closure as member on member.root_key = answer.root_key
    left join store.raw.repo_check as checked
        on checked.kind = member.kind and checked.repo_key = member.repo_key
    where answer.asked_key = lower(?) and answer.made_by = ?
    group by all
    having bool_and(coalesce(checked.checked_at >= ?, false))
"""
_COUNT = """
    select count(*) from store.raw.{table} as row
    join store.raw.closure as member on member.kind = row.kind and member.repo_key = lower(row.repo_id)
    where member.root_key = ?
"""


def find_answer(con: DuckDBPyConnection, asked: str, made_by: str, since: datetime) -> str | None:
    """Return the report (JSON) of this id, if all it rests on was checked since then and did not change."""
    row = con.execute(_FIND, [asked, made_by, since]).fetchone()
    if row is None:
        return None
    root_key, made_from, report = row
    return report if made_from == _state(con, root_key) else None


def keep_answer(con: DuckDBPyConnection, asked: str, root: str, made_by: str, report: str) -> None:
    """Remember the report of an id; the closure of `root` must have been kept before."""
    con.execute("delete from store.cache.answer where asked_key = lower(?)", [asked])
    state = _state(con, root.lower())
    con.execute(
        "insert into store.cache.answer values (lower(?), lower(?), ?, ?, ?)",
        [asked, root, made_by, state, report],
    )


def _state(con: DuckDBPyConnection, root_key: str) -> str:
    """Count the raw rows that a model's answer rests on: rows are only ever added."""
    counts = [
        con.execute(_COUNT.format(table=table), [root_key]).fetchone() for table in ("repo_log", "text_seen")
    ]
    return "/".join(str(count[0]) for count in counts if count)
