"""The data dictionary: one page for each schema, with every table and column as a real build has them."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING

from docs import columns
from docs.example import work
from docs.lists import check_list
from docs.markdown import code, page, prose, table
from hubaudit.audit.rules import rules
from hubaudit.warehouse.queries import header, load, queries_folder, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hubaudit.warehouse.queries import Query

_SCHEMA = queries_folder().parent / "src" / "hubaudit" / "store" / "schema.sql"
_SCHEMAS = {
    "raw": "What the Hub said, as it said it, and what was learned from texts: the store. All other tables "
    "are derived from these and can be rebuilt. `src/hubaudit/store/schema.sql` makes them.",
    "reference": "What is known beforehand: `queries/0_reference/*.csv`, a table each, every column text.",
    "staging": "The raw tables with today's state, renamed and cast; no joins.",
    "core": "Entities and lineage: licenses, edges, data sets, claims.",
    "grid": "Evidence and levels, component by component.",
    "rules": "Verdicts: one table a rule, all of one shape. The [pages of the rules](../rules/index.md) show "
    "the SQL.",
    "cache": "Answers that were given before.",
}  # fmt: skip


def table_pages() -> dict[str, str]:
    """Return the pages of all schemas by path, and the one that lists them."""
    listing = table(
        ["schema", "what it holds"], ([f"[{name}]({name}.md)", text] for name, text in _SCHEMAS.items())
    )
    start = "Every table of hubaudit. `hubaudit query --sql` and the Python API ask them, read-only."
    checks = f"## What a store holds to\n\n`hubaudit status --check` reads all of a store:\n\n{check_list()}"
    pages = {"tables/index.md": page("Data dictionary", start, listing, checks)}
    for name, text in _SCHEMAS.items():
        sections = [_rules()] if name == "rules" else map(_section, sorted(_columns()[name]))
        pages[f"tables/{name}.md"] = page(f"Schema {name}", text, *sections)
    return pages


@cache
def _columns() -> dict[str, dict[str, list[tuple[str, str]]]]:
    """Return name and type of each column by schema and table, as DuckDB has them after a build."""
    found: dict[str, dict[str, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
    answer = work().con.execute(
        "select schema_name, table_name, column_name, data_type from duckdb_columns()"
        " where database_name = current_database() and not internal order by table_oid, column_index"
    )
    for schema, name, column, kind in answer.fetchall():
        found[schema][f"{schema}.{name}"].append((column, kind))
    return found


@cache
def _queries() -> dict[str, Query]:
    return {query.table: query for query in load()}


@cache
def _declared() -> dict[str, tuple[str, dict[str, str]]]:
    return columns.declared(_SCHEMA.read_text(encoding="utf-8"))


def grain(name: str) -> str:
    """Return what a row of a table is, as its source says."""
    if query := _queries().get(name):
        return " ".join(header(query.sql))
    return _declared()[name][0] if name in _declared() else columns.written()[name]["*"]


def meaning(name: str, column: str) -> str:
    """Return what a column is, as its source says; empty if nothing does."""
    if name in _declared():
        return _declared()[name][1].get(column, "")
    query = _queries().get(name)
    return columns.meaning(name, column, query.sql if query else "")


def every_column() -> list[tuple[str, str]]:
    """Return table and name of every column there is, but for those of the rules, which are all alike."""
    return [
        (name, column)
        for schema, tables in _columns().items()
        for name, found in tables.items()
        for column, _ in found
        if schema != "rules"
    ]


def _section(name: str) -> str:
    schema = name.partition(".")[0]
    cells = (
        [code(column), _type(kind), prose(meaning(name, column))] for column, kind in _columns()[schema][name]
    )
    parts = [f"## {name}", prose(grain(name)), table(["column", "type", "meaning"], cells), _lineage(name)]
    return "\n\n".join(filter(None, parts))


def _type(kind: str) -> str:
    return code(re.sub(r"\bTIMESTAMP WITH TIME ZONE\b", "timestamptz", kind).lower())


def _lineage(name: str) -> str:
    query = _queries().get(name)
    read_by = sorted(other.table for other in _queries().values() if name in other.reads)
    lines = [
        f"Made by {code(shown(query.path))} from {_links(query.reads)}." if query else "",
        f"Read by {_links(read_by)}." if read_by else "",
    ]
    return " ".join(filter(None, lines))


def _links(names: Iterable[str]) -> str:
    return ", ".join(map(_link, sorted(names)))


def _link(name: str) -> str:
    """Link a table to its section, a rule's to its page."""
    schema, _, short = name.partition(".")
    if schema == "rules":
        rule = short.replace("_", "-")
        return f"[{code(rule)}](../rules/{rule}.md)"
    return f"[{code(name)}]({schema}.md#{schema}-{short.replace('_', '-')})"


def _rules() -> str:
    names = [rule.table for rule in rules()]
    cells = ([code(column), _type(kind), prose(columns.written()["rules"][column])]
             for column, kind in _columns()["rules"][names[0]])  # fmt: skip
    return f"{table(['column', 'type', 'meaning'], cells)}\n\nThe tables: {_links(names)}."
