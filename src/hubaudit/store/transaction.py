"""One way to write several things: all of them, or none."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from duckdb import DuckDBPyConnection


@contextmanager
def all_or_nothing(con: DuckDBPyConnection) -> Iterator[None]:
    """Commit what the block wrote, or take it back when the block, or the commit, fails."""
    con.begin()
    try:
        yield
        con.commit()
    except BaseException:
        con.rollback()
        raise
