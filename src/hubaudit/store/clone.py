"""Whole copies of the store: for readers while it is written, in its own place without waste, and as backup.

A copy is a new file beside the place where it will be. It gets its name when it is finished, counted and on
the disk: whoever kills the process before that leaves what was there.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from hubaudit.errors import StoreError, StoreLockedError, UsageError
from hubaudit.store.dumps import literal
from hubaudit.store.durable import put_in_place
from hubaudit.store.file import attach, opened, published

if TYPE_CHECKING:
    from collections.abc import Iterator

    from duckdb import DuckDBPyConnection

WASTE = 0.4  # share of free blocks from which on a store is written anew
_LEAST_WASTE = 64 << 20  # bytes: less is not worth it
# In a copy for readers, the rows of one repository lie together: a look-up reads few blocks.
_BY_ID = {
    "repo_log": "kind, lower(repo_id), observed_at, crawl_id",
    "text_seen": "kind, lower(repo_id), path, observed_at",
}


def publish(path: Path) -> bool:
    """Give readers a copy of the store as it is now; return whether one was needed.

    Raises StoreError; the copy before, if any, is still there then.
    """
    copy = published(path)
    if not path.exists() or _is_current(copy, path):
        return False
    with _held(path) as con:
        return _copy(con, copy, _BY_ID)


def compact(path: Path, *, waste: float = WASTE, least: int = _LEAST_WASTE) -> bool:
    """Write the store anew when so large a share of it, and so many bytes, are free; return whether.

    Nobody can write to the store meanwhile: it is held open to read. Raises StoreError; the store is then as
    before.
    """
    if not path.exists():
        return False
    with opened(path, write=True) as con:
        con.execute("checkpoint store")
    with _held(path) as con:
        total, free = size(con)
        # another process's log of changes beside the file would be lost: the next run will do
        if path.with_name(f"{path.name}.wal").exists() or free < max(least, waste * total):
            return False
        return _copy(con, path, {})


def back_up(path: Path, target: Path) -> None:
    """Write a compact copy of the store to a file that is not there yet. Raises UsageError, StoreError."""
    if target.exists():
        raise UsageError(f"{target} exists already: name a new file")
    with _held(path) as con:
        if not _copy(con, target, {}):
            raise StoreLockedError(f"another process is writing {target}: wait until it ends")


def size(con: DuckDBPyConnection) -> tuple[int, int]:
    """Return the bytes of the attached store's file, and how many of them are free for new rows."""
    row = con.execute(
        """
        select path, block_size * used_blocks
        from pragma_database_size() join duckdb_databases() using (database_name)
        where database_name = 'store'
        """
    ).fetchone() or ("", 0)
    total = Path(row[0]).stat().st_size  # DuckDB also counts blocks at the end that it has cut off
    return total, max(0, total - row[1])


@contextmanager
def _held(path: Path) -> Iterator[DuckDBPyConnection]:
    """Open the store itself to read, never a copy of it: nobody can write to it until the block ends."""
    with duckdb.connect() as con:
        # a sort of the whole Hub goes through the disk, beside the store
        con.execute(f"set temp_directory = {literal(str(path.with_name(f'.{path.name}.spill')))}")
        attach(con, path)
        yield con
        con.execute("detach store")


def _is_current(copy: Path, path: Path) -> bool:
    try:
        return copy.exists() and _state(copy) == _state(path)
    except StoreLockedError:
        raise
    except StoreError:
        return False  # a copy that cannot be read is replaced


def _state(path: Path) -> list[tuple[object, ...]]:
    """Return what tells whether two stores are the same: rows are only ever added, but in a few tables."""
    with _held(path) as con:
        tables = _tables(con)
        counts = [con.execute(f"select count(*) from store.{table}").fetchone() or () for table in tables]
        runs = con.execute("select max(crawl_id), max(finished_at)::varchar from store.raw.crawl").fetchall()
        return counts + runs


def _tables(con: DuckDBPyConnection, database: str = "store") -> list[str]:
    found = con.execute(
        "select schema_name || '.' || table_name from duckdb_tables() where database_name = ? order by 1",
        [database],
    )
    return [name for (name,) in found.fetchall()]


def _copy(con: DuckDBPyConnection, path: Path, order: dict[str, str]) -> bool:
    """Copy the attached store to `path`; return False when another process is doing so."""
    part = path.with_name(f"{path.name}.part")
    try:
        _remove_leftover(con, part)
        with _written(con, part):
            _fill(con, order)
        put_in_place(part, path)
    except StoreLockedError:
        return False
    except (OSError, duckdb.Error, StoreError) as error:
        part.unlink(missing_ok=True)
        reason = str(getattr(error, "strerror", None) or error).split("\n", 1)[0]
        raise StoreError(
            f"no copy was written to {path}: {reason}. What was there before is whole"
        ) from error
    return True


def _remove_leftover(con: DuckDBPyConnection, part: Path) -> None:
    """Remove what a killed process left. Raises StoreLockedError where one is still writing it."""
    if not part.exists():
        return
    try:
        attach(con, part, write=True, name="copy")
        con.execute("detach copy")
    except StoreLockedError:
        raise
    except StoreError:
        pass  # cut off half-way
    for leftover in (part, part.with_name(f"{part.name}.wal")):
        leftover.unlink(missing_ok=True)


@contextmanager
def _written(con: DuckDBPyConnection, part: Path) -> Iterator[None]:
    attach(con, part, write=True, name="copy")
    try:
        yield
        con.execute("checkpoint copy")
    finally:
        con.execute("detach database if exists copy")


def _fill(con: DuckDBPyConnection, order: dict[str, str]) -> None:
    con.execute("copy from database store to copy (schema)")
    for table in _tables(con):
        name = table.partition(".")[2]
        sorting = f"order by {order[name]}" if name in order else ""
        con.execute(f"insert into copy.{table} select * from store.{table} {sorting}")
        counts = [
            con.execute(f"select count(*) from {each}.{table}").fetchone() for each in ("store", "copy")
        ]
        if counts[0] != counts[1]:
            raise StoreError(f"rows of {table} are missing in the copy")
