"""What code hosts said of linked repositories, and which of them a crawl still has to ask for."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING

from hubaudit.coded import CodeAnswer
from hubaudit.store.file import create_tables, opened
from hubaudit.store.keep import keep_code
from hubaudit.store.queue import open_to_read
from hubaudit.store.runs import begin_run, end_run
from hubaudit.store.transaction import all_or_nothing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from duckdb import DuckDBPyConnection

_RUN = "code"
_FIELDS = [field.name for field in fields(CodeAnswer)]
_ADD = (
    "insert or replace into raw.code_repo by name select "
    + ", ".join(f"${name} as {name}" for name in _FIELDS)
)  # fmt: skip
_COPY = """
    insert into raw.code_repo
    select row.* from {source}.raw.code_repo as row
    where row.host || '/' || row.repo in (select code_repo from raw.link)
    on conflict do nothing
"""
_KNOWN = f"""
    select {", ".join(_FIELDS)}
    from {{database}}.raw.code_repo
    where outcome = 'found' and host || '/' || repo in (select unnest($1))
"""


def add_code(con: DuckDBPyConnection, answers: Iterable[CodeAnswer]) -> None:
    """Put answers in the place of earlier ones on the same repositories."""
    for answer in answers:
        con.execute(_ADD, asdict(answer))


def copy_code(con: DuckDBPyConnection, source: str) -> bool:
    """Copy what database `source` knows of the code that texts here link; tell whether there was any."""
    (copied,) = con.execute(_COPY.format(source=source)).fetchone() or (0,)
    return bool(copied)


def known_code(con: DuckDBPyConnection, database: str, code_repos: Sequence[str]) -> dict[str, CodeAnswer]:
    """Return what is known of those that were found, by host/owner/name: what an ETag is worth asking for."""
    rows = con.execute(_KNOWN.format(database=database), [list(code_repos)]).fetchall()
    answers = (CodeAnswer(*row) for row in rows)
    return {f"{answer.host}/{answer.repo}": answer for answer in answers}


class CodeQueue:
    """The repositories that a run asks code hosts for: `sql` says which, in order, and takes `values`."""

    def __init__(self, store: Path, sql: str, values: Mapping[str, object], started_at: datetime) -> None:
        self._store = store
        self._sql = sql
        self._values = dict(values)
        self._started_at = started_at
        self._records = 0

    def waiting(self) -> int:
        """Return how many repositories are to be asked for."""
        with open_to_read(self._store) as con:
            count = f"select count(*) from ({self._sql})"
            (waiting,) = con.execute(count, self._values | {"limit": None}).fetchone() or (0,)
        return int(waiting)

    def first(self, count: int) -> list[tuple[str, CodeAnswer | None]]:
        """Return those to be asked for next, so many of them, each with what is known of it."""
        with open_to_read(self._store) as con:
            rows = con.execute(self._sql, self._values | {"limit": count}).fetchall()
            known = known_code(con, "store", [code_repo for (code_repo,) in rows])
        return [(code_repo, known.get(code_repo)) for (code_repo,) in rows]

    def keep(self, answers: Sequence[CodeAnswer], requests: int, *, is_complete: bool) -> None:
        """Write answers, all or none, and count them and the requests they took as this run's."""
        with opened(self._store, write=True) as con:
            create_tables(con)
            add_code(con, answers)
            self._records += len(answers)
            with all_or_nothing(con):
                keep_code(con)
                crawl_id = begin_run(con, _RUN, None, self._started_at)
                end_run(con, crawl_id, requests, self._records, is_complete=is_complete, vouches=False)
