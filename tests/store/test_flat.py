from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from hubaudit.errors import StoreError
from hubaudit.store import lake
from hubaudit.store.file import opened
from hubaudit.store.restore import restore
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
        lake.export(con, folder, flat=True)
    return {file.name for file in folder.iterdir()}


def restored(folder: Path, path: Path) -> Any:
    with opened(path, write=True) as con:
        restore(con, folder)
    return raw_tables(path)


def test_a_flat_lake_restores_the_store(store: Path, tmp_path: Path) -> None:
    names = export(store, tmp_path / "flat")
    assert all((tmp_path / "flat" / name).is_file() for name in names)
    assert restored(tmp_path / "flat", tmp_path / "other.duckdb") == raw_tables(store)


def test_what_did_not_change_keeps_its_name(store: Path, tmp_path: Path) -> None:
    before = export(store, tmp_path / "flat")
    take(store, lines(tmp_path / "3", record(sha="3")), DAY.replace(day=DAY.day + 1))
    after = export(store, tmp_path / "flat")
    nights = {name for name in before if name.startswith("repo_log.night-")}
    assert len(nights) == 2
    assert nights < after
    assert {name.partition(".")[0] for name in before - after} == {"crawl", "repo_check"}


def test_older_files_beside_it_do_no_harm(store: Path, tmp_path: Path) -> None:
    export(store, tmp_path / "flat")
    (tmp_path / "flat" / "crawl.000000000000.parquet").write_bytes(b"of another night")
    assert restored(tmp_path / "flat", tmp_path / "other.duckdb") == raw_tables(store)
    assert "crawl.000000000000.parquet" not in export(store, tmp_path / "flat")


def test_a_lake_may_change_its_form(store: Path, tmp_path: Path) -> None:
    names = export(store, tmp_path / "lake")
    with opened(store) as con:
        lake.export(con, tmp_path / "lake")
    assert [file.name for file in (tmp_path / "lake").iterdir() if file.is_file()] == [lake.MANIFEST]
    assert restored(tmp_path / "lake", tmp_path / "other.duckdb") == raw_tables(store)
    assert export(store, tmp_path / "lake") == names


@pytest.mark.parametrize(
    "named", ["../text.parquet", "/etc/passwd", "text/night=../x.parquet", "", 1, None], ids=range(6)
)
def test_a_manifest_names_no_file_outside_its_folder(store: Path, tmp_path: Path, named: object) -> None:
    export(store, tmp_path / "flat")
    manifest = tmp_path / "flat" / lake.MANIFEST
    told = json.loads(manifest.read_text())
    told["files"][0]["path"] = named
    manifest.write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(StoreError, match=lake.MANIFEST):
        restored(tmp_path / "flat", tmp_path / "other.duckdb")
