"""Ctrl-C while DuckDB works: it ends all of a query's threads, not only the one that Python waits for."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from duckdb import DuckDBPyConnection


@contextmanager
def interruptible(con: DuckDBPyConnection) -> Iterator[None]:
    """Let Ctrl-C stop this connection's query at once; left alone, each thread first ends its share of it.

    Where somebody else listens to Ctrl-C, or another thread would get it, nothing is done.
    """
    before = signal.getsignal(signal.SIGINT)
    is_ours = threading.current_thread() is threading.main_thread() and before is signal.default_int_handler

    def stop(number: int, frame: FrameType | None) -> None:
        con.interrupt()
        signal.default_int_handler(number, frame)

    if is_ours:
        signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        if is_ours:
            signal.signal(signal.SIGINT, before)
