"""A folder of queries that a test writes itself, and a connection with one raw table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("create schema raw; create table raw.repo_log as select 'acme/a' as repo_id")
        yield connection


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write `{"2_core/edge.sql": sql}` below a folder and return the folder."""

    def write(files: dict[str, str]) -> Path:
        for name, sql in files.items():
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(sql, encoding="utf-8")
        return tmp_path

    return write
