"""Make the tables: all of them anew in one transaction, or none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import duckdb

from hubaudit.errors import QueryError
from hubaudit.warehouse.queries import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hubaudit.warehouse.queries import Query

    Progress = Callable[[int, int, str], None]  # done, needed, of what

# DuckDB ends a message with the line of SQL, if it knows it. A stranger's text before it may look the same.
_LINE = re.compile(r"^LINE (\d+): ", re.MULTILINE)
_PARSED: dict[Query, duckdb.Statement] = {}  # parsing is a quarter of a small build: once a process
# The optimizers that pay where tables are small: the others take longer than they save.
_WORTH = {
    "build_side_probe_side", "cte_inlining", "empty_result_pullup",
    "filter_pushdown", "statistics_propagation", "unused_columns",
}  # fmt: skip


def plan_for_little(con: duckdb.DuckDBPyConnection) -> None:
    """Plan for tables of up to some thousand rows: a fifth less work for a small build, the same result."""
    names = {name for (name,) in con.execute("from duckdb_optimizers()").fetchall()}
    con.execute("set disabled_optimizers = $1", [",".join(sorted(names - _WORTH))])


def build(con: duckdb.DuckDBPyConnection, queries: Sequence[Query]) -> None:
    """Make every table anew, or keep the last good build. QueryError names file and, if told, line."""
    con.begin()
    try:
        make(con, queries)
        con.commit()
    except BaseException:
        con.rollback()
        raise


def unwatched(_done: int, _needed: int, _of: str) -> None:
    """Nobody wants to know how far it is."""


def make(con: duckdb.DuckDBPyConnection, queries: Sequence[Query], progress: Progress = unwatched) -> None:
    """Make every table anew, one after the other.

    Without a transaction around them DuckDB knows the tables that the next query reads, and plans better:
    with 300,000 models core.dataset_use took a tenth of the time, and a third of the memory. QueryError as
    for `build`.
    """
    for schema in dict.fromkeys(query.table.split(".", 1)[0] for query in queries):
        con.execute(f"create schema if not exists {schema}")
    for done, query in enumerate(queries):
        progress(done, len(queries), "tables")
        _make(con, query)


def _make(con: duckdb.DuckDBPyConnection, query: Query) -> None:
    try:
        _fill(con, _parsed(con, query))
    except duckdb.Error as error:
        found = _LINE.findall(str(error))
        line = f", line {max(int(found[-1]) - 1, 1)}" if found else ""  # our first line is not the file's
        reason = str(error).split("\n", 1)[0]
        raise QueryError(f"{shown(query.path)}{line}: {reason}") from error


def _parsed(con: duckdb.DuckDBPyConnection, query: Query) -> duckdb.Statement:
    if query not in _PARSED:
        statements = con.extract_statements(f"create or replace table {query.table} as\n{query.sql}")
        if len(statements) != 1:
            raise QueryError(f"{shown(query.path)}: a file holds one SELECT, this one {len(statements)}")
        _PARSED[query] = statements[0]
    return _PARSED[query]


def _fill(con: duckdb.DuckDBPyConnection, statement: duckdb.Statement) -> None:
    """Make a table; with all memory that DuckDB takes by itself where what was set is too little for it."""
    try:
        con.execute(statement)
    except duckdb.OutOfMemoryException:
        (limit,) = con.execute("select current_setting('memory_limit')").fetchone() or ("",)
        con.execute("reset memory_limit")
        try:
            con.execute(statement)
        finally:
            con.execute("set memory_limit = $1", [limit])
