"""What a scan found in code: the models and data sets with their places, and the findings of the models.

The JSON, schema version 1: `models` (each as `hubaudit score` has it, with `places`), `unscored` (models
without an answer: `id`, `kind`, `places`, `reason`), `datasets` (`id`, `kind`, `places`), `files` (how many
were read), `unread` (`file`, `outcome`). A place is `file`, `line` and `column`. A list has `named` instead
of the first three. A line of JSON lines is a finding, as `hubaudit score` has it, with `places`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from hubaudit.audited import Rule
from hubaudit.model import Kind, Report
from hubaudit.report import wording
from hubaudit.report.json import SCHEMA_VERSION, finding_content, report_content, written
from hubaudit.report.layout import BOLD, Screen, Span
from hubaudit.report.listing import standings
from hubaudit.report.markdown import findings, heading, text
from hubaudit.report.rows import render_rows
from hubaudit.report.sarif import findings_sarif
from hubaudit.report.terminal import new_screen, put_finding, put_heading
from hubaudit.scanned import Code, Named, Place, Scanned

FORMATS = ("table", "json", "jsonl", "markdown", "sarif")
"""The formats of `render_scan`; `render_code` knows all but the last."""

_PLACES = 5  # in a line for readers
_INDENT = [Span("  ")]


def render_code(code: Code, form: str, *, aligned: bool = False) -> str:
    """Write which repositories code names, a line for each place; JSON has all that a scan says."""
    if form == "json":
        return written(
            {"schema_version": SCHEMA_VERSION, "named": [*map(_named, code.named)], **_reading(code)},
            indent=2,
        )
    rows = [(each.kind.value, each.id, *place) for each in code.named for place in each.places]
    columns = ("kind", "id", "file", "line", "column")
    if form == "jsonl":
        return "\n".join(written(dict(zip(columns, row, strict=True))) for row in rows)
    return render_rows(columns, rows, form, aligned=aligned)


def render_scan(  # noqa: PLR0913 - the table's options are plain settings with defaults
    scanned: Scanned,
    form: str,
    *,
    width: int = 80,
    color: bool = False,
    now: datetime | None = None,
    rules: Sequence[Rule] = (),
    is_compared: bool = False,
) -> str:
    """Write the models that code names, each with its places and findings; the options are `render`'s."""
    if form == "table":
        return _table(scanned, new_screen(width, color=color, links=color), now or datetime.now(UTC))
    if form == "markdown":
        return "\n\n".join(_blocks(scanned))
    if form == "json":
        return written(_content(scanned), indent=2)
    found = standings(scanned.reports)
    if form == "jsonl":
        return "\n".join(
            written(finding_content(each) | {"places": _places(scanned.places[each.id])}) for each in found
        )
    coverage = {report.id: asdict(report.coverage) for report in scanned.reports}
    return "\n".join(
        findings_sarif(found, rules, coverage=coverage, is_compared=is_compared, places=scanned.places)
    )


def _content(scanned: Scanned) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "models": [
            report_content(report) | {"places": _places(scanned.places[report.id])}
            for report in scanned.reports
        ],
        "unscored": [_named(each.named) | {"reason": each.reason} for each in scanned.unscored],
        "datasets": [*map(_named, _datasets(scanned.code))],
        **_reading(scanned.code),
    }


def _named(named: Named) -> dict[str, Any]:
    return {"id": named.id, "kind": named.kind.value, "places": _places(named.places)}


def _places(places: Iterable[Place]) -> list[dict[str, Any]]:
    return [place._asdict() for place in places]


def _reading(code: Code) -> dict[str, Any]:
    return {"files": code.files, "unread": [asdict(each) for each in code.unread]}


def _datasets(code: Code) -> list[Named]:
    return [each for each in code.named if each.kind is Kind.DATASET]


def _place_words(places: Sequence[Place]) -> str:
    """Name the first places, and count the others."""
    named = ", ".join(f"{place.file}:{place.line}" for place in places[:_PLACES])
    more = len(places) - _PLACES
    return f"{named} and {more} more" if more > 0 else named


def _table(scanned: Scanned, screen: Screen, now: datetime) -> str:
    for report in scanned.reports:
        put_heading(screen, report, now)
        screen.put(_place_words(scanned.places[report.id]), lead=[Span("named  ", BOLD)])
        for finding in wording.gravest_first(report.findings):
            put_finding(screen, finding)
        screen.put(wording.coverage_words(report.coverage))
        screen.blank()
    for title, listed in _lists(scanned):
        screen.put(title, style=BOLD)
        for name, words in listed:
            screen.put(f"{name} · {words}", lead=_INDENT)
        screen.blank()
    screen.put(_sum(scanned))
    return screen.text()


def _lists(scanned: Scanned) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield what was not scored: each list's title, and each id with what there is to say of it."""
    unscored = [
        (each.named.id, f"{_place_words(each.named.places)}: {each.reason}") for each in scanned.unscored
    ]
    datasets = [(each.id, _place_words(each.places)) for each in _datasets(scanned.code)]
    if unscored:
        yield "Models without an answer", unscored
    if datasets:
        yield "Data sets, listed and not scored", datasets


def _sum(scanned: Scanned) -> str:
    models, files = len(scanned.reports) + len(scanned.unscored), scanned.code.files
    found = tuple(finding for report in scanned.reports for finding in report.findings)
    counts = [wording.severity_counts(found) or "no finding"]
    if scanned.unscored:
        counts.append(f"{_counted(len(scanned.unscored), 'model')} without an answer")
    if unjudged := sum(report.coverage.unjudged for report in scanned.reports):
        counts.append(f"{_counted(unjudged, 'question')} that could not be judged")
    return f"{_counted(models, 'model')} in {_counted(files, 'file')}: {', '.join(counts)}"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _blocks(scanned: Scanned) -> Iterator[str]:
    yield f"# {text(_sum(scanned))}"
    for report in scanned.reports:
        yield from _model(report, scanned.places[report.id])
    for title, listed in _lists(scanned):
        yield f"## {title}"
        yield "\n".join(f"- {text(name)}: {text(words)}" for name, words in listed)


def _model(report: Report, places: Sequence[Place]) -> Iterator[str]:
    yield f"## {text(report.id)} · {text(report.signature)}"
    yield text(f"named {_place_words(places)}")
    yield from heading(report)
    yield from findings(report)
    yield f"{wording.coverage_words(report.coverage)}."
