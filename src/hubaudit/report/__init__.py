"""Reports for people and machines: pure functions of a report."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime

from hubaudit.audited import Rule
from hubaudit.errors import UsageError
from hubaudit.model import Report
from hubaudit.report.json import to_json
from hubaudit.report.markdown import to_markdown

FORMATS = ("table", "json", "jsonl", "markdown", "csv", "sarif", "cyclonedx", "spdx", "discussion")
"""The formats of `render`, the default one first."""

OF_ONE_MODEL = ("cyclonedx", "spdx")
"""Those that describe one model."""


def render(  # noqa: PLR0913 - the table's options are plain settings with defaults
    reports: Sequence[Report],
    form: str = FORMATS[0],
    *,
    width: int = 80,
    color: bool = False,
    links: bool = False,
    now: datetime | None = None,
    several: bool | None = None,
    rules: Sequence[Rule] = (),
    is_compared: bool = False,
) -> str:
    """Write reports in one of `FORMATS`, without a line end after the last line.

    `width`, `color`, `links` and `now` concern the table only (see `terminal.to_text`), `several` the JSON,
    `rules` and `is_compared` SARIF (see `sarif.findings_sarif`). An unknown format, or a format of one model
    for several, is a UsageError.
    """
    if form == "table":
        from hubaudit.report.terminal import to_text  # noqa: PLC0415 - only the table needs rich's cell widths

        return to_text(reports, width=width, color=color, links=links, now=now)
    if form == "json":
        return to_json(reports, several=several)
    if form in OF_ONE_MODEL:
        return _of_one_model(reports, form)
    if form == "markdown":
        return to_markdown(reports)
    if form == "discussion":
        from hubaudit.report.discussion import to_discussion  # noqa: PLC0415 - seldom asked for

        return to_discussion(reports)
    if form in FORMATS:
        return "\n".join(_list(reports, form, rules, is_compared=is_compared))
    raise UsageError(f"there is no format {form!r}: use {', '.join(FORMATS)}")


def _of_one_model(reports: Sequence[Report], form: str) -> str:
    from hubaudit.report.cyclonedx import to_cyclonedx  # noqa: PLC0415 - the same
    from hubaudit.report.spdx import to_spdx  # noqa: PLC0415 - the same

    if len(reports) != 1:
        raise UsageError(f"{form} describes one model: score one at a time")
    return to_cyclonedx(reports[0]) if form == "cyclonedx" else to_spdx(reports[0])


def _list(reports: Sequence[Report], form: str, rules: Sequence[Rule], *, is_compared: bool) -> Iterable[str]:
    from hubaudit.report.listing import findings_csv, findings_jsonl, standings  # noqa: PLC0415 - the same
    from hubaudit.report.sarif import findings_sarif  # noqa: PLC0415 - the same

    found = standings(reports)
    if form == "sarif":
        coverage = {report.id: asdict(report.coverage) for report in reports}
        return findings_sarif(found, rules, coverage=coverage, is_compared=is_compared)
    return findings_jsonl(found) if form == "jsonl" else findings_csv(found)
