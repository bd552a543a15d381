"""How the store stands, as table, JSON or Markdown."""

from collections.abc import Mapping, Sequence
from typing import Any

from hubaudit.report.escape import markdown, plain
from hubaudit.report.json import SCHEMA_VERSION, written
from hubaudit.report.rows import render_rows
from hubaudit.report.wording import utc_time

_LIST_COLUMNS = ("list", "shown", "complete to", "next full walk", "left half-way", "files waiting")
_RUN_COLUMNS = ("run", "kind", "of", "started", "seconds", "requests", "records", "outcome")
_RUN_FIELDS = ("crawl_id", "kind", "repo_kind", "started_at", "seconds", "requests", "records", "outcome")


def render_status(state: Mapping[str, Any], form: str, *, aligned: bool) -> str:
    """Write the state in one of the formats table, json or markdown."""
    if form == "json":
        content = {"schema_version": SCHEMA_VERSION, **state}
        return written(content, indent=2, default=utc_time)
    escape = markdown if form == "markdown" else plain
    lines = [escape(line) for line in _store(state["store"])]
    if state["store"] is None:
        return "\n".join(lines)
    tables = [
        render_rows(_LIST_COLUMNS, [_list(row) for row in state["lists"]], form, aligned=aligned),
        render_rows(_RUN_COLUMNS, [_run(row) for row in state["runs"]], form, aligned=aligned),
    ]
    return "\n\n".join([*lines, *tables])


def _store(store: Mapping[str, Any] | None) -> list[str]:
    if store is None:
        return ["There is no store yet: `hubaudit crawl` makes one."]
    copy = store["published_bytes"]
    readers = "no copy for readers yet" if copy is None else f"a copy for readers of {_size(copy)}"
    odd = f", {store['odd_records']:,} records without an id" if store["odd_records"] else ""
    return [
        f"{store['path']}: {_size(store['bytes'])}, {_size(store['free_bytes'])} of it free; {readers}",
        f"{store['changes']:,} changes, {store['texts']:,} texts{odd}",
    ]


def _list(row: Mapping[str, Any]) -> Sequence[str | int]:
    walk = row["unfinished_walk"]
    return [
        f"{row['kind']}s",
        row["shown"],
        utc_time(row["complete_to"]) if row["complete_to"] else "never",
        utc_time(row["next_full_walk"]) if row["next_full_walk"] else "now",
        f"{walk['mode']} walk after {walk['pages']} pages" if walk else "",
        row["waiting_files"],
    ]


def _run(row: Mapping[str, Any]) -> Sequence[str | int | None]:
    return [row[field] for field in _RUN_FIELDS]


def _size(count: int) -> str:
    return f"{count / 2**20:,.1f} MiB"
