"""The files in queries/: what each is called, where it ranks, and which tables it reads.

One file is one SELECT is one table: `2_core/edge.sql` makes `core.edge`. The folder's number is its rank: a
file reads its own rank or a lower one. The order of the build is read from the SQL itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from hubaudit.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_GIVEN = ("raw", "reference")  # schemas whose tables no query makes
_FOLDER = re.compile(r"(\d+)_(\w+)")
_NO_NAME = re.compile(r"--[^\n]*|'(?:[^']|'')*'")  # comments and strings: what they name is not read


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


def load(folder: Path | None = None) -> list[Query]:
    """Return every query below the folder, in the order in which they can be built. Raises QueryError.

    Those that hubaudit ships are read once a process.
    """
    return list(_shipped()) if folder is None else _ordered(folder)


@cache
def _shipped() -> list[Query]:
    return _ordered(queries_folder())


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


def header(sql: str) -> list[str]:
    """Return the comment lines that open a query."""
    opening = takewhile(lambda line: line.startswith("--"), sql.splitlines())
    return [line.removeprefix("--").strip() for line in opening]


def _ordered(folder: Path) -> list[Query]:
    queries: dict[str, Query] = {}
    for query in _read_all(folder):
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


def _read_all(folder: Path) -> Iterator[Query]:
    layers = {path: _layer(path) for path in folder.glob("[1-9]*_*") if path.is_dir()}
    schemas = {*_GIVEN, *(schema for _, schema in layers.values())}
    for path in sorted(folder.glob("[1-9]*_*/*.sql")):
        rank, schema = layers[path.parent]
        sql = path.read_text(encoding="utf-8")
        table = f"{schema}.{path.stem.replace('-', '_')}"
        yield Query(table, rank, path, sql, tables_read(sql, schemas))


def _layer(folder: Path) -> tuple[int, str]:
    named = _FOLDER.fullmatch(folder.name)
    if named is None:
        raise QueryError(f"queries/{folder.name}: a folder is named <rank>_<schema>, e.g. 2_core")
    return int(named[1]), named[2]


def tables_read(sql: str, schemas: Iterable[str]) -> frozenset[str]:
    """Return the `schema.table` names of these schemas in a SELECT, in which nothing else is called so.

    By its words: to ask DuckDB's parser takes as long as half of a small build.
    """
    name = re.compile(rf"\b(?:{'|'.join(schemas)})\.\w+")
    return frozenset(name.findall(_NO_NAME.sub("", sql)))


def _check_reads(query: Query, queries: dict[str, Query]) -> None:
    """Hold a file to raw tables, reference tables, its own rank and lower ranks."""
    where = shown(query.path)
    for table in sorted(query.reads):
        schema = table.split(".", 1)[0]
        if schema in _GIVEN:
            continue
        if table not in queries:
            raise QueryError(f"{where} reads {table}, which no file makes")
        if queries[table].rank > query.rank:
            raise QueryError(f"{where} reads {table} of a higher rank: a file reads its own or a lower one")
