"""Ctrl-C while DuckDB works."""

from __future__ import annotations

import os
import signal
import time
from threading import Timer
from typing import TYPE_CHECKING

import duckdb
import pytest

from hubaudit.store.file import opened
from hubaudit.store.interrupt import interruptible

if TYPE_CHECKING:
    from pathlib import Path

# every thread has seconds of work to do on its own share of the rows
LONG = f"select sum(length({'md5(' * 10}range::varchar{')' * 10})) from store.raw.many"


def run(path: Path, sql: str) -> None:
    with opened(path, write=True) as con:
        con.execute("set threads = 2")
        con.execute(sql)


def test_ctrl_c_ends_every_thread_of_a_query(path: Path) -> None:
    run(path, "create table store.raw.many as select range from range(3000000)")
    Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run(path, LONG)
    assert time.monotonic() - began < 2
    with opened(path) as con:
        assert con.execute("select count(*) from store.raw.many").fetchall() == [(3_000_000,)]


def test_who_listens_to_ctrl_c_already_goes_on_listening() -> None:
    def own(*_: object) -> None:
        """Somebody else's."""

    before = signal.signal(signal.SIGINT, own)
    try:
        with duckdb.connect() as con, interruptible(con):
            assert signal.getsignal(signal.SIGINT) is own
    finally:
        signal.signal(signal.SIGINT, before)
    with duckdb.connect() as con, interruptible(con):
        assert signal.getsignal(signal.SIGINT) not in {own, signal.default_int_handler}
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
