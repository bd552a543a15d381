"""A file of records put into the change log as a run of its own date, by the change detection of a walk.

The file is read once, in pieces, into a temp table; then one transaction applies it. So memory holds one
piece and what DuckDB's own limit allows, the rest lies beside the store, and a file that turns out to be
damaged changes nothing.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import duckdb

from hubaudit.errors import IncompleteError, UsageError
from hubaudit.store.changes import add_changes, recall_last
from hubaudit.store.dumps import dump_rows
from hubaudit.store.lines import HUB_FILES, hub_filesystem, is_parquet, pieces
from hubaudit.store.looks import add_looks
from hubaudit.store.rows import readable
from hubaudit.store.runs import COMPLETE, begin_run
from hubaudit.store.transaction import all_or_nothing
from hubaudit.store.typed import told, typed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from duckdb import DuckDBPyConnection

_SQL = (Path(__file__).parent / "imports.sql").read_text(encoding="utf-8")
_STEPS = dict(step.split("\n", 1) for step in _SQL.split("-- step: ")[1:])
_RUN = "import"


@dataclass(frozen=True, slots=True)
class Dump:
    """A file to import. `date` is when its list was so (None: its newest lastModified).

    A whole list also tells what is gone: what it lacks.
    """

    path: str
    kind: str
    endpoint: str
    date: datetime | None = None
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file brought. `records` name a repository, `odd` lines name none, `cards` are texts seen."""

    observed_at: datetime
    records: int
    odd: int
    changed: int
    gone: int
    cards: int


def import_dump(
    con: DuckDBPyConnection, dump: Dump, progress: Callable[[int], None] = lambda _: None
) -> Imported:
    """Put a file into the log of database `store`; doing so again changes nothing.

    `progress` hears how many bytes of the file are read.
    Raises UsageError, IncompleteError, StoreError.
    """
    with _staging(con):
        con.execute(
            _staged("select null::json as record, null::varchar as readme limit 0", create=True), _names(dump)
        )
        if is_parquet(dump.path):
            _stage_parquet(con, dump)
        else:
            _stage_lines(con, dump, progress)
        observed_at = dump.date or _newest(con, dump.path)
        with all_or_nothing(con):
            imported = _apply(con, dump, observed_at)
    return imported


@contextmanager
def _staging(con: DuckDBPyConnection) -> Iterator[None]:
    try:
        yield
    finally:
        con.execute("drop view if exists temp.listed")
        con.execute("drop table if exists temp.staged")


def _staged(rows: str, *, create: bool = False) -> str:
    """Write the statement that types rows of (record, readme) into the table `staged`."""
    found = f"select $kind as kind, 'found' as outcome, null::varchar as renamed_to, * from ({rows})"
    addressed = _STEPS["addressed"].format(rows=typed(told(found, is_list=True)))
    return ("create temp table staged as " if create else "insert into staged by name ") + addressed


def _names(dump: Dump) -> dict[str, str]:
    path = f"{'datasets/' if dump.kind == 'dataset' else ''}"
    return {
        "kind": dump.kind,
        "source": PurePosixPath(dump.path).name,
        "api": f"{dump.endpoint}/api/{dump.kind}s/",
        "page": f"{dump.endpoint}/{path}",
    }


def _stage_lines(con: DuckDBPyConnection, dump: Dump, progress: Callable[[int], None]) -> None:
    for text, done in pieces(dump.path):
        con.execute(_STEPS["lines"], {"text": text})
        broken = con.execute("select line from line where doc is null order by rowid").fetchall()
        if broken:  # JSON that escapes half a character can be mended; the rest is kept as it is
            con.execute("delete from line where doc is null")
            mended = [readable(line.encode()) for (line,) in broken]
            con.execute(_STEPS["mended"], {"lines": mended})
        con.execute(_staged(_STEPS["given"]), _names(dump))
        progress(done)


def _stage_parquet(con: DuckDBPyConnection, dump: Dump) -> None:
    is_remote = dump.path.startswith(HUB_FILES)
    if is_remote:
        con.register_filesystem(hub_filesystem())
    try:
        con.execute(_staged(dump_rows(con, dump.path)), _names(dump))
    except duckdb.Error as error:
        reason = str(error).split("\n", 1)[0]
        raise IncompleteError(f"cannot read {dump.path}: {reason}. Nothing of it was kept") from error
    finally:
        if is_remote:
            con.unregister_filesystem("hf")


def _newest(con: DuckDBPyConnection, path: str) -> datetime:
    row = con.execute(_STEPS["newest"]).fetchone()
    if row is None or row[0] is None:
        raise UsageError(f"no record in {path} carries lastModified: say when its list was so with --date")
    return datetime.fromtimestamp(row[0], UTC)


def _apply(con: DuckDBPyConnection, dump: Dump, observed_at: datetime) -> Imported:
    crawl_id = begin_run(con, _RUN, dump.kind, observed_at)
    run = {"crawl_id": crawl_id, "kind": dump.kind, "observed_at": observed_at}
    con.execute(_STEPS["first"])
    con.execute(_STEPS["moment"], {"observed_at": observed_at})
    con.execute(_STEPS["listed"])
    recall_last(con, dump.kind, observed_at)
    changed = add_changes(con, crawl_id)
    gone = _count(con, "gone", run | {"api": _names(dump)["api"]}) if dump.is_whole else 0
    _count(con, "still", run)
    add_looks(con)
    con.execute(_STEPS["cards"])
    con.execute(_STEPS["texts"])
    cards = _count(con, "texts_seen", {"observed_at": observed_at})
    records, odd = con.execute(_STEPS["counts"]).fetchone() or (0, 0)
    con.execute(_STEPS["end"], [observed_at, records + odd, COMPLETE, crawl_id])
    return Imported(observed_at, records, odd, changed, gone, cards)


def _count(con: DuckDBPyConnection, step: str, values: dict[str, object]) -> int:
    (count,) = con.execute(_STEPS[step], values).fetchone() or (0,)
    return int(count)
