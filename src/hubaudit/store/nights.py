"""The raw tables in parts: what was observed in one night is one part, which stays the same once it is over.

Each part has a state, which is cheap to compute and changes whenever its rows do: rows of the log are never
changed, so it is enough to know which they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from duckdb import DuckDBPyConnection

_NIGHT = "strftime({moment} at time zone 'UTC', '%Y-%m-%d')"
# By when a row was observed; in what order its rows lie: neighbours are alike and take little room.
_OBSERVED = {
    "repo_log": "kind, lower(repo_id), observed_at, crawl_id, outcome",
    "text_seen": "kind, lower(repo_id), path, observed_at, commit",
}
# By when a file with that text was first looked at.
_OF_TEXT = {
    "text": "row.blob",
    "text_scan": "row.blob, row.version",
    "mention": "row.blob, row.version, row.start, row.source, row.key",
    "link": "row.blob, row.version, row.start, row.url, row.label",
    "license_text": "row.blob, row.version",
    "license_clause": "row.blob, row.version, row.start, row.restriction",
}
# What tells one row from all others; elsewhere it is the whole row.
_IDENTITY = {
    "repo_log": "row.crawl_id, row.observed_at, row.kind, row.repo_id, row.outcome, row.change_hash",
    "text": "row.blob",
}
_NEVER_SEEN = "unseen"


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of a table, or all of it (`night` is None), and the SELECT that gives them."""

    table: str
    night: str | None
    rows: int
    state: str
    sql: str


def tables(con: DuckDBPyConnection) -> list[str]:
    """Return the raw tables of database `store`, but for the schema version."""
    found = con.execute(
        "select table_name from duckdb_tables() where database_name = 'store' and schema_name = 'raw'"
        " and table_name <> 'meta' order by table_name"
    )
    return [name for (name,) in found.fetchall()]


def parts(con: DuckDBPyConnection) -> list[Part]:
    """Return all parts of database `store`; those of a table by night come in order."""
    con.execute(
        f"create or replace temp table first_seen as select blob, {_NIGHT.format(moment='min(observed_at)')}"
        " as night from store.raw.text_seen where blob is not null group by blob"
    )
    return [part for table in tables(con) for part in _parts(con, table)]


def _parts(con: DuckDBPyConnection, table: str) -> Iterator[Part]:
    """Yield a table's parts: those of its nights that have rows, or the whole table."""
    rows, night, order = _source(table)
    state = f"count(*), count(*) || '-' || coalesce(sum(hash({_IDENTITY.get(table, 'row')})::hugeint), 0)"
    sql = f"select row.* from {rows}"
    if night is None:
        count, told = con.execute(f"select {state} from {rows}").fetchone() or (0, "")
        yield Part(table, None, count, told, f"{sql} order by {order}")
        return
    for name, count, told in con.execute(
        f"select {night} as night, {state} from {rows} group by night order by 1"
    ).fetchall():
        yield Part(table, name, count, told, f"{sql} where {night} = '{name}' order by {order}")


def _source(table: str) -> tuple[str, str | None, str]:
    """Return where a table's rows come from, what tells their night, if anything, and their order."""
    rows = f"store.raw.{table} as row"
    if table in _OBSERVED:
        return rows, _NIGHT.format(moment="row.observed_at"), _OBSERVED[table]
    if table in _OF_TEXT:
        joined = f"{rows} left join first_seen on first_seen.blob = row.blob"
        return joined, f"coalesce(first_seen.night, '{_NEVER_SEEN}')", _OF_TEXT[table]
    return rows, None, "all"
