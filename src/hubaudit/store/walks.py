"""A walk over the Hub's list, finished or not, put into the change log: changes only, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb
import zstandard

from hubaudit.errors import CacheError
from hubaudit.store.changes import add_changes, recall_last
from hubaudit.store.rows import readable
from hubaudit.store.transaction import all_or_nothing
from hubaudit.store.typed import typed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from duckdb import DuckDBPyConnection

_SHORTEST_BUFFER = 1 << 24  # bytes; a page is one line, and each thread has a buffer for the longest
_FILES = """
    select page.url, page.observed_at, unnest(page.records) as record
    from read_json($files, format = 'newline_delimited', maximum_object_size = {longest},
        columns = {{url: 'VARCHAR', observed_at: 'TIMESTAMPTZ', records: 'JSON[]'}}) as page
"""
_MAKE_MENDED = "create or replace temp table mended (url varchar, observed_at timestamptz, record json)"
_ADD_MENDED = """
    insert into mended
    select
        line ->> 'url', cast(line ->> 'observed_at' as timestamptz), unnest(cast(line -> 'records' as json[]))
    from (select cast($line as json) as line)
"""
# An id that is no text names nothing: such a record is odd.
_RECORDS = """
    select
        $kind as kind, observed_at, url,
        if(json_type(record -> 'id') = 'VARCHAR', nullif(record ->> 'id', ''), null) as repo_id,
        'found' as outcome, null as renamed_to, record
    from ({source})
"""
_LISTED = """
    create or replace temp table listed as
    with row as ({rows})
    select row.*, coalesce(row.hub_id, lower(row.repo_id)) as key
    from row
    -- the list moves under the walk and may show a repository twice: the later sight counts
    qualify repo_id is null or row_number() over (
        partition by key, repo_id is null order by observed_at desc, url desc
    ) = 1
"""
_ADD_CHECKED = """
    insert into store.raw.repo_check
    select kind, lower(repo_id), max(observed_at) from listed where repo_id is not null group by all
    on conflict do update set checked_at = greatest(checked_at, excluded.checked_at)
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
        where log.outcome = 'found'
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


def apply_walk(
    con: DuckDBPyConnection, crawl_id: int, kind: str, pages: Sequence[Path], *, is_whole: bool
) -> Applied:
    """Put these pages into the log of database `store`. Applying them again changes nothing.

    Only a walk over the whole list tells what is not there. A damaged page raises CacheError.
    """
    if not pages:
        return Applied()
    recall_last(con, kind)
    _read(con, kind, pages)
    with all_or_nothing(con):
        changed = add_changes(con, crawl_id)
        con.execute(_ADD_CHECKED)
        replaced, unseen = _unseen(con, crawl_id) if is_whole else (0, ())
    (listed,) = con.execute("select count(*) from listed").fetchone() or (0,)
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


def _read(con: DuckDBPyConnection, kind: str, pages: Sequence[Path]) -> None:
    """Put the records of all pages into the temp table `listed`."""
    longest = max(_SHORTEST_BUFFER, *(len(_unpacked(page)) for page in pages))
    files = {"kind": kind, "files": [str(page) for page in pages]}
    try:
        _list(con, _FILES.format(longest=longest), files)
    except duckdb.InvalidInputException:  # half a character, which JSON may escape and DuckDB does not read
        con.execute(_MAKE_MENDED)
        for page in pages:
            con.execute(_ADD_MENDED, {"line": readable(_unpacked(page))})
        _list(con, "from mended", {"kind": kind})
        con.execute("drop table mended")


def _list(con: DuckDBPyConnection, source: str, values: Mapping[str, object]) -> None:
    con.execute(_LISTED.format(rows=typed(_RECORDS.format(source=source))), values)


def _unpacked(page: Path) -> bytes:
    """Return a page's line. DuckDB would take a file that was cut short for an empty one."""
    try:
        return zstandard.ZstdDecompressor().decompress(page.read_bytes())
    except (OSError, zstandard.ZstdError) as error:
        raise CacheError(
            f"{page} cannot be read: delete the folder {page.parent} and crawl again from the beginning"
        ) from error


def _unseen(con: DuckDBPyConnection, crawl_id: int) -> tuple[int, tuple[Unseen, ...]]:
    """Log what was replaced; return how many, and what the Hub has to be asked for."""
    con.execute(_UNSEEN)
    values = {"crawl_id": crawl_id, "outcome": _MISSING}
    (replaced,) = con.execute(_ADD_REPLACED, values).fetchone() or (0,)
    return int(replaced), tuple(Unseen(*row) for row in con.execute(_STILL_UNSEEN).fetchall())
