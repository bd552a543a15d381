"""The files in queries/: what each is called, where it ranks, and which tables it reads.

One file is one SELECT is one table: `2_core/edge.sql` makes `core.edge`. The folder's number is its rank: a
file reads its own rank or a lower one. The order of the build is read from the SQL itself.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hubaudit.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from duckdb import DuckDBPyConnection

RAW_SCHEMA = "raw"
_FOLDER = re.compile(r"(\d+)_(\w+)")
_SHIPPED: list[Query] = []  # what was read of the shipped folder


@dataclass(frozen=True, slots=True)
class Query:
    """One file: the table it makes, the rank of its folder, its SQL and the tables that SQL reads."""

    table: str
    rank: int
    path: Path
    sql: str
    reads: frozenset[str]


@cache
def queries_folder() -> Path:
    """Return queries/ inside the installed package, else at the root of the checkout."""
    package = Path(__file__).parent.parent
    installed = package / "queries"
    return installed if installed.is_dir() else package.parent.parent / "queries"


def load(con: DuckDBPyConnection, folder: Path | None = None) -> list[Query]:
    """Return every query below the folder, in the order in which they can be built. Raises QueryError.

    Those that hubaudit ships are read once a process.
    """
    if folder is not None:
        return _ordered(con, folder)
    if not _SHIPPED:
        _SHIPPED.extend(_ordered(con, queries_folder()))
    return list(_SHIPPED)


def split(queries: Sequence[Query], *tables: str) -> tuple[list[Query], list[Query]]:
    """Return the queries without which these tables cannot be made, and the others, each in their order."""
    wanted = set(tables)
    for query in reversed(queries):
        wanted |= query.reads if query.table in wanted else set()
    return (
        [query for query in queries if query.table in wanted],
        [query for query in queries if query.table not in wanted],
    )


def own_sql(place: str) -> str:
    """Return the SQL of a file in queries/, named as crawl/wanted-files.sql."""
    return (queries_folder() / place).read_text(encoding="utf-8")


def _ordered(con: DuckDBPyConnection, folder: Path) -> list[Query]:
    queries: dict[str, Query] = {}
    for query in _read_all(con, folder):
        first = queries.setdefault(query.table, query)
        if first is not query:
            raise QueryError(f"{shown(first.path)} and {shown(query.path)} make the same table {query.table}")
    for query in queries.values():
        _check_reads(query, queries)
    try:
        order = TopologicalSorter({name: query.reads & queries.keys() for name, query in queries.items()})
        return [queries[name] for name in order.static_order()]
    except CycleError as error:
        circle = " -> ".join(shown(queries[name].path) for name in error.args[1])
        raise QueryError(f"queries read each other in a circle: {circle}") from error


def shown(path: Path) -> str:
    """Name a query's file as people know it: queries/2_core/edge.sql."""
    return f"queries/{path.parent.name}/{path.name}"


def _read_all(con: DuckDBPyConnection, folder: Path) -> Iterator[Query]:
    for path in sorted(folder.glob("[1-9]*_*/*.sql")):
        layer = _FOLDER.fullmatch(path.parent.name)
        if layer is None:
            raise QueryError(f"queries/{path.parent.name}: a folder is named <rank>_<schema>, e.g. 2_core")
        sql = path.read_text(encoding="utf-8")
        table = f"{layer[2]}.{path.stem.replace('-', '_')}"
        yield Query(table, int(layer[1]), path, sql, tables_read(con, sql, path))


def tables_read(con: DuckDBPyConnection, sql: str, path: Path) -> frozenset[str]:
    """Return the `schema.table` names in a SELECT. A common table expression has no schema and drops out."""
    (tree,) = con.execute("select json_serialize_sql(?)", [sql]).fetchone() or ("{}",)
    parsed = json.loads(tree)
    if parsed.get("error"):
        raise QueryError(f"{shown(path)}{_line(sql, parsed.get('position'))}: {parsed['error_message']}")
    if len(parsed["statements"]) != 1:
        raise QueryError(f"{shown(path)}: a file holds one SELECT, this one {len(parsed['statements'])}")
    return frozenset(_tables(parsed))


def _line(sql: str, position: str | None) -> str:
    """Tell the line at DuckDB's position, which counts bytes. Some errors have none."""
    if position is None:
        return ""
    line = sql.encode()[: int(position)].count(b"\n") + 1
    return f", line {line}"


def _tables(node: Any) -> Iterator[str]:  # noqa: ANN401 - a tree of JSON is anything
    if isinstance(node, dict):
        if node.get("type") == "BASE_TABLE" and node["schema_name"]:
            yield f"{node['schema_name']}.{node['table_name']}"
        node = node.values()
    if not isinstance(node, str) and hasattr(node, "__iter__"):
        for child in node:
            yield from _tables(child)


def _check_reads(query: Query, queries: dict[str, Query]) -> None:
    """Hold a file to raw tables, reference tables, its own rank and lower ranks."""
    where = shown(query.path)
    for table in sorted(query.reads):
        schema = table.split(".", 1)[0]
        if schema in {RAW_SCHEMA, "reference"}:
            continue
        if table not in queries:
            raise QueryError(f"{where} reads {table}, which no file makes")
        if queries[table].rank > query.rank:
            raise QueryError(f"{where} reads {table} of a higher rank: a file reads its own or a lower one")
