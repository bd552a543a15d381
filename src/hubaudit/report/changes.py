"""What changed between two moments, as table, JSON or Markdown."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime

from hubaudit.audited import Change
from hubaudit.report.escape import markdown, plain
from hubaudit.report.json import SCHEMA_VERSION, written
from hubaudit.report.wording import utc_time

_WHOLE = frozenset({"added", "gone", "returned"})  # the repository itself, not a field of it


def render_changes(start: datetime, end: datetime, changes: Sequence[Change], form: str) -> str:
    """Write changes in one of the formats table, json or markdown, without a line end after the last line."""
    if form == "json":
        return _json(start, end, changes)
    if form == "markdown":
        return _markdown(start, end, changes)
    return _table(start, end, changes)


def _json(start: datetime, end: datetime, changes: Sequence[Change]) -> str:
    content = {
        "schema_version": SCHEMA_VERSION,
        "from": utc_time(start),
        "to": utc_time(end),
        "changes": [asdict(change) for change in changes],
    }
    return written(content, indent=2)


def _table(start: datetime, end: datetime, changes: Sequence[Change]) -> str:
    """One change a line, with tabs between its fields: to read, and for programs that cut."""
    lines = [
        "\t".join([change.field, change.kind, plain(change.id), _move(change, plain)]) for change in changes
    ]
    return "\n".join([*lines, _summary(start, end, changes)])


def _markdown(start: datetime, end: datetime, changes: Sequence[Change]) -> str:
    lines = [
        f"## {_summary(start, end, changes)}",
        "",
        "| field | kind | repository | change |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {change.field} | {change.kind} | {markdown(change.id)} | {_move(change, markdown)} |"
        for change in changes
    ]
    return "\n".join(lines)


def _summary(start: datetime, end: datetime, changes: Sequence[Change]) -> str:
    count = "1 change" if len(changes) == 1 else f"{len(changes)} changes"
    return f"{count} from {utc_time(start)} to {utc_time(end)}"


def _move(change: Change, escape: Callable[[str], str]) -> str:
    if change.field in _WHOLE:
        return ""
    return f"{escape(change.old or 'none')} → {escape(change.new or 'none')}"
