"""The store of the small history, made once: questions change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.history.world import build

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("history")
    build(folder / "store.duckdb", folder)
    return folder / "store.duckdb"
