"""A folder of `hubaudit export` back into an empty store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from hubaudit.errors import StoreError, UsageError
from hubaudit.store.lake import digest, read_manifest
from hubaudit.store.nights import tables
from hubaudit.store.transaction import all_or_nothing

if TYPE_CHECKING:
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from hubaudit.store.lake import Manifest


def restore(con: DuckDBPyConnection, folder: Path) -> dict[str, int]:
    """Put an exported folder into the empty database `store`, all or nothing; return the rows of each table.

    Raises UsageError when the store is not empty, StoreError when the folder is not whole.
    """
    manifest = read_manifest(folder)
    if any(_count(con, table) for table in tables(con)):
        raise UsageError("only an empty store can be restored into: name another with --db")
    check_files(folder, manifest)
    with all_or_nothing(con):
        for table in tables(con):
            _fill(con, table, folder, _files(folder, table, manifest))
        rows = {table: _count(con, table) for table in tables(con)}
        _check_whole(folder, rows, manifest.rows)
    return rows


def check_files(folder: Path, manifest: Manifest) -> None:
    """Raise StoreError, which names it, for a file that is missing or not as it was written."""
    for file in manifest.files or ():
        try:
            is_whole = digest(folder / file.path) == file.sha256
        except OSError as error:
            raise StoreError(f"cannot restore {folder / file.path}: {error.strerror}") from error
        if not is_whole:
            raise StoreError(f"cannot restore {folder / file.path}: it is not as it was written")


def _files(folder: Path, table: str, manifest: Manifest) -> list[Path]:
    if manifest.files is not None:
        return [folder / file.path for file in manifest.files if file.table == table]
    nights = sorted(folder.glob(f"{table}/night=*/*.parquet"))  # an older hubaudit told of rows only
    return nights or [path for path in [folder / f"{table}.parquet"] if path.exists()]


def _count(con: DuckDBPyConnection, table: str) -> int:
    (count,) = con.execute(f"select count(*) from store.raw.{table}").fetchone() or (0,)
    return int(count)


def _fill(con: DuckDBPyConnection, table: str, folder: Path, files: list[Path]) -> None:
    if not files:
        return
    columns = con.execute(
        "select string_agg(column_name, ', ' order by column_index) from duckdb_columns()"
        " where database_name = 'store' and schema_name = 'raw' and table_name = ?",
        [table],
    ).fetchone() or ("",)
    try:
        con.execute(
            f"insert into store.raw.{table} select {columns[0]}"
            " from read_parquet($1, hive_partitioning = false)",
            [[str(file) for file in files]],
        )
    except duckdb.Error as error:
        raise StoreError(f"cannot restore {table} from {folder}: {str(error).splitlines()[0]}") from error


def _check_whole(folder: Path, rows: dict[str, int], wanted: dict[str, int]) -> None:
    """Compare the rows; a table that the folder does not know came later, and is empty."""
    if rows != dict.fromkeys(rows, 0) | wanted:
        wrong = sorted({table for table in rows.keys() | wanted if rows.get(table) != wanted.get(table, 0)})
        raise StoreError(f"{folder} is not whole: rows are missing or too many in {', '.join(wrong)}")
