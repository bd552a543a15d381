"""A walk over the Hub's list, finished or not, put into the change log: changes only, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import duckdb
import zstandard

from hubaudit.errors import CacheError
from hubaudit.store.changes import add_changes, recall_last
from hubaudit.store.looks import add_looks
from hubaudit.store.rows import readable
from hubaudit.store.transaction import all_or_nothing
from hubaudit.store.typed import told, typed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from duckdb import DuckDBPyConnection

    from hubaudit.model import PageFile

_SHORTEST_BUFFER = 1 << 24  # bytes; a record has to fit in, and each thread has one
_LONGEST_BUFFER = 1 << 29  # what a damaged file calls its size may be anything
_FRAME_HEADER = 18  # bytes
_PAGES = """
    create or replace temp table page as
    select
        unnest($files) as file, unnest($urls) as url, unnest($moments) as observed_at,
        unnest($counts) as records
"""
_ROWS = """
    select
        page.file, page.url, page.observed_at, $kind as kind, 'found' as outcome, null::varchar as renamed_to,
        sent.json as record
    from read_json_objects($files, format = 'array', filename = true, maximum_object_size = {longest}) as sent
    join page on page.file = sent.filename
"""
# What is known need not be carried along: most rows of a list are not looked at again.
_NEWS = """
    select row.* replace (if(is_known, null, row.record) as record, if(is_known, null, row.told) as told)
    from (
        select row.*, coalesce(last.change_hash = row.change_hash, false) as is_known
        from ({rows}) as row
        left join last on last.key = row.key
    ) as row
"""
_CUT_SHORT = """
    select page.file
    from page
    left join (select file, count(*) as records from listed group by file) as read on read.file = page.file
    where coalesce(read.records, 0) <> page.records
    limit 1
"""
# The list moves under the walk and may show a repository twice: the later sight counts.
_DROP_EARLIER = """
    delete from listed
    where rowid in (
        select row
        from (
            select
                rowid as row,
                row_number() over (partition by key order by observed_at desc, url desc) as nth
            from listed
            where repo_id is not null and key in (
                select key from listed where repo_id is not null group by key having count(*) > 1
            )
        )
        where nth > 1
    )
"""
_UNSEEN = """
    create or replace temp table unseen as
    select last.*
    from last
    where last.outcome = 'found'
        and not exists (select 1 from listed where listed.repo_id is not null and listed.key = last.key)
        -- a record without an _id is told by its name
        and (
            last.hub_id is not null
            or last.key not in (select lower(repo_id) from listed where repo_id is not null)
        )
"""
# Its name is another repository's now: nobody need be asked. It went before the other one was seen.
_ADD_REPLACED = """
    insert into store.raw.repo_log by name
    with holder as (
        select lower(log.repo_id) as name, max(log.observed_at) as observed_at, max(listed.url) as url
        from listed
        join store.raw.repo_log as log
            on log.kind = listed.kind and log.hub_id = listed.hub_id and log.repo_id = listed.repo_id
        where log.outcome = 'found' and lower(listed.repo_id) in (select lower(repo_id) from unseen)
        group by all
    )

    select
        $crawl_id as crawl_id,
        greatest(holder.observed_at - interval 1 microsecond, unseen.observed_at + interval 1 microsecond)
            as observed_at,
        unseen.kind, unseen.repo_id, unseen.hub_id, $outcome as outcome, md5($outcome) as change_hash,
        holder.url
    from unseen
    join holder on holder.name = lower(unseen.repo_id)
"""
_STILL_UNSEEN = """
    select repo_id, hub_id from unseen
    where not exists (select 1 from listed where lower(listed.repo_id) = lower(unseen.repo_id))
    order by key
"""
_ADD_GONE = """
    insert into store.raw.repo_log by name
    select
        $crawl_id as crawl_id, $observed_at as observed_at, $kind as kind, $repo_id as repo_id,
        $hub_id as hub_id, $outcome as outcome, md5($outcome) as change_hash, $url as url
"""
_MISSING = "missing-or-private"  # model.Outcome.MISSING


@dataclass(frozen=True, slots=True)
class Unseen:
    """A repository that was there and that a walk over the whole list did not show."""

    repo_id: str
    hub_id: str | None


@dataclass(frozen=True, slots=True)
class Applied:
    """What a walk changed. `replaced` went, and others have their names; the `unseen` may still be there."""

    listed: int = 0
    changed: int = 0
    replaced: int = 0
    unseen: tuple[Unseen, ...] = ()


def apply_walk(  # noqa: PLR0913 - each says one thing of the walk
    con: DuckDBPyConnection,
    crawl_id: int,
    kind: str,
    pages: Sequence[PageFile],
    *,
    is_whole: bool,
    refused: Sequence[str] = (),
) -> Applied:
    """Put these pages into the log of database `store`. Applying them again changes nothing.

    `refused` are the fields that the Hub does not tell now: they stay as told last. Only a walk over the
    whole list tells what is not there. A damaged page raises CacheError.
    """
    if not pages:
        return Applied()
    recall_last(con, kind)
    read_pages(con, kind, pages)
    (listed,) = con.execute("select count(*) from listed").fetchone() or (0,)
    with all_or_nothing(con):
        changed = add_changes(con, crawl_id, refused)
        add_looks(con)
        replaced, unseen = _unseen(con, crawl_id) if is_whole else (0, ())
    con.execute("drop table listed")
    return Applied(listed, changed, replaced, unseen)


def add_gone(
    con: DuckDBPyConnection, crawl_id: int, kind: str, repo: Unseen, seen: tuple[str, str, datetime]
) -> int:
    """Log that the Hub does not show a repository any more; `seen` is outcome, address and time."""
    outcome, url, observed_at = seen
    values = {"crawl_id": crawl_id, "kind": kind, "outcome": outcome, "url": url, "observed_at": observed_at}
    (added,) = con.execute(
        _ADD_GONE, values | {"repo_id": repo.repo_id, "hub_id": repo.hub_id}
    ).fetchone() or (0,)
    return int(added)


def read_pages(con: DuckDBPyConnection, kind: str, pages: Sequence[PageFile]) -> None:
    """Put the records of all pages into the temp table `listed`, beside what `last` knows."""
    try:
        _list(con, kind, pages, [str(page.path) for page in pages])
    except (duckdb.InvalidInputException, duckdb.IOException):
        with TemporaryDirectory() as folder:
            _list(con, kind, pages, [_mended(page.path, Path(folder)) for page in pages])


def _list(con: DuckDBPyConnection, kind: str, pages: Sequence[PageFile], files: Sequence[str]) -> None:
    urls, moments = [page.url for page in pages], [page.observed_at for page in pages]
    counts = [page.records for page in pages]
    con.execute(_PAGES, {"files": files, "urls": urls, "moments": moments, "counts": counts})
    rows = _ROWS.format(longest=max(_SHORTEST_BUFFER, *map(_unpacked_size, files)))
    news = _NEWS.format(rows=told(rows, is_list=True))
    con.execute(f"create or replace temp table listed as {typed(news)}", {"kind": kind, "files": files})
    if short := con.execute(_CUT_SHORT).fetchone():
        raise _damaged(Path(short[0]))
    for column in ("file", "is_known"):
        con.execute(f"alter table listed drop column {column}")
    con.execute(_DROP_EARLIER)


def _unpacked_size(file: str) -> int:
    """Return what a page's head says; whether it is true is seen when it is read."""
    with Path(file).open("rb") as page:
        try:
            return min(_LONGEST_BUFFER, zstandard.frame_content_size(page.read(_FRAME_HEADER)))
        except zstandard.ZstdError:
            return 0


def _mended(page: Path, folder: Path) -> str:
    """Return the page, or a copy where it escapes half a character: JSON may, and DuckDB does not read it."""
    try:
        sent = zstandard.ZstdDecompressor().decompress(page.read_bytes())
    except (OSError, MemoryError, zstandard.ZstdError) as error:
        raise _damaged(page) from error
    mended = readable(sent).encode()
    if mended == sent:
        return str(page)
    copy = folder / page.name
    copy.write_bytes(zstandard.compress(mended))
    return str(copy)


def _damaged(page: Path) -> CacheError:
    return CacheError(
        f"{page} cannot be read: delete the folder {page.parent} and crawl again from the beginning"
    )


def _unseen(con: DuckDBPyConnection, crawl_id: int) -> tuple[int, tuple[Unseen, ...]]:
    """Log what was replaced; return how many, and what the Hub has to be asked for."""
    con.execute(_UNSEEN)
    values = {"crawl_id": crawl_id, "outcome": _MISSING}
    (replaced,) = con.execute(_ADD_REPLACED, values).fetchone() or (0,)
    return int(replaced), tuple(Unseen(*row) for row in con.execute(_STILL_UNSEEN).fetchall())
