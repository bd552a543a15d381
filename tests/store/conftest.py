"""Work tables in memory and a store beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest

from hubaudit.store.file import create_tables

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def work() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        create_tables(connection)
        yield connection


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "the store's file.duckdb"
