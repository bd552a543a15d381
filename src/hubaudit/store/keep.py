"""What a run learned, kept: from the work tables into the attached store, changes only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hubaudit.store import rows
from hubaudit.store.copy import READINGS
from hubaudit.store.file import create_tables, opened
from hubaudit.store.runs import next_run
from hubaudit.store.transaction import all_or_nothing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from hubaudit.model import RepoAnswer

NEW = 0  # the crawl_id of rows that have no run in the store yet


@dataclass(frozen=True, slots=True)
class Run:
    """A run that asked the Hub, for raw.crawl."""

    kind: str
    started_at: datetime
    finished_at: datetime
    requests: int
    outcome: str


def keep(con: DuckDBPyConnection, repos: Sequence[tuple[str, str]], run: Run) -> None:
    """Write what the Hub answered on these (kind, id) repositories into database `store`, all or nothing."""
    kinds, ids = [kind for kind, _ in repos], [repo_id for _, repo_id in repos]
    con.execute(_KEPT, [kinds, ids])
    with all_or_nothing(con):
        crawl_id = next_run(con)
        for statement in _STATEMENTS:
            con.execute(statement.format(crawl_id=crawl_id))
        keep_code(con)
        _keep_reading(con)
        con.execute(
            "insert into store.raw.crawl values (?, ?, null, ?, ?, null, ?, ?, ?)",
            [crawl_id, run.kind, run.started_at, run.finished_at, run.requests, len(repos), run.outcome],
        )


def keep_records(store: Path, answers: Sequence[RepoAnswer], run: Run) -> None:
    """Write the Hub's answers on single repositories into the store, all or nothing."""
    names = ((answer.kind, name) for answer in answers for name in (answer.asked_id, answer.repo_id) if name)
    repos = list(dict.fromkeys(names))
    with opened(store, write=True) as con:
        create_tables(con)
        for answer in answers:
            rows.add_repo(con, NEW, answer)
        keep(con, repos, run)


def keep_files(con: DuckDBPyConnection) -> None:
    """Write looks at files and their texts into database `store`, inside the caller's transaction."""
    con.execute(
        "create or replace temp table kept as"
        " select distinct kind, lower(repo_id) as repo_key from raw.text_seen"
    )
    con.execute(_KEEP_SEEN)
    con.execute(_KEEP_TEXTS)


def keep_code(con: DuckDBPyConnection) -> None:
    """Write what code hosts said into database `store`, inside the caller's transaction; later looks stay."""
    con.execute(_KEEP_CODE)


def keep_reading(con: DuckDBPyConnection) -> None:
    """Write what was read in texts into database `store`, in the place of what older patterns had found."""
    with all_or_nothing(con):
        _keep_reading(con)


def _keep_reading(con: DuckDBPyConnection) -> None:
    for statement in _READING:
        con.execute(statement)


def keep_closure(con: DuckDBPyConnection, root: str) -> None:
    """Remember which repositories the answer on model `root` rests on: the next answer loads them at once."""
    con.execute("delete from store.raw.closure where root_key = lower(?)", [root])
    con.execute("insert into store.raw.closure select * from core.closure where model_key = lower(?)", [root])


_KEPT = (
    "create or replace temp table kept as select distinct unnest($1) as kind, lower(unnest($2)) as repo_key"
)

_FACTS = """
    insert into store.raw.{table}
    select row.* from raw.{table} as row
    join raw.text using (blob)
    where not exists (
        select 1 from store.raw.{reading} as old where old.blob = row.blob and old.version = row.version
    )
"""

_KEEP_SEEN = """
    insert into store.raw.text_seen
    with last as (
        select kind, repo_id, path, arg_max([commit, outcome, blob], observed_at) as seen
        from store.raw.text_seen
        where lower(repo_id) in (select repo_key from kept)
        group by all
    )
    select row.*
    from raw.text_seen as row
    join kept on kept.kind = row.kind and kept.repo_key = lower(row.repo_id)
    left join last on last.kind = row.kind and last.repo_id = row.repo_id and last.path = row.path
    where row.outcome <> 'unreachable' and last.seen is distinct from [row.commit, row.outcome, row.blob]
        -- what the store had seen before was copied from it
        and not exists (
            select 1 from store.raw.text_seen as old
            where old.kind = row.kind and old.repo_id = row.repo_id and old.path = row.path
                and old.observed_at = row.observed_at
        )
"""
_KEEP_CODE = """
    insert or replace into store.raw.code_repo
    select row.* from raw.code_repo as row
    where not exists (
        select 1 from store.raw.code_repo as old
        where old.host = row.host and old.repo = row.repo and old.looked_at >= row.looked_at
    )
"""
_KEEP_TEXTS = "insert into store.raw.text select * from raw.text on conflict do nothing"

# An answer that the network swallowed is no observation. An unchanged record or file is no change.
_STATEMENTS = (
    f"""
    insert into store.raw.repo_log
    with last as (
        select log.kind, kept.repo_key, log.shape, arg_max(log.change_hash, log.observed_at) as change_hash
        from store.raw.repo_log as log
        join kept on kept.kind = log.kind and kept.repo_key = lower(log.repo_id)
        group by all
    )
    select row.* replace ({{crawl_id}} as crawl_id)
    from raw.repo_log as row
    join kept on kept.kind = row.kind and kept.repo_key = lower(row.repo_id)
    left join last
        on last.kind = row.kind and last.repo_key = kept.repo_key and last.shape = row.shape
    where row.crawl_id = {NEW} and row.outcome <> 'unreachable'
        and row.change_hash is distinct from last.change_hash
    -- an old name and the new one may both have led to the same record
    qualify row_number() over (
        partition by row.kind, kept.repo_key, row.change_hash order by row.observed_at
    ) = 1
    """,
    """
    delete from store.raw.repo_check as old
    using raw.repo_check as checked, kept
    where checked.kind = old.kind and checked.repo_key = old.repo_key
        and kept.kind = old.kind and kept.repo_key = old.repo_key
    """,
    """
    insert into store.raw.repo_check
    select checked.* from raw.repo_check as checked
    join kept on kept.kind = checked.kind and kept.repo_key = checked.repo_key
    """,
    _KEEP_SEEN,
)

# What an older version found in a text goes; what this one found comes, unless the store has it.
_OUTDATED = """
    delete from store.raw.{table} as old
    using raw.{reading} as new
    where new.blob = old.blob and new.version <> old.version
"""
_READ = """
    insert into store.raw.{reading}
    select row.* from raw.{reading} as row join raw.text using (blob)
    on conflict do nothing
"""


def _reading(reading: str, found: Sequence[str]) -> list[str]:
    """Return what keeps one reading. Its facts first: whether a text is new is told by the texts read."""
    return [
        *(_OUTDATED.format(table=table, reading=reading) for table in (*found, reading)),
        *(_FACTS.format(table=table, reading=reading) for table in found),
        _READ.format(reading=reading),
    ]


_READING = (
    *(statement for reading, found in READINGS.items() for statement in _reading(reading, found)),
    _KEEP_TEXTS,
)
