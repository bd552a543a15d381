"""Questions put to the history: one SELECT, named or of the user's own, over the log and reference tables.

The store is read-only, and before a question runs the connection gives up files, the network, extensions and
every setting for good. What is left to a hostile statement is time and memory, and both have a limit.
"""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from datetime import UTC, datetime, time
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import duckdb

from hubaudit.audit.history import moment
from hubaudit.audit.questions import Table, named, options, parameters
from hubaudit.audit.tables import LAYERS, TABLES, attach_tables, tables_path
from hubaudit.errors import HubauditError, IncompleteError, StoreError, UsageError
from hubaudit.store.file import existing, opened, show_raw
from hubaudit.warehouse.reference import load_reference

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from duckdb import DuckDBPyConnection

TIMEOUT = 60.0  # seconds
_SHARED = "timeline"  # what the other questions are asked of
_MOST_ROWS = 5_000_000  # all repositories of the Hub; they are in memory at once
_INTERRUPT_EVERY = 0.05  # seconds: an interrupt between two statements is lost
_FENCE = (
    "reset threads",
    "set memory_limit = '50%'",
    "set temp_directory = ''",  # out of memory is an error, not a file that fills the disk
    "set TimeZone = 'UTC'",
    "set errors_as_json = true",
    "set python_enable_replacements = false",
    "set autoload_known_extensions = false",
    "set autoinstall_known_extensions = false",
    "set enable_external_access = false",
    "set lock_configuration = true",
)
_OPENING, _CLOSING = "from (\n", "\n)"
_AS_TEXT = {
    "timestamp with time zone": "strftime({} at time zone 'UTC', '%Y-%m-%dT%H:%M:%SZ')",
    "list": "array_to_string({}::varchar[], ', ')",
    "array": "array_to_string({}::varchar[], ', ')",
    "decimal": "{}::double",
}
_AS_IT_IS = re.compile("boolean|u?(tiny|small|big|huge)?int(eger)?|float|double|varchar|null")
_NOT_THE_USERS = frozenset({"IO", "Serialization", "FATAL", "INTERNAL"})


def ask(
    store: Path,
    sql: str,
    moments: Mapping[str, str] | None = None,
    *,
    limit: int | None = None,
    timeout: float = TIMEOUT,
) -> Table:
    """Return the columns and rows that one SELECT gives: numbers, truth values, and all the rest as text.

    `moments` holds what `$since`, `$until` and `$at` stand for, each written as for `hubaudit diff`; without
    one, a question is about everything up to now. `timeout` is in seconds.

    Raises UsageError for SQL that does not run, IncompleteError at a limit of time or memory, StoreError.
    """
    with fenced(store) as con:
        return ask_on(con, store, sql, moments or {}, limit=limit, timeout=timeout)


@contextmanager
def fenced(store: Path) -> Iterator[DuckDBPyConnection]:
    """Open a store for questions: read-only, behind the fence. Raises UsageError, StoreError."""
    with opened(existing(store)) as con:
        _lay_out(con, store)
        for setting in _FENCE:
            con.execute(setting)
        yield con


def ask_on(  # noqa: PLR0913 - what `ask` takes, and where
    con: DuckDBPyConnection,
    store: Path,
    sql: str,
    moments: Mapping[str, str],
    *,
    limit: int | None,
    timeout: float,
) -> Table:
    """Answer as `ask` does, on a store that is open behind the fence."""
    sql = sql.encode(errors="replace").decode()
    try:
        with _interrupted_after(con, timeout):
            statement = _one_select(con, sql)
            return _rows(con, statement, _values(con, statement, moments), limit)
    except duckdb.Error as error:
        raise _told(error, sql, store, timeout) from error


def _lay_out(con: DuckDBPyConnection, store: Path) -> None:
    """Put the tables that SQL may name beside each other: raw.*, reference.*, history.timeline, audit's."""
    load_reference(con)
    show_raw(con)
    con.execute("create schema history")
    if (tables := tables_path(store)).exists():
        _show_tables(con, tables)
    con.execute(f"create view history.{_SHARED} as {named(_SHARED).sql}")


def _show_tables(con: DuckDBPyConnection, path: Path) -> None:
    """Show the last audit's tables. Their file is open by now, and the fence lets no other one in."""
    attach_tables(con, path)
    for schema, table in con.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = $1"
        " and schema_name in (select unnest($2))",
        [TABLES, list(LAYERS)],
    ).fetchall():
        con.execute(f"create schema if not exists {schema}")
        con.execute(f"create view {schema}.{table} as select * from {TABLES}.{schema}.{table}")


def _one_select(con: DuckDBPyConnection, sql: str) -> str:
    """Return the statement without what ends it. Raises UsageError unless it is one, and a SELECT."""
    (tree,) = con.execute("select json_serialize_sql(?)", [sql]).fetchone() or ("{}",)
    parsed = json.loads(tree)
    if parsed.get("error_type") == "not implemented":
        raise UsageError("only a SELECT can be asked: a query changes nothing and reaches nothing else")
    if parsed["error"]:
        raise UsageError(f"the SQL does not run{_place(sql, parsed.get('position'))}: {_line(parsed)}")
    if (count := len(parsed["statements"])) != 1:
        raise UsageError(f"ask one SELECT at a time: this is {count} of them")
    return _without_end(sql)


def _without_end(sql: str) -> str:
    text = sql.encode()
    ends = (start for start, _ in duckdb.tokenize(sql) if text[start : start + 1] == b";")
    return text[: next(ends, None)].decode()


def _values(con: DuckDBPyConnection, sql: str, given: Mapping[str, str]) -> dict[str, datetime]:
    """Return what each parameter in the SQL stands for. Raises UsageError for one that has no place."""
    now = datetime.now(UTC)
    values = {"since": datetime.min.replace(tzinfo=UTC), "until": now, "at": now}
    taken = parameters(sql)
    if unknown := [name for name in taken if name not in values]:
        raise UsageError(f"${unknown[0]} stands for nothing: a query may use $since, $until and $at")
    if unused := [name for name in given if name not in taken]:
        takes = options(taken) or "none of --since, --until and --at"
        raise UsageError(f"this question takes {takes}: leave out {options(unused)}")
    return {name: _moment(con, name, given[name]) if name in given else values[name] for name in taken}


def _moment(con: DuckDBPyConnection, name: str, text: str) -> datetime:
    meant = moment(con, text)
    if name == "since" and meant.time() == time.max:  # a date: from its beginning
        return datetime.combine(meant, time.min, meant.tzinfo)
    return meant


def _rows(con: DuckDBPyConnection, sql: str, values: dict[str, datetime], limit: int | None) -> Table:
    source = f"{_OPENING}{sql}{_CLOSING}"
    con.execute(f"{source} limit 0", values)
    names = [name for name, *_ in con.description or ()]
    columns = ", ".join(_column(name, str(kind.id)) for name, kind, *_ in con.description or ())
    end = "" if limit is None else f" limit {limit}"
    rows = con.execute(f"{source} select {columns}{end}", values).fetchmany(limit or _MOST_ROWS + 1)
    if limit is None and len(rows) > _MOST_ROWS:
        raise IncompleteError(f"more than {_MOST_ROWS} rows: ask for less, or take some of them with --limit")
    return names, rows


def _column(name: str, kind: str) -> str:
    quoted = '"' + name.replace('"', '""') + '"'
    if _AS_IT_IS.fullmatch(kind):
        return quoted
    return f"{_AS_TEXT.get(kind, '{}::varchar').format(quoted)} as {quoted}"


@contextmanager
def _interrupted_after(con: DuckDBPyConnection, seconds: float) -> Iterator[None]:
    """Interrupt whatever runs on the connection after so many seconds, until the block ends."""
    is_done = Event()

    def watch() -> None:
        is_late = not is_done.wait(seconds)
        while is_late and not is_done.wait(_INTERRUPT_EVERY):
            con.interrupt()

    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        is_done.set()
        watcher.join()


def _told(error: duckdb.Error, sql: str, store: Path, timeout: float) -> HubauditError:
    """Say in one line, with the place in the user's SQL, what DuckDB says in JSON."""
    try:
        told = json.loads(str(error).partition(": ")[2])
    except ValueError:
        told = {"exception_message": str(error)}
    kind = told.get("exception_type")
    if kind == "INTERRUPT":
        return IncompleteError(
            f"the query took longer than {timeout:g} s: ask for less, or allow it more with --timeout"
        )
    if kind == "Out of Memory":
        return IncompleteError("the query needs more than half of this machine's memory: ask for less")
    if kind in _NOT_THE_USERS:
        return StoreError(f"cannot use the store {store}: {_line(told)}")
    position = told.get("position")
    place = _place(sql, None if position is None else int(position) - len(_OPENING))
    return UsageError(f"the SQL does not run{place}: {_line(told)}")


def _line(told: Mapping[str, Any]) -> str:
    return " ".join(str(told.get("exception_message") or told.get("error_message")).split())


def _place(sql: str, position: str | int | None) -> str:
    """Tell the line and the character at DuckDB's position, which counts bytes. Some errors have none."""
    if position is None:
        return ""
    before = sql.encode()[: max(int(position), 0)].decode(errors="replace")
    return f", line {before.count(chr(10)) + 1}, character {len(before) - (before.rfind(chr(10)) + 1) + 1}"
