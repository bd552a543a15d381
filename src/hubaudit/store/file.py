"""The store's file: where it is, opening it, its schema version, and who holds it when it is taken.

A writer keeps everybody else out. Whoever only reads gets the published copy then: store/clone.py makes it.
"""

from __future__ import annotations

import logging
import os
import re
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from hubaudit.errors import StoreError, StoreLockedError, StoreVersionError, UsageError
from hubaudit.store.dumps import literal
from hubaudit.store.interrupt import interruptible
from hubaudit.store.transaction import all_or_nothing

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA_VERSION = 3
# For the tables of an audit, whatever the machine has: with what DuckDB does not count a process stays below
# 1.5 GB. Three million models need no more; a table that does gets it (warehouse/build.py).
MEMORY = "1200MB"
_FOLDER = Path(__file__).parent
_HOLDER = re.compile(r"Conflicting lock is held in (?P<program>.+?) \(PID (?P<pid>\d+)\)")
_FULL = re.compile("No space left on device|Disk quota exceeded|File too large")
_OTHER_FILE = "Name another file with --db, or move this one away"
# What a damaged file or a full disk raises while the store is in use. Anything else is a mistake of ours.
_LOG = logging.getLogger(__name__)  # `console` shows its warnings
_DAMAGE = (duckdb.IOException, duckdb.SerializationException, duckdb.FatalException)


def default_path() -> Path:
    """Return `HUBAUDIT_DB`, else hubaudit.duckdb in the platform's folder for user data."""
    given = os.environ.get("HUBAUDIT_DB")
    if given:
        return Path(given)
    from platformdirs import user_data_path  # noqa: PLC0415 - only when nothing names a path

    return user_data_path("hubaudit") / "hubaudit.duckdb"


def existing(path: Path) -> Path:
    """Return the path of a store that is there. Raises UsageError, which says how one comes about."""
    if not path.exists():
        raise UsageError(f"there is no store at {path} yet: run `hubaudit crawl`, or name another with --db")
    return path


def published(path: Path) -> Path:
    """Return where the copy of a store for readers is, if there is one."""
    return path.with_name(f"{path.stem}.current{path.suffix}")


def create_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Make the empty raw tables in the connection's current database."""
    con.execute((_FOLDER / "schema.sql").read_text(encoding="utf-8"))


@contextmanager
def opened(path: Path, *, write: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a connection of its own with the store as database `store`. Raises what `attached` raises."""
    with duckdb.connect() as con, attached(con, path, write=write), interruptible(con):
        # what does not fit into memory lies beside the store, where there is room for the rest, too
        con.execute("set temp_directory = $1", [f"{path}.tmp"])
        if not write:  # few rows are looked up at a time: starting threads would cost more than they save
            con.execute("set threads = 1")
        yield con


@contextmanager
def attached(con: duckdb.DuckDBPyConnection, path: Path, *, write: bool = False) -> Iterator[None]:
    """Attach the store as database `store`, created when it is opened to write, migrated when it is old.

    While another process writes to it, a reader gets the published copy. Raises StoreLockedError without
    one, StoreVersionError, StoreError.
    """
    if write:
        _make_folder(path)
    try:
        path = _attached_path(con, path, write=write)
        try:
            _bring_up_to_date(con, path, write=write)
            yield
        finally:
            con.execute("detach database if exists store")
    except duckdb.Error as error:
        if (
            isinstance(error, _DAMAGE) or type(error) is duckdb.Error
        ):  # a wrong checksum has no class of its own
            raise _explained(error, path) from error
        raise
    except RuntimeError as error:  # DuckDB's word for a Ctrl-C while it works
        if str(error) == "Query interrupted":
            raise KeyboardInterrupt from error
        raise


def _attached_path(con: duckdb.DuckDBPyConnection, path: Path, *, write: bool) -> Path:
    """Attach the store, or its copy where it is taken and only read; return which."""
    before = _inode(path)
    try:
        attach(con, path, write=write)
    except StoreLockedError:
        copy = published(path)
        if write or not _is_attached(con, copy):
            raise
        made_at = datetime.fromtimestamp(copy.stat().st_mtime, UTC)
        _LOG.warning("the store is being written to: reading its copy of %s UTC", f"{made_at:%Y-%m-%d %H:%M}")
        return copy
    if write and before not in {None, _inode(path)}:
        con.execute("detach store")  # it was written anew meanwhile (store/clone.py): this is the old file
        return _attached_path(con, path, write=write)
    return path


def _is_attached(con: duckdb.DuckDBPyConnection, copy: Path) -> bool:
    """Attach a copy; one that is not there, or is damaged, is no help."""
    try:
        if copy.exists():
            attach(con, copy)
            return True
    except StoreError:
        pass
    return False


def _inode(path: Path) -> int | None:
    """Tell one file of this name from the next."""
    try:
        return path.stat().st_ino
    except OSError:
        return None


def spill_into(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Prepare for large builds: what MEMORY cannot hold lies in `folder`, and rows need no order."""
    con.execute("set temp_directory = $1", [str(folder)])
    con.execute("set memory_limit = $1", [MEMORY])
    con.execute("set preserve_insertion_order = false")  # a query that needs an order asks for one


def show_raw(con: duckdb.DuckDBPyConnection) -> None:
    """Let SQL name the tables of database `store` raw.* in the connection's current database, as views."""
    con.execute("create schema if not exists raw")
    tables = con.execute(
        "select table_name from duckdb_tables() where database_name = 'store' and schema_name = 'raw'"
    ).fetchall()
    for (table,) in tables:
        con.execute(f"create view raw.{table} as select * from store.raw.{table}")


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"cannot make the folder of the store {path}: {error.strerror}. {_OTHER_FILE}"
        ) from error


def attach(con: duckdb.DuckDBPyConnection, path: Path, *, write: bool = False, name: str = "store") -> None:
    """Attach a file as it is, under a name. Raises StoreLockedError, StoreError."""
    try:
        con.execute(f"attach {literal(str(path))} as {name} ({'read_write' if write else 'read_only'})")
    except duckdb.Error as error:
        raise _explained(error, path) from error


def _bring_up_to_date(con: duckdb.DuckDBPyConnection, path: Path, *, write: bool) -> None:
    version = _version(con, path)
    if version > SCHEMA_VERSION:
        raise StoreVersionError(
            f"{path} was written by a newer hubaudit (schema {version}, this one knows {SCHEMA_VERSION}): "
            "upgrade hubaudit, or name another file with --db"
        )
    if version == SCHEMA_VERSION:
        return
    if not write:
        con.execute("detach store")
        attach(con, path, write=True)
    _migrate(con, version)


def _migrate(con: duckdb.DuckDBPyConnection, version: int) -> None:
    """Take the attached store from an older version to ours, wholly or not at all."""
    (before,) = con.execute("select current_database()").fetchone() or ("memory",)
    con.execute("use store")
    try:
        with all_or_nothing(con):
            if version == 0:
                create_tables(con)
            for step in range(version or SCHEMA_VERSION, SCHEMA_VERSION):
                con.execute((_FOLDER / f"migrate_{step}.sql").read_text(encoding="utf-8"))
            con.execute("update raw.meta set schema_version = ?", [SCHEMA_VERSION])
    finally:
        con.execute(f"use {before}")


def _version(con: duckdb.DuckDBPyConnection, path: Path) -> int:
    """Return the schema version of the attached store; 0 for a file without tables."""
    try:
        row = con.execute("select schema_version from store.raw.meta").fetchone()
    except (duckdb.CatalogException, duckdb.BinderException):  # no such table, or another program's
        row = None
    if row is not None:
        return int(row[0])
    # asked only now: the list of tables costs more than all the rest
    if con.execute("select 1 from duckdb_tables() where database_name = 'store' and not internal").fetchone():
        raise StoreError(f"{path} is a database of another program. {_OTHER_FILE}")
    return 0


def _explained(error: duckdb.Error, path: Path) -> StoreError:
    holder = _HOLDER.search(str(error))
    if holder:
        return StoreLockedError(
            f"the store {path} is in use by process {holder['pid']} ({holder['program']}): "
            "wait until it ends, or name another file with --db"
        )
    if _FULL.search(str(error)):
        return StoreError(
            f"the disk is full: {path} was not written, what was written before is good. "
            "Free some space and run it again"
        )
    reason = str(error).split("\n", 1)[0].rstrip(".!")
    return StoreError(f"cannot use the store {path}: {reason}. {_OTHER_FILE}")
