"""A walk over the Hub's list, finished or not, put into the change log: changes only, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hubaudit.store.typed import typed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from duckdb import DuckDBPyConnection

_LONGEST_LINE = 1 << 30  # bytes; a page is one line

# The last thing known of each repository, by the Hub's _id: names change hands.
_LAST = """
    create or replace temp table last as
    select
        kind,
        coalesce(hub_id, lower(repo_id))                                    as key,
        arg_max(repo_id, (observed_at, crawl_id))                           as repo_id,
        arg_max(outcome, (observed_at, crawl_id))                           as outcome,
        arg_max(change_hash, (observed_at, crawl_id)) filter (shape = 'listing')  as change_hash
    from store.raw.repo_log
    where kind = $kind and outcome <> 'renamed'
    group by all
"""
_PAGES = """
    select $kind as kind, page.observed_at, page.url, unnest(page.records) as record
    from read_json($files, format = 'newline_delimited', maximum_object_size = {longest},
        columns = {{url: 'VARCHAR', observed_at: 'TIMESTAMPTZ', records: 'JSON[]'}}) as page
"""
_LISTED = f"""
    create or replace temp table listed as
    with row as ({
    typed(
        f'''
        select
            kind, observed_at, url, record ->> 'id' as repo_id, 'found' as outcome, null as renamed_to, record
        from ({_PAGES.format(longest=_LONGEST_LINE)})
        '''
    )
})
    select row.*, coalesce(row.hub_id, lower(row.repo_id)) as key
    from row
    -- the list moves under the walk and may show a repository twice: the later sight counts
    qualify row_number() over (partition by key order by observed_at desc, url desc) = 1
"""
_ADD_ODD = """
    insert into store.raw.odd_record
    select $crawl_id, observed_at, kind, url, record from listed where repo_id is null
"""
_ADD_RENAMED = """
    insert into store.raw.repo_log by name
    select
        $crawl_id as crawl_id, listed.observed_at, listed.kind, last.repo_id, listed.hub_id,
        'renamed' as outcome, listed.repo_id as renamed_to, md5('renamed' || listed.repo_id) as change_hash,
        listed.url
    from listed
    join last on last.kind = listed.kind and last.key = listed.key
    where last.outcome = 'found' and lower(last.repo_id) <> lower(listed.repo_id)
"""
_ADD_CHANGED = """
    insert into store.raw.repo_log by name
    select listed.* exclude (key), $crawl_id as crawl_id
    from listed
    left join last on last.kind = listed.kind and last.key = listed.key
    where listed.repo_id is not null
        and (last.change_hash is distinct from listed.change_hash or last.outcome <> 'found')
"""
_ADD_CHECKED = """
    insert into store.raw.repo_check
    select kind, lower(repo_id), max(observed_at) from listed where repo_id is not null group by all
    on conflict do update set checked_at = excluded.checked_at
"""
_ADD_GONE = """
    insert into store.raw.repo_log by name
    select
        $crawl_id as crawl_id, $observed_at as observed_at, $kind as kind, last.repo_id,
        log.hub_id, $outcome as outcome, md5($outcome) as change_hash, $url as url
    from last
    left join (select distinct kind, hub_id from store.raw.repo_log) as log
        on log.kind = last.kind and log.hub_id = last.key
    where last.kind = $kind and last.repo_id = $repo_id
"""


@dataclass(frozen=True, slots=True)
class Applied:
    """What a walk changed. `unseen` are repositories that were there and that the walk did not show."""

    listed: int
    changed: int
    unseen: tuple[str, ...]


def apply_walk(con: DuckDBPyConnection, crawl_id: int, kind: str, pages: Sequence[Path]) -> Applied:
    """Put these pages into the log of database `store`. Applying them again changes nothing."""
    con.execute(_LAST, {"kind": kind})
    con.execute(_LISTED, {"kind": kind, "files": [str(page) for page in pages]})
    con.begin()
    try:
        for statement in (_ADD_ODD, _ADD_RENAMED):
            con.execute(statement, {"crawl_id": crawl_id})
        (changed,) = con.execute(_ADD_CHANGED, {"crawl_id": crawl_id}).fetchone() or (0,)
        con.execute(_ADD_CHECKED)
        con.commit()
    except BaseException:
        con.rollback()
        raise
    (listed,) = con.execute("select count(*) from listed").fetchone() or (0,)
    unseen = con.execute(
        "select repo_id from last where outcome = 'found' and key not in (select key from listed)"
    )
    return Applied(listed, changed, tuple(row[0] for row in unseen.fetchall()))


def add_gone(
    con: DuckDBPyConnection, crawl_id: int, kind: str, repo_id: str, seen: tuple[str, str, datetime]
) -> None:
    """Log that the Hub does not show a repository any more; `seen` is outcome, address and time."""
    outcome, url, observed_at = seen
    values = {"crawl_id": crawl_id, "kind": kind, "repo_id": repo_id, "outcome": outcome, "url": url}
    con.execute(_ADD_GONE, values | {"observed_at": observed_at})
