from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import duckdb
import pytest

from hubaudit.errors import StoreError, StoreVersionError, UsageError
from hubaudit.store import lake
from hubaudit.store.file import opened
from tests.store.raw import ask, lines, raw_tables
from tests.store.test_imports import DAY, HOSTILE, record, take

if TYPE_CHECKING:
    from pathlib import Path

# Rows that no import makes: times of other zones, and what strangers write.
_MORE = """
    insert into store.raw.text_scan values ('b', 'v1', 'found', '{"license": "mit", "license": 1}');
    insert into store.raw.mention values ('b', 'v1', 'phrase', 'open', 3, 'O''Neil', null);
    insert into store.raw.link values ('b', 'v1', 0, '', null, 'https://hub.example', null, null, null, null);
    insert into store.raw.closure values ('acme/m', 'model', 'acme/b');
    insert into store.raw.popularity values ('model', 'k', '2026-08-19 23:59:59+00', 3, null);
    insert into store.raw.finding values
        ('rule', 'a/m', 'A/m', 'says', null, ['a/m'], '2026-08-19 12:00+00', '2026-08-20 00:00+00', null);
    insert into store.raw.license_text values
        ('b', 'v1', 'modified', ['mit'], 'MIT', 97.5, false, true, null, ['and no', '"evil'], [], null);
    insert into store.raw.license_clause values ('b', 'v1', 'aup', 7, 'You shall not.');
    insert into store.raw.text_seen values
        ('2026-08-19 23:59:59.999999+00', 'model', 'a/night', '1', 'README.md', 'gated', null, 'u', null),
        ('2026-08-20 01:30:00+02', 'model', 'a/night', '2', 'README.md', 'absent', null, 'u', ''),
        ('2026-08-20 00:00:00+00', 'model', 'a/night', '3', 'README.md', 'absent', null, 'u', '');
"""


@pytest.fixture
def store(path: Path, tmp_path: Path) -> Path:
    """Return a store with rows in every table, over several nights."""
    first = lines(
        tmp_path / "1", record(), {"record": record("a/n"), "readme": "with\0nul \N{SNOWMAN}"}, *HOSTILE
    )
    take(path, first, DAY.replace(day=1))
    take(path, lines(tmp_path / "2", record(sha="2", tags=[None, "license:'"])), DAY, is_whole=True)
    with opened(path, write=True) as con:
        con.execute(_MORE)
    return path


def export(store: Path, folder: Path, *, force: bool = False) -> dict[str, int]:
    with opened(store) as con:
        return lake.export(con, folder, force=force)


def restore(store: Path, folder: Path) -> dict[str, int]:
    with opened(store, write=True) as con:
        return lake.restore(con, folder)


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file()
    }


def test_two_rounds_restore_every_row(store: Path, tmp_path: Path) -> None:
    whole = raw_tables(store)
    empty = [name for name, rows in whole.items() if not rows]
    assert empty == []
    written = export(store, tmp_path / "lake 1")
    assert restore(tmp_path / "2.duckdb", tmp_path / "lake 1") == written
    assert raw_tables(tmp_path / "2.duckdb") == whole
    export(tmp_path / "2.duckdb", tmp_path / "lake 2")
    restore(tmp_path / "3.duckdb", tmp_path / "lake 2")
    assert raw_tables(tmp_path / "3.duckdb") == whole


def test_the_log_lies_by_night_in_utc(store: Path, tmp_path: Path) -> None:
    export(store, tmp_path / "lake")
    nights = sorted(each.name for each in (tmp_path / "lake" / "text_seen").iterdir())
    assert nights == ["night=2026-08-01", "night=2026-08-19", "night=2026-08-20"]
    with duckdb.connect() as con:
        file = tmp_path / "lake" / "text_seen" / "night=2026-08-19" / "rows.parquet"
        seen = con.execute("select commit from read_parquet($1, hive_partitioning = false)", [str(file)])
        assert sorted(seen.fetchall()) == [("1",), ("2",)]
        packed = con.execute("select distinct compression from parquet_metadata($1)", [str(file)])
        assert packed.fetchall() == [("ZSTD",)]


def test_a_night_that_is_over_is_written_alike_again(store: Path, tmp_path: Path) -> None:
    export(store, tmp_path / "before")
    take(store, lines(tmp_path / "3", record(sha="3")), DAY.replace(day=21))
    export(store, tmp_path / "after")
    before, after = hashes(tmp_path / "before"), hashes(tmp_path / "after")
    nights = {name for name in before if "night=" in name}
    assert nights
    assert {name: after[name] for name in nights} == {name: before[name] for name in nights}
    assert {name for name in after.keys() - before.keys() if "night=" in name} == {
        "repo_log/night=2026-08-21/rows.parquet"
    }


def test_a_folder_with_anything_in_it_is_not_touched(store: Path, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "holiday.jpg").write_bytes(b"x")
    for force in (False, True):
        with pytest.raises(UsageError, match="photos"):
            export(store, folder, force=force)
    with pytest.raises(UsageError):
        export(store, folder / "holiday.jpg", force=True)
    assert hashes(folder).keys() == {"holiday.jpg"}


def test_an_earlier_export_goes_only_by_force(store: Path, tmp_path: Path) -> None:
    folder = tmp_path / "lake"
    folder.mkdir()
    export(store, folder)
    (folder / "stale.parquet").touch()
    with pytest.raises(UsageError, match="--force"):
        export(store, folder)
    export(store, folder, force=True)
    assert not (folder / "stale.parquet").exists()
    restore(tmp_path / "2.duckdb", folder)


def test_an_export_that_fails_leaves_the_earlier_one(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "lake"
    export(store, folder)
    before = hashes(folder)
    beside = set(tmp_path.iterdir())
    monkeypatch.setattr(lake, "_OPTIONS", "format parquet, compression nonsense")
    with pytest.raises(duckdb.Error):
        export(store, folder, force=True)
    assert hashes(folder) == before
    assert set(tmp_path.iterdir()) == beside


def test_only_an_empty_store_is_restored_into(store: Path, tmp_path: Path) -> None:
    export(store, tmp_path / "lake")
    before = raw_tables(store)
    with pytest.raises(UsageError, match="empty"):
        restore(store, tmp_path / "lake")
    assert raw_tables(store) == before


@pytest.mark.parametrize(
    "lost", ["crawl.parquet", "text.parquet", "repo_log/night=2026-08-01/rows.parquet", "text_seen"]
)
def test_a_folder_that_is_not_whole_restores_nothing(store: Path, tmp_path: Path, lost: str) -> None:
    export(store, tmp_path / "lake")
    (tmp_path / "lake" / lost).rename(tmp_path / "lost")
    with pytest.raises(StoreError, match=lost.partition("/")[0].removesuffix(".parquet")):
        restore(tmp_path / "2.duckdb", tmp_path / "lake")
    assert ask(tmp_path / "2.duckdb", "from raw.repo_log") == []


def test_a_damaged_file_is_named(store: Path, tmp_path: Path) -> None:
    export(store, tmp_path / "lake")
    (tmp_path / "lake" / "link.parquet").write_bytes(b"PAR1 or not")
    with pytest.raises(StoreError, match="link"):
        restore(tmp_path / "2.duckdb", tmp_path / "lake")
    assert ask(tmp_path / "2.duckdb", "from raw.crawl") == []


@pytest.mark.parametrize(
    ("manifest", "error"),
    [
        ("{", StoreError),
        ("[]", StoreError),
        ('{"schema_version": "x", "rows": {}}', StoreError),
        ('{"schema_version": 1, "rows": 5}', StoreError),
        ('{"schema_version": 1, "rows": {}}', StoreError),
        ('{"schema_version": 99, "rows": {}}', StoreVersionError),
    ],
)
def test_a_strange_manifest_restores_nothing(
    store: Path, tmp_path: Path, manifest: str, error: type[Exception]
) -> None:
    export(store, tmp_path / "lake")
    (tmp_path / "lake" / lake.MANIFEST).write_text(manifest, encoding="utf-8")
    with pytest.raises(error):
        restore(tmp_path / "2.duckdb", tmp_path / "lake")
    assert ask(tmp_path / "2.duckdb", "from raw.repo_log") == []


def test_the_manifest_counts(store: Path, tmp_path: Path) -> None:
    rows = export(store, tmp_path / "lake")
    told = json.loads((tmp_path / "lake" / lake.MANIFEST).read_bytes())
    assert (
        told["rows"]
        == rows
        == {name: sum(found.values()) for name, found in raw_tables(store).items() if name != "meta"}
    )
