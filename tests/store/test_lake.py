from __future__ import annotations

import errno
import hashlib
import json
import os
from typing import TYPE_CHECKING

import duckdb
import pytest

from hubaudit.errors import StoreError, StoreVersionError, UsageError
from hubaudit.store import lake
from hubaudit.store.clone import compact
from hubaudit.store.file import opened
from hubaudit.store.restore import restore as restore_folder
from tests.store.raw import ask, lines, raw_tables
from tests.store.test_imports import DAY, HOSTILE, record, take

if TYPE_CHECKING:
    from pathlib import Path

NEW_SINCE_1 = ("popularity", "finding", "license_text", "license_clause", "code_repo", "grid_log")
# Rows that no import makes: times of other zones, and what strangers write.
_MORE = """
    insert into store.raw.text_scan values ('b', 'v1', 'found', '{"license": "mit", "license": 1}');
    insert into store.raw.mention values ('b', 'v1', 'phrase', 'open', 3, 'O''Neil', null);
    insert into store.raw.link values ('b', 'v1', 0, '', null, 'https://hub.example', null, null, null, null);
    insert into store.raw.closure values ('acme/m', 'model', 'acme/b');
    insert into store.raw.popularity values ('model', 'k', '2026-08-19 23:59:59+00', 3, null);
    insert into store.raw.finding values
        ('rule', 'a/m', 'A/m', 'says', null, ['a/m'], '2026-08-19 12:00+00', '2026-08-20 00:00+00', null);
    insert into store.raw.grid_log values ('a/m', 'A/m', '4/0/-/?/3', 'q', '2026-08-20 00:00+00');
    insert into store.raw.license_text values
        ('b', 'v1', 'modified', ['mit'], 'MIT', 97.5, false, true, null, ['and no', '"evil'], [], null);
    insert into store.raw.license_clause values ('b', 'v1', 'aup', 7, 'You shall not.');
    insert into store.raw.code_repo values
        ('github.com', 'a/b', '2026-08-20 00:00+00', 'found', null, true, false, 'a/''c', 'W/"1"', 'u', '');
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
        return restore_folder(con, folder)


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


def the_file(folder: Path, place: str) -> Path:
    """Return the only file of a table or of a table's night."""
    (file,) = (folder / place).glob("rows-*.parquet")
    return file


def nights(folder: Path) -> dict[str, str]:
    return {name: sha for name, sha in hashes(folder).items() if "night=" in name}


def test_the_log_lies_by_night_in_utc(store: Path, tmp_path: Path) -> None:
    export(store, tmp_path / "lake")
    found = sorted(each.name for each in (tmp_path / "lake" / "text_seen").iterdir())
    assert found == ["night=2026-08-01", "night=2026-08-19", "night=2026-08-20"]
    with duckdb.connect() as con:
        file = the_file(tmp_path / "lake", "text_seen/night=2026-08-19")
        seen = con.execute("select commit from read_parquet($1, hive_partitioning = false)", [str(file)])
        assert sorted(seen.fetchall()) == [("1",), ("2",)]
        packed = con.execute("select distinct compression from parquet_metadata($1)", [str(file)])
        assert packed.fetchall() == [("ZSTD",)]


def test_a_text_lies_in_the_night_of_the_first_look_at_it(store: Path, tmp_path: Path) -> None:
    export(store, tmp_path / "lake")
    assert [each.name for each in (tmp_path / "lake" / "text").iterdir()] == ["night=2026-08-01"]
    # what was read in a text that no file has
    assert [each.name for each in (tmp_path / "lake" / "mention").iterdir()] == ["night=unseen"]


def test_an_export_is_brought_up_to_date(store: Path, tmp_path: Path) -> None:
    folder = tmp_path / "lake"
    export(store, folder)
    before, stamps = nights(folder), {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    take(store, lines(tmp_path / "3", record(sha="3")), DAY.replace(day=21))
    assert export(store, folder)["repo_log"] == sum(raw_tables(store)["repo_log"].values())
    after = nights(folder)
    assert {name: after.get(name) for name in before} == before
    assert [name.rpartition("/")[0] for name in after.keys() - before.keys()] == ["repo_log/night=2026-08-21"]
    for name in before:  # not even written again
        assert (folder / name).stat().st_mtime_ns == stamps[folder / name]
    restore(tmp_path / "2.duckdb", folder)
    assert raw_tables(tmp_path / "2.duckdb") == raw_tables(store)


def test_older_news_change_an_old_night(store: Path, tmp_path: Path) -> None:
    folder = tmp_path / "lake"
    export(store, folder)
    before = nights(folder)
    take(store, lines(tmp_path / "3", record("a/late")), DAY)
    export(store, folder)
    after = nights(folder)
    assert {name.rpartition("/")[0] for name in before.keys() ^ after.keys()} == {"repo_log/night=2026-08-19"}
    restore(tmp_path / "2.duckdb", folder)
    assert raw_tables(tmp_path / "2.duckdb") == raw_tables(store)


def test_a_new_export_is_the_same_as_one_brought_up_to_date(store: Path, tmp_path: Path) -> None:
    export(store, tmp_path / "lake")
    take(store, lines(tmp_path / "3", record(sha="3")), DAY.replace(day=21))
    compact(store, waste=0, least=0)
    export(store, tmp_path / "lake")
    export(store, tmp_path / "new")
    assert hashes(tmp_path / "lake") == hashes(tmp_path / "new")


def test_a_lost_file_is_written_again(store: Path, tmp_path: Path) -> None:
    folder = tmp_path / "lake"
    export(store, folder)
    before = hashes(folder)
    the_file(folder, "repo_log/night=2026-08-01").unlink()
    the_file(folder, "crawl").unlink()
    export(store, folder)
    assert hashes(folder) == before


def test_an_update_that_fails_leaves_the_earlier_export(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "lake"
    export(store, folder)
    whole = raw_tables(store)
    take(store, lines(tmp_path / "3", record(sha="3")), DAY.replace(day=21))

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(StoreError, match=r"No space left on device\. Free some space and export again"):
            export(store, folder)
    restore(tmp_path / "2.duckdb", folder)
    assert raw_tables(tmp_path / "2.duckdb") == whole
    export(store, folder)
    assert not list(folder.rglob("*.part"))
    restore(tmp_path / "3.duckdb", folder)
    assert raw_tables(tmp_path / "3.duckdb") == raw_tables(store)


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


def test_force_writes_all_anew(store: Path, tmp_path: Path) -> None:
    folder = tmp_path / "lake"
    folder.mkdir()
    export(store, folder)
    (folder / "stale.parquet").touch()
    export(store, folder)
    assert (folder / "stale.parquet").exists()
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
    "lost", ["crawl", "text/night=2026-08-01", "repo_log/night=2026-08-01", "text_seen/night=2026-08-19"]
)
def test_a_folder_that_is_not_whole_restores_nothing(store: Path, tmp_path: Path, lost: str) -> None:
    export(store, tmp_path / "lake")
    the_file(tmp_path / "lake", lost).unlink()
    with pytest.raises(StoreError, match=lost):
        restore(tmp_path / "2.duckdb", tmp_path / "lake")
    assert ask(tmp_path / "2.duckdb", "from raw.repo_log") == []


def test_a_damaged_file_is_named(store: Path, tmp_path: Path) -> None:
    export(store, tmp_path / "lake")
    file = the_file(tmp_path / "lake", "link/night=unseen")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(StoreError, match=f"{file.name}: it is not as it was written"):
        restore(tmp_path / "2.duckdb", tmp_path / "lake")
    assert ask(tmp_path / "2.duckdb", "from raw.crawl") == []


def test_a_folder_of_an_older_hubaudit_is_restored(store: Path, tmp_path: Path) -> None:
    """It has files by other names, which its manifest does not list, and fewer tables."""
    folder = tmp_path / "lake"
    with opened(store, write=True) as con:
        for table in NEW_SINCE_1:
            con.execute(f"delete from store.raw.{table}")
    export(store, folder)
    told = json.loads((folder / lake.MANIFEST).read_bytes())
    for file in told["files"]:
        place = folder / file["path"]
        old = folder / file["table"] / f"night={file['night']}" / "rows.parquet"
        place.rename(
            old if file["table"] in {"repo_log", "text_seen"} else folder / f"{file['table']}.parquet"
        )
    rows = {table: count for table, count in told["rows"].items() if table not in NEW_SINCE_1}
    manifest = json.dumps({"schema_version": 1, "rows": rows})
    (folder / lake.MANIFEST).write_text(manifest, encoding="utf-8")
    restore(tmp_path / "2.duckdb", folder)
    assert raw_tables(tmp_path / "2.duckdb") == raw_tables(store)


@pytest.mark.parametrize(
    ("manifest", "error"),
    [
        ("{", StoreError),
        ("[]", StoreError),
        ('{"schema_version": "x", "rows": {}}', StoreError),
        ('{"schema_version": 1, "rows": 5}', StoreError),
        ('{"schema_version": 1, "rows": {}}', StoreError),
        ('{"schema_version": 2, "rows": {"text": 1}, "files": []}', StoreError),
        ('{"schema_version": 2, "rows": {}, "files": [{"path": "x"}]}', StoreError),
        ('{"schema_version": 2, "rows": {}, "files": 3}', StoreError),
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
