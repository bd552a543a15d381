"""Rows of some repositories, copied from the store or the snapshot into the work tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from duckdb import DuckDBPyConnection

_OF_REPO = ("repo_log", "text_seen")
# What texts are read for: the table with one row per text read, and those with what was found. Each reading
# has a version of its own. The texts stay where they are.
READINGS = {"text_scan": ("mention", "link"), "license_text": ("license_clause",)}
_READ = {
    "text_scan": "true",
    "license_text": "path <> 'README.md'",  # license files, use policies and the words of a gate
}


def copy_repos(
    con: DuckDBPyConnection,
    source: str,
    repos: Sequence[tuple[str, str]],
    *,
    since: datetime | None = None,
    versions: Mapping[str, str] | None = None,
) -> list[tuple[str, str]]:
    """Copy all that database `source` knows of these (kind, id) repositories into our raw tables.

    A repository that was last checked before `since` is left out, and so are facts of another version than
    `versions` names for their reading. Returns the repositories that were copied, ids in lower case.
    """
    con.execute(_ASKED, _columns(repos))
    con.execute(f"create or replace temp table taken as {_TAKEN.format(source=source)}", [since])
    if not (taken := con.execute("select kind, repo_key from taken").fetchall()):
        return []
    for table in _OF_REPO:
        con.execute(
            f"insert into raw.{table} select row.* from {source}.raw.{table} as row"
            " join taken on taken.kind = row.kind and taken.repo_key = lower(row.repo_id)"
        )
    theirs = (
        "from raw.text_seen as seen"
        " join taken on taken.kind = seen.kind and taken.repo_key = lower(seen.repo_id)"
    )
    _copy_readings(con, source, theirs, versions=versions)
    return taken


def copy_files(
    con: DuckDBPyConnection,
    source: str,
    files: Sequence[tuple[str, str, str]],
    versions: Mapping[str, str] | None = None,
) -> None:
    """Copy the last look of database `source` at these (kind, id, path) files, unless one is here."""
    con.execute(
        "create or replace temp table looked as"
        f" select row.* from {source}.raw.text_seen as row"
        " join (select unnest($1) as kind, lower(unnest($2)) as repo_key, unnest($3) as path) as asked"
        " on asked.kind = row.kind and asked.repo_key = lower(row.repo_id) and asked.path = row.path"
        " anti join raw.text_seen as mine"
        " on mine.kind = row.kind and lower(mine.repo_id) = lower(row.repo_id) and mine.path = row.path"
        " qualify row_number() over (partition by row.kind, lower(row.repo_id), row.path"
        " order by row.observed_at desc) = 1",
        [list(column) for column in zip(*files, strict=True)],
    )
    con.execute("insert into raw.text_seen from looked")
    _copy_readings(con, source, "from looked", versions=versions)


def _copy_readings(
    con: DuckDBPyConnection,
    source: str,
    texts: str,
    *,
    versions: Mapping[str, str] | None = None,
    readings: Iterable[str] = READINGS,
) -> None:
    """Copy what was read in texts, of these versions. `texts` is a FROM clause: its rows have blobs."""
    con.execute(f"create or replace temp table taken_text as select distinct blob {texts}")
    for reading in readings:
        version = versions[reading] if versions else None
        for table in (reading, *READINGS[reading]):
            con.execute(
                f"insert into raw.{table}"
                f" select row.* from {source}.raw.{table} as row join taken_text using (blob)"
                f" where row.version = coalesce($1, row.version)"
                f" and not exists (select 1 from raw.{table} as mine where mine.blob = row.blob)",
                [version],
            )


def copy_history(con: DuckDBPyConnection, source: str, repos: Sequence[tuple[str, str]]) -> None:
    """Copy what database `source` had seen of these (kind, id) repositories: records and license texts.

    What is there of them stays; the newest look decides wherever only one can.
    """
    con.execute(_ASKED, _columns(repos))
    con.execute(
        f"insert into raw.repo_log select row.* from {source}.raw.repo_log as row"
        " join asked on asked.kind = row.kind and asked.repo_key = lower(row.repo_id)"
    )
    con.execute(
        "create or replace temp table past as"
        f" select row.* from {source}.raw.text_seen as row"
        " join asked on asked.kind = row.kind and asked.repo_key = lower(row.repo_id)"
        f" where row.blob in (select blob from {source}.raw.license_text)"
        # the files of the commit that the Hub tells of now are asked for again
        " and row.commit not in (select sha from raw.repo_log where crawl_id = 0 and sha is not null)"
    )
    con.execute("insert into raw.text_seen from past")
    _copy_readings(con, source, "from past", readings=["license_text"])


def copy_texts(con: DuckDBPyConnection, source: str, reading: str, version: str) -> list[tuple[str, str]]:
    """Copy the texts of files here that `version` of a reading did not read yet; return (blob, text)."""
    con.execute(
        "create or replace temp table unread as select distinct blob from raw.text_seen as seen"
        f" where {_READ[reading]} and not exists (select 1 from raw.{reading} as mine"
        " where mine.blob = seen.blob and mine.version = $1)",
        [version],
    )
    con.execute(
        f"insert into raw.text select text.* from {source}.raw.text as text join unread using (blob)"
        " on conflict do nothing"
    )
    return con.execute("select blob, text from raw.text join unread using (blob)").fetchall()


def closures(con: DuckDBPyConnection, roots: Sequence[str]) -> list[tuple[str, str]]:
    """Return the (kind, id) repositories that an earlier answer on these models needed."""
    return con.execute(
        "select distinct kind, repo_key from store.raw.closure where root_key in (select lower(unnest($1)))",
        [list(roots)],
    ).fetchall()


_ASKED = (
    "create or replace temp table asked as select distinct unnest($1) as kind, lower(unnest($2)) as repo_key"
)
# An id that was renamed brings the repository it leads to along.
_TAKEN = """
    with fresh as (
        select asked.kind, asked.repo_key
        from asked
        join {source}.raw.repo_check as checked
            on checked.kind = asked.kind and checked.repo_key = asked.repo_key
        -- a crawl's row of the list is fresh, but has no files: whoever can ask asks for the whole record
        where $1 is null or (checked.checked_at >= $1 and exists (
            select 1 from {source}.raw.repo_log as log
            where log.kind = asked.kind and lower(log.repo_id) = asked.repo_key
                and (log.shape = 'detail' or log.outcome <> 'found')
        ))
    )
    select kind, repo_key from fresh
    union
    select fresh.kind, lower(log.renamed_to)
    from fresh
    join {source}.raw.repo_log as log on log.kind = fresh.kind and lower(log.repo_id) = fresh.repo_key
    where log.outcome = 'renamed'
"""


def _columns(repos: Sequence[tuple[str, str]]) -> list[list[str]]:
    return [[kind for kind, _ in repos], [repo_id for _, repo_id in repos]]
