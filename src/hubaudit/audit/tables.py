"""The tables of an audit: a database of its own beside the store, which appears whole or not at all.

`models.duckdb` has its tables in `models.audit.duckdb`. They are built in the folder `.models.audit`, which
also holds what DuckDB cannot keep in memory; a run that was killed leaves the last good tables, and the next
run clears the folder.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import duckdb
from filelock import FileLock, Timeout

from hubaudit.audit.answers import made_by
from hubaudit.audit.changed import add_prints
from hubaudit.audit.increment import build_increment
from hubaudit.audit.licenses import load_expressions
from hubaudit.audit.reading import versions
from hubaudit.errors import StoreError, StoreLockedError
from hubaudit.store import durable
from hubaudit.store.dumps import literal
from hubaudit.store.file import attached, show_raw, spill_into
from hubaudit.store.runs import last_run
from hubaudit.store.transaction import all_or_nothing
from hubaudit.warehouse.build import make, plan_for_little, unwatched
from hubaudit.warehouse.queries import load
from hubaudit.warehouse.reference import load_reference

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from hubaudit.warehouse.build import Progress

TABLES = "audit"  # the name of the database they are attached as
LAYERS = ("staging", "core", "grid", "rules")
_LOCK = "audit.lock"
_NEW, _SPILL = "new.duckdb", "spill"
_FEW = 2_000  # looks at repositories: fewer are a small store
_MOST_WASTE = 1.5  # times the size after a full build: increments leave empty places
# What the store holds, told by how much: rows are only added, but for readings of other patterns.
_STATE = (
    "repo_log", "text_seen", "text_scan", "mention", "link", "license_text", "license_clause", "code_repo",
)  # fmt: skip


def tables_path(store: Path) -> Path:
    """Return where the tables over a store are."""
    return store.with_name(f"{store.stem}.audit.duckdb")


def are_current(con: DuckDBPyConnection, store: Path) -> bool:
    """Whether the tables beside the store were made from what database `store` holds, by today's queries."""
    made = _made(con, tables_path(store))
    return made is not None and made[:2] == (_made_by(), _state(con))


def _made(con: DuckDBPyConnection, tables: Path) -> tuple[str, str, int] | None:
    """Return by what and from what tables were made, and their bytes after a full build.

    None: there are none, or they are damaged or of another DuckDB or hubaudit, and have to be made anew.
    """
    if not tables.exists():
        return None
    try:
        with shown(con, tables):
            return con.execute("select made_by, made_from, whole_bytes from audit.main.made").fetchone()
    except (StoreError, duckdb.Error):
        return None


def attach_tables(con: DuckDBPyConnection, path: Path) -> None:
    """Attach an audit's tables, read-only, as database `audit`, for good. Raises StoreError."""
    try:
        con.execute(f"attach {literal(str(path))} as {TABLES} (read_only)")
    except duckdb.Error as error:
        reason = str(error).split("\n", 1)[0]
        raise StoreError(f"cannot use {path}: {reason}. Delete it and run `hubaudit audit`") from error


@contextmanager
def shown(con: DuckDBPyConnection, path: Path) -> Iterator[None]:
    """Attach an audit's tables, read-only, as database `audit`. Raises StoreError."""
    attach_tables(con, path)
    try:
        yield
    finally:
        con.execute(f"detach database if exists {TABLES}")


@contextmanager
def scratch(store: Path) -> Iterator[Path]:
    """Give the folder in which tables are built to one process at a time, empty. Raises StoreLockedError."""
    folder = store.with_name(f".{store.stem}.audit")
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / _LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise StoreLockedError(f"another `hubaudit audit` works on {store}: wait until it ends") from None
    try:
        _clear(folder)
        yield folder
    finally:
        _clear(folder)
        lock.release()


def build_tables(store: Path, folder: Path, progress: Progress = unwatched) -> tuple[Path, int | None]:
    """Make all tables over the store in a new file in `folder`; return it, and how many models were judged.

    Where little changed since the last ones were made, only that is judged anew, with the same result. None:
    all were judged.
    """
    new, old = folder / _NEW, tables_path(store)
    judged = build_increment(store, old, folder, new, progress) if _may_grow(old) else None
    if judged is None:
        new.unlink(missing_ok=True)
        build_whole(store, folder / _SPILL, new, progress)
    with duckdb.connect(new) as con, attached(con, store):
        con.execute("update made set made_from = ?", [_state(con)])
    return new, judged


def build_whole(store: Path, spill: Path, new: Path, progress: Progress = unwatched) -> None:
    """Make all tables over the store in the new file `new`; what memory cannot hold lies in `spill`."""
    with duckdb.connect(new) as con:
        spill_into(con, spill)
        with attached(con, store), _at_once(con):
            show_raw(con)
            load_reference(con)
            load_expressions(con)
            make(con, load(), progress)
            add_prints(con)
            con.execute("drop schema raw cascade")  # views into the store, which is not in this file
        con.execute("checkpoint")
        con.execute(
            "create table made as select $1 as made_by, '' as made_from, $2::bigint as whole_bytes",
            [_made_by(), new.stat().st_size],
        )


@contextmanager
def _at_once(con: DuckDBPyConnection) -> Iterator[None]:
    """Make the tables of a small store at once, which waits for the disk once; `make` says why not all."""
    (looks,) = con.execute("select count(*) from store.raw.repo_log").fetchone() or (0,)
    if looks > _FEW:
        yield
        return
    plan_for_little(con)
    with all_or_nothing(con):
        yield


def _may_grow(tables: Path) -> bool:
    """Whether tables were made by today's queries, and are not mostly what increments left behind."""
    with duckdb.connect() as con:
        made = _made(con, tables)
    return made is not None and made[0] == _made_by() and tables.stat().st_size < _MOST_WASTE * made[2]


def put_in_place(new: Path, store: Path) -> None:
    """Let the new tables take the place of the old ones, so that it lasts. Who reads goes on with the old."""
    durable.put_in_place(new, tables_path(store))


def _made_by() -> str:
    return "/".join([made_by(), *versions().values()])


def _state(con: DuckDBPyConnection) -> str:
    counts = [con.execute(f"select count(*) from store.raw.{table}").fetchone() for table in _STATE]
    return "/".join([*(str(count[0]) for count in counts if count), str(last_run(con))])


def _clear(folder: Path) -> None:
    for path in folder.iterdir():
        if path.name != _LOCK:
            with suppress(OSError):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
