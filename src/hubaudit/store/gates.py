"""Records that speak of a gate, and the gates' words as looks at a file of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubaudit.store.transaction import all_or_nothing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from duckdb import DuckDBPyConnection

_PATH = "(gate)"  # text.gate.GATE_PATH
_FETCHED = 1000  # records at a time
# The log's last word on each repository, if it speaks of a gate or an earlier one did.
_RECORDS = f"""
    with latest as (
        select
            kind, lower(repo_id) as repo_key,
            arg_max(rowid, (observed_at, crawl_id, outcome = 'found')) as row
        from store.raw.repo_log
        group by all
    ),

    known as (
        select kind, lower(repo_id) as repo_key, arg_max([outcome, blob], observed_at) as seen
        from store.raw.text_seen
        where path = '{_PATH}'
        group by all
    )

    select
        latest.row,
        if(contains(log.record::varchar, 'extra_gated_'), log.record::varchar, null) as words,
        known.seen[2] as blob
    from latest
    join store.raw.repo_log as log on log.rowid = latest.row
    left join known on known.kind = latest.kind and known.repo_key = latest.repo_key
    where log.outcome = 'found' and (words is not null or known.seen[2] is not null)
"""
_CHANGED = """
    create or replace temp table changed as
    select unnest(from_json($1,
        '[{"row": "BIGINT", "blob": "VARCHAR", "bytes": "BIGINT", "text": "VARCHAR"}]'
    ), recursive := true)
"""
_ADD_TEXTS = """
    insert into store.raw.text
    select distinct on (blob) blob, bytes, 'utf-8', text from changed where blob is not null
    on conflict do nothing
"""
_ADD_SEEN = f"""
    insert into store.raw.text_seen
    select
        log.observed_at, log.kind, log.repo_id, coalesce(log.sha, 'main'), '{_PATH}',
        if(changed.blob is null, 'absent', 'found'), changed.blob, log.url, ''
    from changed
    join store.raw.repo_log as log on log.rowid = changed.row
"""


def gated_records(con: DuckDBPyConnection) -> Iterator[tuple[int, str | None, str | None]]:
    """Yield (row of the log, record or null, blob of the words that are known) of database `store`."""
    cursor = con.execute(_RECORDS)
    while rows := cursor.fetchmany(_FETCHED):
        yield from rows


def keep_gates(con: DuckDBPyConnection, changed: str) -> None:
    """Keep the words of gates: a JSON list of row, blob (null: no gate any more), bytes and text."""
    con.execute(_CHANGED, [changed])
    with all_or_nothing(con):
        con.execute(_ADD_TEXTS)
        con.execute(_ADD_SEEN)
