from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from hubaudit.errors import StoreError
from hubaudit.store import lake
from hubaudit.store.file import opened
from tests.store.raw import lines, raw_tables
from tests.store.test_imports import DAY, record, take

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def store(path: Path, tmp_path: Path) -> Path:
    """Return a store of two nights."""
    take(
        path,
        lines(tmp_path / "1", record(), {"record": record("a/n"), "readme": "A card."}),
        DAY.replace(day=1),
    )
    take(path, lines(tmp_path / "2", record(sha="2")), DAY)
    return path


def export(store: Path, folder: Path) -> set[str]:
    with opened(store) as con:
        lake.export(con, folder, flat=True, force=True)
    return {file.name for file in folder.iterdir()}


def restored(folder: Path, path: Path) -> Any:
    with opened(path, write=True) as con:
        lake.restore(con, folder)
    return raw_tables(path)


def test_a_flat_lake_restores_the_store(store: Path, tmp_path: Path) -> None:
    names = export(store, tmp_path / "flat")
    assert all((tmp_path / "flat" / name).is_file() for name in names)
    assert restored(tmp_path / "flat", tmp_path / "other.duckdb") == raw_tables(store)


def test_what_did_not_change_keeps_its_name(store: Path, tmp_path: Path) -> None:
    before = export(store, tmp_path / "flat")
    take(store, lines(tmp_path / "3", record(sha="3")), DAY.replace(day=DAY.day + 1))
    after = export(store, tmp_path / "flat")
    nights = {name for name in before if name.startswith("repo_log-")}
    assert len(nights) == 2
    assert nights < after
    assert {name.partition(".")[0] for name in before - after} == {"crawl", "repo_check"}


def test_older_files_beside_it_do_no_harm(store: Path, tmp_path: Path) -> None:
    export(store, tmp_path / "flat")
    (tmp_path / "flat" / "crawl.0000000000000000.parquet").write_bytes(b"of another night")
    assert restored(tmp_path / "flat", tmp_path / "other.duckdb") == raw_tables(store)


@pytest.mark.parametrize(
    "files",
    [{"text.0.parquet": "../text.parquet"}, {"text.0.parquet": "text.parquet"}, ["text.parquet"], {"x": 1}],
)
def test_a_strange_or_broken_list_of_files_restores_nothing(
    store: Path, tmp_path: Path, files: object
) -> None:
    export(store, tmp_path / "flat")
    manifest = tmp_path / "flat" / lake.MANIFEST
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"files": files}), encoding="utf-8")
    with pytest.raises(StoreError):
        restored(tmp_path / "flat", tmp_path / "other.duckdb")
    assert not (tmp_path / "text.parquet").exists()
