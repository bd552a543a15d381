from __future__ import annotations

import errno
import logging
import os
import random
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from hubaudit.errors import StoreError, StoreLockedError, UsageError
from hubaudit.store import file
from hubaudit.store.clone import back_up, compact, publish, size
from hubaudit.store.file import opened, published
from tests.store.raw import ask, lines, raw_tables
from tests.store.test_file import held
from tests.store.test_imports import record, take

if TYPE_CHECKING:
    from pathlib import Path

    from duckdb import DuckDBPyConnection

ROWS = 3_000


@pytest.fixture
def store(path: Path, tmp_path: Path) -> Path:
    records = [record(f"acme/m{number:05}", tags=["license:mit", "x" * 500]) for number in range(ROWS)]
    take(path, lines(tmp_path / "list", *records))
    return path


def waste(store: Path) -> None:
    """Free blocks inside the file: rows that came and went."""
    with opened(store, write=True) as con:
        con.execute("create table store.raw.rows as select random()::varchar as x from range(1000000)")
        con.execute("create table store.raw.later as from store.raw.repo_log")
        con.execute("checkpoint store")
        con.execute("drop table store.raw.rows")


def loose_ends(store: Path) -> list[str]:
    kept = {store.name, published(store).name, "list"}
    return [file.name for file in store.parent.iterdir() if file.name not in kept]


def test_readers_get_a_copy_of_every_row(store: Path) -> None:
    assert publish(store)
    assert raw_tables(published(store)) == raw_tables(store)
    assert loose_ends(store) == []


def test_a_copy_is_made_when_something_has_changed(store: Path, tmp_path: Path) -> None:
    assert [publish(store), publish(store)] == [True, False]
    take(store, lines(tmp_path / "list", record("acme/new")))
    assert [publish(store), publish(store)] == [True, False]
    assert raw_tables(published(store)) == raw_tables(store)


def test_a_copy_that_cannot_be_read_is_replaced(store: Path) -> None:
    published(store).write_bytes(b"no database")
    assert publish(store)
    assert raw_tables(published(store)) == raw_tables(store)


def test_without_a_store_there_is_nothing_to_copy(path: Path) -> None:
    assert not publish(path)
    assert not compact(path)
    assert not published(path).exists()


def test_a_reader_does_not_wait_for_a_writer(
    store: Path, offline_env: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    publish(store)
    whole = raw_tables(store)
    writer = held(store, "write", offline_env)
    try:
        with caplog.at_level(logging.WARNING):
            assert raw_tables(store) == whole
        assert "reading its copy of 20" in caplog.text
        with pytest.raises(StoreLockedError), opened(store, write=True):
            pytest.fail("the copy is no place to write to")
        for operation in (publish, compact):
            with pytest.raises(StoreLockedError):
                operation(store)
    finally:
        writer.communicate("")


def test_what_is_free_in_the_file_is_given_back(store: Path) -> None:
    waste(store)
    whole, before = raw_tables(store), store.stat().st_size
    with opened(store) as con:
        total, free = size(con)
    assert 0 < free < total == before
    assert not compact(store, waste=0.1)  # too few bytes to be worth it
    assert not compact(store, waste=1.0, least=0)
    assert compact(store, waste=0.1, least=0)
    assert store.stat().st_size < before - free / 2
    assert raw_tables(store) == whole
    take(store, store.parent / "list")
    assert loose_ends(store) == []


def test_a_store_that_another_process_reads_is_not_written_anew(
    store: Path, offline_env: dict[str, str]
) -> None:
    reader = held(store, "read", offline_env)
    try:
        with pytest.raises(StoreLockedError):
            compact(store, waste=0, least=0)
    finally:
        reader.communicate("")


def test_a_backup_is_a_store(store: Path, tmp_path: Path) -> None:
    target = tmp_path / "it's a backup.duckdb"
    back_up(store, target)
    assert raw_tables(target) == raw_tables(store)
    with pytest.raises(UsageError, match="exists already"):
        back_up(store, target)


@pytest.mark.parametrize("operation", [publish, lambda store: compact(store, waste=0, least=0)])
def test_a_full_disk_leaves_what_was_there(
    store: Path, monkeypatch: pytest.MonkeyPatch, operation: object
) -> None:
    assert callable(operation)
    publish(store)
    take(store, lines(store.parent / "list", record("acme/new")))
    before = [raw_tables(store), raw_tables(published(store))]

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(StoreError, match=r"No space left on device\. What was there before is whole"):
            operation(store)
    assert [raw_tables(store), raw_tables(published(store))] == before
    assert loose_ends(store) == []


LOOP = """
import sys
from pathlib import Path
from hubaudit.store import file
from hubaudit.store.clone import compact, publish
from hubaudit.store.file import published
store = Path(sys.argv[1])
print("go", flush=True)
while True:
    compact(store, waste=0, least=0)
    published(store).unlink(missing_ok=True)
    publish(store)
"""


def test_kills_leave_a_whole_store(store: Path, offline_env: dict[str, str]) -> None:
    whole, chance = raw_tables(store), random.Random(7)  # noqa: S311 - repeatable chance is the point
    for _ in range(5):
        command = [sys.executable, "-c", LOOP, str(store)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, env=offline_env, text=True)
        assert process.stdout
        assert process.stdout.readline() == "go\n"
        time.sleep(chance.random() / 3)
        process.kill()
        assert process.wait() == -signal.SIGKILL
        process.stdout.close()
        assert raw_tables(store) == whole
        if published(store).exists():
            assert raw_tables(published(store)) == whole
    publish(store)
    assert raw_tables(published(store)) == whole
    compact(store, waste=0, least=0)
    assert ask(store, "select count(*) from raw.repo_log") == [(ROWS,)]
    assert loose_ends(store) == []


def test_a_copy_that_is_damaged_is_no_help(store: Path, offline_env: dict[str, str]) -> None:
    published(store).write_bytes(b"no database")
    writer = held(store, "write", offline_env)
    try:
        with pytest.raises(StoreLockedError, match="in use by process"):
            raw_tables(store)
    finally:
        writer.communicate("")


def test_a_writer_gets_the_store_that_has_the_name(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file was replaced after the name was looked up, and before it was locked."""
    other = store.with_name("other.duckdb")
    back_up(store, other)
    attach = file.attach

    def late(con: DuckDBPyConnection, path: Path, *, write: bool = False) -> None:
        attach(con, path, write=write)
        if other.exists():
            other.replace(store)

    with monkeypatch.context() as patch:
        patch.setattr(file, "attach", late)
        with opened(store, write=True) as con:
            con.execute("delete from store.raw.repo_log")
    assert ask(store, "select count(*) from raw.repo_log") == [(0,)]
