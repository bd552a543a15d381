"""The store's file: where it is, opening it, its schema version, and who holds it when it is taken."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from hubaudit.errors import StoreError, StoreLockedError, StoreVersionError

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA_VERSION = 1
_FOLDER = Path(__file__).parent
_HOLDER = re.compile(r"Conflicting lock is held in (?P<program>.+?) \(PID (?P<pid>\d+)\)")


def default_path() -> Path:
    """`HUBAUDIT_DB`, else hubaudit.duckdb in the platform's folder for user data."""
    given = os.environ.get("HUBAUDIT_DB")
    if given:
        return Path(given)
    from platformdirs import user_data_path  # noqa: PLC0415 - only when nothing names a path

    return user_data_path("hubaudit") / "hubaudit.duckdb"


def create_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Make the empty raw tables in the connection's current database."""
    con.execute((_FOLDER / "schema.sql").read_text(encoding="utf-8"))


@contextmanager
def attached(con: duckdb.DuckDBPyConnection, path: Path, *, write: bool = False) -> Iterator[None]:
    """The store as database `store` of this connection, created or migrated when it is opened to write.

    Raises StoreLockedError, StoreVersionError, StoreError.
    """
    if write:
        path.parent.mkdir(parents=True, exist_ok=True)
    try:
        con.execute(f"attach {_quoted(path)} as store ({'read_write' if write else 'read_only'})")
    except duckdb.Error as error:
        raise _explained(error, path) from error
    try:
        _bring_up_to_date(con, path, write=write)
        yield
    finally:
        con.execute("detach store")


def _bring_up_to_date(con: duckdb.DuckDBPyConnection, path: Path, *, write: bool) -> None:
    version = _version(con)
    if version > SCHEMA_VERSION:
        raise StoreVersionError(
            f"{path} was written by a newer hubaudit (schema {version}, this one knows {SCHEMA_VERSION}): "
            "upgrade hubaudit, or name another file with --db"
        )
    if not write or version == SCHEMA_VERSION:
        return
    before = con.execute("select current_database()").fetchone() or ("memory",)
    con.execute("use store")
    con.begin()
    try:
        if version == 0:
            create_tables(con)
        for step in range(max(version, 1), SCHEMA_VERSION):
            con.execute((_FOLDER / f"migrate_{step}.sql").read_text(encoding="utf-8"))
        con.commit()
    except BaseException:
        con.rollback()
        raise
    finally:
        con.execute(f"use {before[0]}")


def _version(con: duckdb.DuckDBPyConnection) -> int:
    """The schema version of the attached store; 0 for a file without our tables."""
    known = con.execute(
        "select 1 from duckdb_tables() where database_name = 'store' and schema_name = 'raw' and table_name = 'meta'"
    ).fetchone()
    if not known:
        return 0
    row = con.execute("select schema_version from store.raw.meta").fetchone()
    return int(row[0]) if row else 0


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _explained(error: duckdb.Error, path: Path) -> StoreError:
    holder = _HOLDER.search(str(error))
    if holder:
        return StoreLockedError(
            f"{path} is being written by process {holder['pid']} ({holder['program']}): "
            "wait until it ends, or name another file with --db"
        )
    reason = str(error).split("\n", 1)[0]
    return StoreError(f"cannot open the store {path}: {reason}. Name another file with --db, or move this one away")
