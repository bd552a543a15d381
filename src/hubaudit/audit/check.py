"""Whether the store is whole: every table can be read, and its rows keep the laws of queries/check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from hubaudit.errors import StoreError
from hubaudit.store.file import attach, published
from hubaudit.store.nights import tables
from hubaudit.text.decode import blob_sha1
from hubaudit.warehouse.queries import queries_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SHOWN = 3  # rows that break a law, named as a sample
_OTHER_ENCODINGS = "select blob, encoding, text from raw.text where encoding not in ('utf-8', 'utf-8-sig')"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `detail` says what is wrong, or how much was read."""

    what: str
    is_ok: bool
    detail: str


def check_store(path: Path) -> list[Check]:
    """Read all of the store and of its copy for readers, and hold the rows to their laws.

    Raises StoreLockedError while another process writes to it.
    """
    checks = list(_check(path, "store"))
    if published(path).exists():
        checks += _check(published(path), "copy")
    return checks


def _check(path: Path, what: str) -> Iterator[Check]:
    with duckdb.connect() as con:
        try:
            attach(con, path)
            rows = sum(_read(con, table) for table in tables(con))
        except duckdb.Error as error:
            yield Check(f"{what}: every table can be read", is_ok=False, detail=_line(error))
            return
        except StoreError as error:
            if type(error) is not StoreError:
                raise
            yield Check(f"{what}: every table can be read", is_ok=False, detail=str(error))
            return
        yield Check(f"{what}: every table can be read", is_ok=True, detail=f"{rows:,} rows")
        yield from _laws(con, what)


def _read(con: duckdb.DuckDBPyConnection, table: str) -> int:
    """Read every value of a table, which compares the checksum of each block; return its rows."""
    rows, _ = con.execute(
        f"select count(*), bit_xor(hash(row)) from store.raw.{table} as row"
    ).fetchone() or (0, 0)
    return int(rows)


def _laws(con: duckdb.DuckDBPyConnection, what: str) -> Iterator[Check]:
    con.execute("use store")
    for law in sorted((queries_folder() / "check").glob("*.sql")):
        sql = law.read_text(encoding="utf-8")
        sentence = sql.split("\n", 1)[0].removeprefix("-- ").partition(".")[0]
        broken = [str(row[0]) for row in con.execute(sql).fetchall()]
        yield _law(f"{what}: {sentence[0].lower()}{sentence[1:]}", broken)
    yield _law(f"{what}: every text of another encoding than UTF-8 gives its bytes back", _other_texts(con))
    con.execute("use memory")


def _law(what: str, broken: list[str]) -> Check:
    sample = f"{len(broken):,} rows are not so: {', '.join(broken[:_SHOWN])}" if broken else ""
    return Check(what, not broken, sample)


def _other_texts(con: duckdb.DuckDBPyConnection) -> list[str]:
    found = con.execute(_OTHER_ENCODINGS).fetchall()
    return [blob for blob, encoding, text in found if blob_sha1(text.encode(encoding, "replace")) != blob]


def _line(error: duckdb.Error) -> str:
    return str(error).split("\n", 1)[0]
