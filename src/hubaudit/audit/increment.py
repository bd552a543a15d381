"""The tables of an audit brought up to date: what changed, and all that rests on it, is judged anew.

The queries are those of the whole store, run over the part of it that the affected models rest on: so a
score of one model, an increment and a full build say the same. Their rows then take the place of the old
ones in a copy of the tables.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import duckdb

from hubaudit.audit.changed import find_affected, widen
from hubaudit.audit.licenses import load_expressions
from hubaudit.store.file import attach, attached, show_raw, spill_into
from hubaudit.warehouse.build import make, unwatched
from hubaudit.warehouse.queries import load, split
from hubaudit.warehouse.reference import load_reference

if TYPE_CHECKING:
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from hubaudit.warehouse.build import Progress

MOST = 0.2  # of all models: beyond, a full build costs less
FEWEST = 10_000  # models: fewer are judged as fast all together
_PART = "part.duckdb"
_CLOSURE = "core.closure"
_REPO, _BLOB = "part.main.affected", "part.main.own_blob"
# Whose rows they are, by the column that names it: where the affected ones stand, and how to know theirs.
_OWNERS = {
    "model_key": (_REPO, "mine.kind = 'model' and mine.repo_key = row.model_key"),
    "blob": (_BLOB, "mine.blob = row.blob"),
    "written_key": (_REPO, "mine.kind = row.kind and mine.repo_key = row.written_key"),
    "kind": (_REPO, "mine.kind = row.kind and mine.repo_key = row.repo_key"),
    "repo_key": (_REPO, "mine.kind = 'model' and mine.repo_key = row.repo_key"),
    "repo_id": (_REPO, "mine.kind = 'model' and mine.repo_key = lower(row.repo_id)"),
}
_FIRST = ("model_key", "blob", "repo_key", "repo_id")
_KEY_OF_KIND = {"written_key": "written_key", "repo_key": "kind"}
_OF_REPO = ("repo_log", "text_seen")
_OF_BLOB = ("text_scan", "mention", "link", "license_text", "license_clause")


def build_increment(
    store: Path, tables: Path, folder: Path, new: Path, progress: Progress = unwatched
) -> int | None:
    """Make file `new` of `tables` and what changed in the store; return how many models were judged anew.

    None: too much changed for that to pay. `tables` must have been made by today's queries. `folder` has room
    for what is in between.
    """
    part = folder / _PART
    with duckdb.connect(part) as con, attached(con, store):
        spill_into(con, folder / "spill")
        attach(con, tables, name="audit")
        (models,) = con.execute("select count(*) from audit.core.model").fetchone() or (0,)
        if models < FEWEST or (affected := find_affected(con)) > MOST * models:
            return None
        _judge(con, progress)
    shutil.copyfile(tables, new)
    with duckdb.connect(new) as con, attached(con, store):
        spill_into(con, folder / "spill")
        attach(con, part, name="part")
        _take_over(con)
    return affected


def _judge(con: DuckDBPyConnection, progress: Progress) -> None:
    """Make all tables over the needed part of the store, which grows while what was made names more."""
    asking, answering = split(load(), _CLOSURE)
    load_reference(con)
    con.execute("create schema raw")
    con.execute("create view raw.code_repo as from store.raw.code_repo")
    is_wider = True
    while is_wider:
        _lay_out(con)
        make(con, asking)
        is_wider = widen(con)
    make(con, answering, progress)
    con.execute("create table main.affected as from affected")
    con.execute(
        "create table main.own_blob as select distinct seen.blob from raw.text_seen as seen"
        " join affected on affected.kind = seen.kind and affected.repo_key = lower(seen.repo_id)"
        " where seen.blob is not null"
    )


def _lay_out(con: DuckDBPyConnection) -> None:
    """Make the raw tables of what is needed, and the expressions in them."""
    for table in _OF_REPO:
        # the keys first: only of rows that are needed the rest is read
        con.execute(
            f"create or replace table raw.{table} as from store.raw.{table} where rowid in ("
            f" select row.rowid from store.raw.{table} as row join needed"
            " on needed.kind = row.kind and needed.repo_key = lower(row.repo_id))"
        )
    con.execute("create or replace temp table needed_blob as select distinct blob from raw.text_seen")
    for table in _OF_BLOB:
        con.execute(
            f"create or replace table raw.{table} as"
            f" from store.raw.{table} semi join needed_blob using (blob)"
        )
    load_expressions(con)


def _take_over(con: DuckDBPyConnection) -> None:
    """Put the part's rows in the place of the old ones, and make anew what belongs to no repository."""
    queries = load()
    owners = {query.table: _owner(con, query.table) for query in queries}
    for table, owner in owners.items():
        if owner:
            _replace(con, table, *_OWNERS[owner])
    show_raw(con)
    load_expressions(con)
    make(con, [query for query in queries if not owners[query.table]])
    con.execute("drop schema raw cascade")
    con.execute("create or replace table main.print as from part.main.print")


def _replace(con: DuckDBPyConnection, table: str, mine: str, is_theirs: str) -> None:
    con.execute(f"delete from {table} as row using {mine} as mine where {is_theirs}")
    con.execute(
        f"insert into {table} by name"
        f" select row.* from part.{table} as row semi join {mine} as mine on {is_theirs}"
    )


def _owner(con: DuckDBPyConnection, table: str) -> str | None:
    """Return the column that says whose row it is; None: a row is made of what many repositories say."""
    columns = [name for name, *_ in con.execute(f"describe {table}").fetchall()]
    if columns[0] == "kind":
        return next((_KEY_OF_KIND[name] for name in columns[1:3] if name in _KEY_OF_KIND), None)
    return next((name for name in columns[:2] if name in _FIRST), None)
