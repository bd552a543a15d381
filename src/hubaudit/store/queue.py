"""The files that a crawl still has to ask for, and its answers, kept a batch at a time.

The store is open only while the queue is read or a batch is written. Nothing is remembered beside it: what it
has no answer on is asked for again.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from hubaudit.store.file import create_tables, opened
from hubaudit.store.keep import keep_files
from hubaudit.store.rows import add_files
from hubaudit.store.runs import begin_run, end_run
from hubaudit.store.transaction import all_or_nothing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from hubaudit.model import FileAnswer
    from hubaudit.store.rows import Text

_RUN = "files"


class Wanted(NamedTuple):
    """A file to ask for."""

    kind: str
    repo_id: str
    commit: str
    path: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose files. `names` and `owners` are in lower case (None: all); what changed in `runs` comes first."""

    kinds: Sequence[str]
    runs: Sequence[int] = ()
    names: Sequence[str] | None = None
    owners: Sequence[str] | None = None


class Queue:
    """The queue of one run over files. `sql` says what is wanted and in which order; it takes a scope."""

    def __init__(self, store: Path, sql: str, started_at: datetime) -> None:
        self._store = store
        self._sql = sql
        self._started_at = started_at
        self._records = 0

    def waiting(self, scope: Scope) -> int:
        """Return how many files are to be asked for."""
        with open_to_read(self._store) as con:
            values = _values(scope, None)
            (count,) = con.execute(f"select count(*) from ({self._sql})", values).fetchone() or (0,)
        return int(count)

    def first(self, scope: Scope, count: int) -> list[Wanted]:
        """Return the files to be asked for next, so many of them."""
        with open_to_read(self._store) as con:
            return [Wanted(*row) for row in con.execute(self._sql, _values(scope, count)).fetchall()]

    def keep(self, seen: Sequence[tuple[FileAnswer, Text | None]], requests: int) -> None:
        """Write answers and texts, all or none, and count them and the requests they took as this run's."""
        with opened(self._store, write=True) as con:
            create_tables(con)
            add_files(con, seen)
            with all_or_nothing(con):
                keep_files(con)
                self._count(con, len(seen), requests, is_complete=False)

    def end(self, requests: int, *, is_complete: bool) -> None:
        """Write down how the run ended, whether or not there was anything to keep."""
        with opened(self._store, write=True) as con, all_or_nothing(con):
            self._count(con, 0, requests, is_complete=is_complete)

    def _count(self, con: DuckDBPyConnection, records: int, requests: int, *, is_complete: bool) -> None:
        crawl_id = begin_run(con, _RUN, None, self._started_at)
        end_run(con, crawl_id, requests, self._records + records, is_complete=is_complete, vouches=False)
        self._records += records


@contextmanager
def open_to_read(store: Path) -> Iterator[DuckDBPyConnection]:
    """Open a store, and its tables as raw.*, to read with every thread: the question goes over all of it."""
    with opened(store) as con:
        con.execute("reset threads")
        con.execute("use store")
        try:
            yield con
        finally:
            con.execute("use memory")


def _values(scope: Scope, limit: int | None) -> dict[str, object]:
    return {
        "kinds": list(scope.kinds),
        "runs": list(scope.runs),
        "names": scope.names and list(scope.names),
        "owners": scope.owners and list(scope.owners),
        "limit": limit,
    }
