"""The snapshot in the package: facts on the grid's reference systems, for a first run without a network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hubaudit.store.file import create_tables

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FOLDER = Path(__file__).parent.parent / "bundled"


def attach_bundled(con: DuckDBPyConnection) -> None:
    """Load the snapshot as database `bundled`, unless it is there."""
    if con.execute("select 1 from duckdb_databases() where database_name = 'bundled'").fetchone():
        return
    con.execute("attach ':memory:' as bundled")
    con.execute("use bundled")
    create_tables(con)
    con.execute("use memory")
    for path in sorted(FOLDER.glob("*.jsonl")):
        con.execute(
            f"insert into bundled.raw.{path.stem} by name select * from"
            f" read_json(?, format = 'newline_delimited', columns = {{{_columns(con, path.stem)}}})",
            [str(path)],
        )


def _columns(con: DuckDBPyConnection, table: str) -> str:
    found = con.execute(
        "select column_name, data_type from duckdb_columns()"
        " where database_name = 'bundled' and schema_name = 'raw' and table_name = ?",
        [table],
    ).fetchall()
    return ", ".join(f"{name}: '{kind}'" for name, kind in found)
