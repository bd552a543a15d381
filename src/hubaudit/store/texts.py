"""The texts of the store that are still to be read, in batches, and what was read in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from hubaudit.store.copy import READINGS
from hubaudit.store.rows import add_reading
from hubaudit.store.transaction import all_or_nothing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from duckdb import DuckDBPyConnection

    from hubaudit.store.rows import Reading

UNREAD = "unread"  # the outcome of a text that could not be read

BATCH = 200  # texts: some 400 KB, some seconds of work
_PATHS = {"text_scan": "in ('README.md', '(gate)')", "license_text": "<> 'README.md'"}
# What an older version found goes at once: nobody reads it beside what today's finds.
_OUTDATED = "delete from store.raw.{table} where version <> $1"
_UNREAD = """
    create or replace temp table unread as
    with needed as (
        select distinct blob from store.raw.text_seen where path {paths} and blob is not null
        except
        select blob from store.raw.{reading} where version = $1
    )
    select row_number() over (order by text.rowid) as number, text.rowid as place, text.blob
    from store.raw.text as text
    join needed using (blob)
"""
# by place, so that a batch reads one piece of the file
_BATCH_OF = """
    select text.blob, text.text
    from store.raw.text as text
    join unread using (blob)
    where unread.number between $1 and $2
        and text.rowid >= (select min(place) from unread where number >= $1)
        and text.rowid <= (select max(place) from unread where number <= $2)
    order by text.rowid
"""


def recall_unread(con: DuckDBPyConnection, reading: str, version: str) -> int:
    """Put what this version of a reading did not read yet into the temp table `unread`; return how much.

    A reading is named by its table, text_scan or license_text. Facts of other versions are dropped from
    database `store`.
    """
    with all_or_nothing(con):
        for table in (*READINGS[reading], reading):
            con.execute(_OUTDATED.format(table=table), [version])
    con.execute(_UNREAD.format(reading=reading, paths=_PATHS[reading]), [version])
    (count,) = con.execute("select count(*) from unread").fetchone() or (0,)
    return int(count)


def batches(con: DuckDBPyConnection) -> Iterator[list[tuple[str, str]]]:
    """Yield the texts of `unread` as (blob, text), a batch at a time."""
    (count,) = con.execute("select count(*) from unread").fetchone() or (0,)
    for first in range(1, int(count) + 1, BATCH):
        yield con.execute(_BATCH_OF, [first, first + BATCH - 1]).fetchall()


def keep_reading(con: DuckDBPyConnection, version: str, read: Reading) -> bool:
    """Keep facts in database `store`, all or nothing. False: DuckDB does not take a value in them."""
    con.execute("use store")
    try:
        with all_or_nothing(con):
            add_reading(con, version, read)
    except (duckdb.DataError, duckdb.InvalidInputException):
        return False
    finally:
        con.execute("use memory")
    return True
