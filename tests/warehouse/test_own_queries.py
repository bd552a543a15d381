"""The queries that hubaudit ships, on empty raw tables."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from hubaudit.audit.licenses import load_expressions
from hubaudit.store.file import create_tables
from hubaudit.warehouse import queries, reference
from hubaudit.warehouse.build import build

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOLDER = queries.queries_folder()
CSV = sorted((FOLDER / "0_reference").glob("*.csv"))


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        create_tables(connection)
        reference.load_reference(connection)
        load_expressions(connection)
        yield connection


def test_every_file_becomes_its_table(con: duckdb.DuckDBPyConnection) -> None:
    build(con, queries.load())
    made = con.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
    files = {f"{path.parent.name[2:]}.{path.stem.replace('-', '_')}" for path in FOLDER.glob("[1-9]_*/*.sql")}
    assert files
    assert files <= {name for (name,) in made}


def test_what_a_file_reads_is_what_duckdb_says_it_reads(con: duckdb.DuckDBPyConnection) -> None:
    for query in queries.load():
        (tree,) = con.execute("select json_serialize_sql(?)", [query.sql]).fetchone() or ("",)
        assert query.reads == set(_tables(json.loads(tree))), query.path


def _tables(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if node.get("type") == "BASE_TABLE" and node["schema_name"]:
            yield f"{node['schema_name']}.{node['table_name']}"
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from _tables(child)


@pytest.mark.parametrize("path", CSV, ids=lambda path: path.stem)
def test_a_reference_table_is_text_and_complete(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        header, *lines = csv.reader(file)
    columns = con.execute(f"describe reference.{path.stem}").fetchall()
    assert [column[0] for column in columns] == header
    assert {column[1] for column in columns} == {"VARCHAR"}
    rows = con.execute(f"from reference.{path.stem}").fetchall()
    assert [["" if cell is None else cell for cell in row] for row in rows] == lines


def test_all_that_is_looked_for_has_a_pattern_and_a_name_of_its_own() -> None:
    patterns = reference.patterns()
    assert {pattern.source for pattern in patterns} == {"phrase", "dataset", "system"}
    names = [(pattern.source, pattern.key) for pattern in patterns]
    assert len(set(names)) == len(names) > 60
    for table in ("phrase", "dataset", "system"):
        stated = {row["id"] for row in reference.rows(table) if row["pattern"]}
        assert {pattern.key for pattern in patterns if pattern.source == table} == stated
    assert all(pattern.regex for pattern in patterns)
