from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from hubaudit.errors import StoreError, StoreLockedError, StoreVersionError
from hubaudit.store import file
from hubaudit.store.file import attached, default_path, opened

TABLES = "select count(*) from duckdb_tables() where database_name = 'store'"


def open_store(path: Path, *, write: bool = False) -> int:
    with duckdb.connect() as con, attached(con, path, write=write):
        (number,) = con.execute(TABLES).fetchone() or (0,)
        return int(number)


def complaint(path: Path, kind: type[StoreError] = StoreError, *, write: bool = True) -> str:
    with duckdb.connect() as con:
        with pytest.raises(StoreError) as caught, attached(con, path, write=write):
            pytest.fail("this store must not open")
        assert caught.type is kind
        assert caught.value.exit_code == 3
        assert con.execute("select current_database()").fetchone() == ("memory",)
        said = str(caught.value)
    assert "\n" not in said
    assert str(path) in said
    assert "--db" in said
    return said


def database(path: Path, *statements: str) -> None:
    with duckdb.connect(path) as con:
        for statement in statements:
            con.execute(statement)


def test_a_store_is_made_with_its_folders_and_opens_again(tmp_path: Path) -> None:
    path = tmp_path / "not" / "yet" / 'it\'s "here"; drop.duckdb'
    made = open_store(path, write=True)
    assert made > 5
    assert open_store(path) == made
    assert open_store(path, write=True) == made


def test_reading_changes_nothing(path: Path) -> None:
    open_store(path, write=True)
    refused = pytest.raises(duckdb.InvalidInputException, match="read-only")
    with duckdb.connect() as con, attached(con, path), refused:
        con.execute("delete from store.raw.meta")


def test_reading_makes_no_store(path: Path) -> None:
    complaint(path, write=False)
    assert not path.exists()


def test_the_store_is_let_go_when_its_user_fails(path: Path) -> None:
    with duckdb.connect() as con:
        with pytest.raises(ZeroDivisionError), attached(con, path, write=True):
            _ = 1 / 0
        with attached(con, path, write=True):
            pass


@pytest.mark.parametrize("write", [True, False])
def test_a_database_without_tables_becomes_a_store(path: Path, *, write: bool) -> None:
    database(path)
    made = open_store(path, write=write)
    assert made == open_store(path) > 5


@pytest.mark.parametrize("write", [True, False])
def test_an_older_store_is_migrated_wholly(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, write: bool
) -> None:
    open_store(path, write=True)
    steps = tmp_path / "steps"
    steps.mkdir()
    now = file.SCHEMA_VERSION
    (steps / f"migrate_{now}.sql").write_text("create table raw.second (x integer)")
    (steps / f"migrate_{now + 1}.sql").write_text("insert into raw.second values (3)")
    monkeypatch.setattr(file, "_FOLDER", steps)
    monkeypatch.setattr(file, "SCHEMA_VERSION", now + 2)
    with duckdb.connect() as con, attached(con, path, write=write):
        assert con.execute("from store.raw.second").fetchall() == [(3,)]
        assert con.execute("from store.raw.meta").fetchall() == [(now + 2,)]
        assert con.execute("select current_database()").fetchone() == ("memory",)
    open_store(path)


def test_a_migration_that_fails_changes_nothing(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = open_store(path, write=True)
    failing = tmp_path / f"migrate_{file.SCHEMA_VERSION}.sql"
    failing.write_text("create table raw.second (x integer); select error('no')")
    with monkeypatch.context() as patch:
        patch.setattr(file, "_FOLDER", tmp_path)
        patch.setattr(file, "SCHEMA_VERSION", file.SCHEMA_VERSION + 1)
        with pytest.raises(duckdb.InvalidInputException):
            open_store(path, write=True)
    assert open_store(path) == made


@pytest.mark.parametrize("write", [True, False])
def test_a_store_of_a_newer_hubaudit(path: Path, *, write: bool) -> None:
    open_store(path, write=True)
    database(path, "update raw.meta set schema_version = 99")
    assert "newer hubaudit (schema 99" in complaint(path, StoreVersionError, write=write)


@pytest.mark.parametrize("write", [True, False])
@pytest.mark.parametrize(
    "statement",
    [
        "create table mine (x integer)",
        "create schema raw; create table raw.crawl (x integer)",
        "create schema raw; create table raw.meta (x integer)",
        "create schema raw; create table raw.meta (schema_version integer)",
    ],
)
def test_another_programs_database_is_left_alone(path: Path, statement: str, *, write: bool) -> None:
    database(path, statement)
    before = path.read_bytes()
    assert "another program" in complaint(path, write=write)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a database" * 500, b"x"])
def test_a_file_that_is_no_database(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    complaint(path)
    complaint(path, write=False)
    assert path.read_bytes() == content


def test_a_store_that_was_cut_off(path: Path) -> None:
    open_store(path, write=True)
    path.write_bytes(path.read_bytes()[:5000])
    complaint(path)


def test_damage_that_shows_only_later(path: Path) -> None:
    open_store(path, write=True)
    database(path, "insert into raw.text select i::varchar, 1, 'utf-8', repeat(md5(i::varchar), 50)"
                   " from range(20000) as t(i)")  # fmt: skip
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 300_000] = bytes(byte ^ 0xFF for byte in content[middle : middle + 300_000])
    path.write_bytes(content)
    with duckdb.connect() as con, pytest.raises(StoreError) as caught, attached(con, path):
        con.execute("select sum(length(text)), max(blob) from store.raw.text").fetchall()
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    complaint(tmp_path)
    complaint(tmp_path, write=False)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert "cannot make the folder" in complaint(tmp_path / "file" / "x" / "store.duckdb")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    complaint(locked / "store.duckdb")
    complaint(locked / "deeper" / "store.duckdb")


HOLD = """
import sys, duckdb
from pathlib import Path
from hubaudit.store.file import attached
with duckdb.connect() as con, attached(con, Path(sys.argv[1]), write=sys.argv[2] == "write"):
    print("open", flush=True)
    sys.stdin.read()
"""


def held(path: Path, mode: str, env: dict[str, str]) -> subprocess.Popen[str]:
    """Another process that has the store open until its stdin closes."""
    command = [sys.executable, "-c", HOLD, str(path), mode]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, text=True)
    assert process.stdout
    assert process.stdout.readline() == "open\n"
    return process


@pytest.mark.parametrize(("mode", "write"), [("write", True), ("write", False), ("read", True)])
def test_a_store_in_use_names_who_uses_it(
    path: Path, offline_env: dict[str, str], mode: str, *, write: bool
) -> None:
    open_store(path, write=True)
    with held(path, mode, offline_env) as holder:
        said = complaint(path, StoreLockedError, write=write)
        holder.communicate()
    assert f"in use by process {holder.pid} (" in said
    open_store(path, write=write)


def test_many_may_read_at_once(path: Path, offline_env: dict[str, str]) -> None:
    made = open_store(path, write=True)
    with held(path, "read", offline_env) as holder:
        assert open_store(path) == made
        holder.communicate()


@pytest.mark.parametrize("given", ["/some/where.duckdb", "relative.duckdb"])
def test_the_environment_names_the_store(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBAUDIT_DB", given)
    assert default_path() == Path(given)


@pytest.mark.parametrize("unset", [True, False])
def test_the_store_has_a_place_of_its_own(
    home: Path, monkeypatch: pytest.MonkeyPatch, *, unset: bool
) -> None:
    if unset:
        monkeypatch.delenv("HUBAUDIT_DB")
    else:
        monkeypatch.setenv("HUBAUDIT_DB", "")
    assert default_path().is_relative_to(home)
    assert default_path().name == "hubaudit.duckdb"


def test_a_store_of_version_1_gets_the_tables_of_a_new_one(tmp_path: Path) -> None:
    new, old = tmp_path / "new.duckdb", tmp_path / "old.duckdb"
    with opened(new, write=True):
        pass
    _make_version_1(old)

    with opened(old, write=True):
        pass

    assert _shape(old) == _shape(new)


def _make_version_1(path: Path) -> None:
    with opened(path, write=True) as con:
        for table in ("popularity", "finding", "license_text", "license_clause", "code_repo", "grid_log"):
            con.execute(f"drop table store.raw.{table}")
        con.execute("update store.raw.meta set schema_version = 1")


def _shape(path: Path) -> list[tuple[object, ...]]:
    with opened(path) as con:
        version: list[tuple[object, ...]] = con.execute("from store.raw.meta").fetchall()
        columns = con.execute(
            "select schema_name, table_name, column_name, data_type, is_nullable"
            " from duckdb_columns() where database_name = 'store' order by all"
        ).fetchall()
    return version + columns
