"""Make the tables: all of them anew in one transaction, or none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import duckdb

from hubaudit.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hubaudit.warehouse.queries import Query

_LINE = re.compile(r"^LINE (\d+):", re.MULTILINE)


def build(con: duckdb.DuckDBPyConnection, queries: Sequence[Query]) -> None:
    """Make every table anew, or leave the last good build. Raises QueryError that names the file and the line."""
    con.begin()
    try:
        for schema in dict.fromkeys(query.table.split(".", 1)[0] for query in queries):
            con.execute(f"create schema if not exists {schema}")
        for query in queries:
            _make(con, query)
    except BaseException:
        con.rollback()
        raise
    con.commit()


def _make(con: duckdb.DuckDBPyConnection, query: Query) -> None:
    try:
        con.execute(f"create or replace table {query.table} as\n{query.sql}")
    except duckdb.Error as error:
        found = _LINE.search(str(error))
        line = f", line {int(found[1]) - 1}" if found else ""  # our own first line is not the file's
        reason = str(error).split("\n", 1)[0]
        raise QueryError(f"queries/{query.path.parent.name}/{query.path.name}{line}: {reason}") from error
