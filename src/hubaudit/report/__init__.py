"""Reports for people and machines: pure functions of a report."""

from collections.abc import Sequence
from datetime import datetime

from hubaudit.errors import UsageError
from hubaudit.model import Report
from hubaudit.report.json import to_json
from hubaudit.report.markdown import to_markdown

FORMATS = ("table", "json", "markdown")
"""The formats of `render`, the default one first."""


def render(  # noqa: PLR0913 - the table's options are plain settings with defaults
    reports: Sequence[Report],
    form: str = FORMATS[0],
    *,
    width: int = 80,
    color: bool = False,
    links: bool = False,
    now: datetime | None = None,
    several: bool | None = None,
) -> str:
    """Write reports in one of `FORMATS`, without a line end after the last line.

    `width`, `color`, `links` and `now` concern the table only (see `terminal.to_text`), `several` the JSON.
    An unknown format is a UsageError.
    """
    if form == "table":
        from hubaudit.report.terminal import to_text  # noqa: PLC0415 - only the table needs rich's cell widths

        return to_text(reports, width=width, color=color, links=links, now=now)
    if form == "json":
        return to_json(reports, several=several)
    if form == "markdown":
        return to_markdown(reports)
    raise UsageError(f"there is no format {form!r}: use {', '.join(FORMATS)}")
