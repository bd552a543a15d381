"""The snapshot that the package carries: facts on the grid's reference systems, for a first run without a network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hubaudit.store.file import create_tables

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FOLDER = Path(__file__).parent.parent / "bundled"
# Raw tables whose rows are facts. The texts themselves are other people's and stay out.
TABLES = ("repo_log", "repo_check", "text_seen", "text_scan", "mention", "link")


def attach_bundled(con: DuckDBPyConnection) -> None:
    """Load the snapshot as database `bundled`."""
    con.execute("attach ':memory:' as bundled")
    con.execute("use bundled")
    create_tables(con)
    con.execute("use memory")
    for table in TABLES:
        columns = ", ".join(
            f"{name}: '{kind}'"
            for name, kind in con.execute(
                "select column_name, data_type from duckdb_columns()"
                " where database_name = 'bundled' and schema_name = 'raw' and table_name = ?",
                [table],
            ).fetchall()
        )
        con.execute(
            f"insert into bundled.raw.{table} by name select * from read_json(?, format = 'newline_delimited', columns = {{{columns}}})",
            [str(FOLDER / f"{table}.jsonl")],
        )
