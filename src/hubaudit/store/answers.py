"""Answers that were given before: good while the queries are the same and nothing they were made from has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from duckdb import DuckDBPyConnection

# The closure's rows are append-only: their number tells whether any came since.
_STATE = """
    (
        select concat_ws('/', count(*), (
            select count(*) from store.raw.text_seen as file
            join store.raw.closure as of_file on of_file.kind = file.kind and of_file.repo_key = lower(file.repo_id)
            where of_file.root_key = member.root_key
        ))
        from store.raw.closure as of_repo
        join store.raw.repo_log as log on log.kind = of_repo.kind and lower(log.repo_id) = of_repo.repo_key
        where of_repo.root_key = member.root_key
    )
"""


def find_answer(con: DuckDBPyConnection, asked: str, made_by: str, since: datetime) -> str | None:
    """The report (JSON) that was given for this id, if all it needed was checked after `since` and stands as it was."""
    row = con.execute(
        f"""
        select any_value(answer.report)
        from store.cache.answer as answer
        join store.raw.closure as member on member.root_key = answer.root_key
        left join store.raw.repo_check as checked on checked.kind = member.kind and checked.repo_key = member.repo_key
        where answer.asked_key = lower($1) and answer.made_by = $2
        group by member.root_key
        having min(coalesce(checked.checked_at, '-infinity'::timestamptz)) >= $3 and any_value(answer.made_from) = {_STATE}
        """,
        [asked, made_by, since],
    ).fetchone()
    return row[0] if row else None


def keep_answer(con: DuckDBPyConnection, asked: str, root: str, made_by: str, report: str) -> None:
    """Remember the report of an id; its closure must have been kept before."""
    con.execute("delete from store.cache.answer where asked_key = lower(?)", [asked])
    con.execute(
        f"""
        insert into store.cache.answer
        select lower($1), member.root_key, $2, {_STATE}, $3::json
        from (select distinct root_key from store.raw.closure where root_key = lower($4)) as member
        """,
        [asked, made_by, report, root],
    )
