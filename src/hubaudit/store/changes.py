"""What of a list is new to the log: one change detection for walks and for imports.

The temp table or view `listed` holds the rows: the columns of raw.repo_log but crawl_id, the `key`, and the
counters. Three steps, each over fewer rows: equal hashes are no change; else the columns are compared with
those of the log, and where they say nothing else, the records. A field that a record does not tell is no
change. Where the Hub refuses to tell a field of any record, the log goes on with what was told last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubaudit.store.typed import untyped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from duckdb import DuckDBPyConnection

# The last thing known of each repository, by the Hub's _id: names change hands. An answer on one repository
# and a row of a list hash alike: either is the last word. First which rows, then what they say: to carry the
# columns through the grouping takes twice as long.
_LAST = """
    create or replace temp table last as
    with dated as (
        select
            rowid                                               as row,
            coalesce(hub_id, lower(repo_id))                    as key,
            epoch_us(observed_at)::hugeint * 4294967296 + crawl_id  as moment
        from store.raw.repo_log
        where kind = $kind and outcome <> 'renamed'
            and observed_at <= coalesce($until, 'infinity'::timestamptz)
    )

    select
        kind, coalesce(hub_id, lower(repo_id)) as key, rowid as row, repo_id, outcome, hub_id, change_hash,
        observed_at
    from store.raw.repo_log
    where rowid in (select arg_max(row, moment) from dated group by key)
"""
_ADD_ODD = """
    insert into store.raw.odd_record
    select distinct $crawl_id, observed_at, kind, url, record
    from listed
    where repo_id is null and not exists (
        select 1 from store.raw.odd_record as old
        where old.kind = listed.kind and old.observed_at = listed.observed_at
            and old.url = listed.url and old.record is not distinct from listed.record
    )
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
        and listed.observed_at >= last.observed_at
        -- a name that another repository took leads nowhere else
        and lower(last.repo_id) not in (
            select lower(other.repo_id) from listed as other where other.repo_id is not null
        )
        and not exists (
            select 1 from last as other
            where other.outcome = 'found' and other.key <> last.key
                and lower(other.repo_id) = lower(last.repo_id)
        )
"""
# Whose hash is another one, with what the log has of it.
_BEFORE = """
    create or replace temp table before as
    select
        log.kind, last.key, last.row, last.repo_id, log.sha, log.license, log.base_model, log.datasets,
        log.gated, log.is_disabled
    from listed
    join last on last.kind = listed.kind and last.key = listed.key
    join store.raw.repo_log as log on log.rowid = last.row
    where listed.repo_id is not null and last.outcome = 'found'
        and last.change_hash <> listed.change_hash and listed.observed_at >= last.observed_at
"""
_UNSURE = """
    create or replace temp table unsure as
    select before.kind, before.key, before.row
    from before
    join listed on listed.kind = before.kind and listed.key = before.key
    where listed.repo_id is not null and listed.repo_id = before.repo_id and {same}
"""
_SAME = f"""
    create or replace temp table same as
    select unsure.kind, unsure.key
    from unsure
    join listed on listed.kind = unsure.kind and listed.key = unsure.key
    join store.raw.repo_log as log on log.rowid = unsure.row,
    lateral (select {untyped("log.record")} as old, {untyped("listed.record")} as new)
    where listed.repo_id is not null
        and coalesce(new.lastModified, old.lastModified) is not distinct from old.lastModified
        and coalesce(new.private, old.private) is not distinct from old.private
        and list_sort(coalesce(new.tags, old.tags)) is not distinct from list_sort(old.tags)
"""
_ADD_CHANGED = """
    insert into store.raw.repo_log by name
    select listed.* exclude (downloads, likes, {kept}){carried}, $crawl_id as crawl_id
    from listed
    left join last on last.kind = listed.kind and last.key = listed.key
    left join before on before.kind = listed.kind and before.key = listed.key
    where listed.repo_id is not null
        and last.change_hash is distinct from listed.change_hash
        -- pages may have waited while somebody looked again: the later look is the better one
        and coalesce(listed.observed_at >= last.observed_at, true)
        and listed.key not in (select key from same)
"""
# The fields that have columns, which the log compares and may carry on.
_COLUMNS = {
    "sha": ("sha",),
    "tags": ("license", "base_model", "datasets"),
    "gated": ("gated",),
    "disabled": ("is_disabled",),
}


def recall_last(con: DuckDBPyConnection, kind: str, until: datetime | None = None) -> None:
    """Put what the log of database `store` last knew, at a moment or now, into the temp table `last`."""
    con.execute(_LAST, {"kind": kind, "until": until})


def add_changes(con: DuckDBPyConnection, crawl_id: int, refused: Sequence[str] = ()) -> int:
    """Log what `listed` says otherwise than `last`, inside the caller's transaction; return how much.

    `refused` are the fields that the Hub does not tell now.
    """
    con.execute(_BEFORE)
    same = [_is_same(column) for columns in _COLUMNS.values() for column in columns]
    con.execute(_UNSURE.format(same=" and ".join(same)))
    con.execute(_SAME)
    for statement in (_ADD_ODD, _ADD_RENAMED):
        con.execute(statement, {"crawl_id": crawl_id})
    kept = [column for field in refused for column in _COLUMNS.get(field, ())]
    carried = "".join(f", coalesce(listed.{column}, before.{column}) as {column}" for column in kept)
    (changed,) = con.execute(
        _ADD_CHANGED.format(kept=", ".join(["key", *kept]), carried=carried), {"crawl_id": crawl_id}
    ).fetchone() or (0,)
    return int(changed)


def _is_same(column: str) -> str:
    return f"coalesce(listed.{column}, before.{column}) is not distinct from before.{column}"
