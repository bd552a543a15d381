"""Findings one a line, for programs and spreadsheets: of an audit, or of scored models."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields

from hubaudit.audited import Standing
from hubaudit.model import Report
from hubaudit.report.escape import url
from hubaudit.report.json import finding_content, written
from hubaudit.report.rows import csv_lines
from hubaudit.report.wording import gravest_first

_COLUMNS = [field.name for field in fields(Standing)]


def standings(reports: Sequence[Report]) -> Iterator[Standing]:
    """Yield the findings of scored models as an audit lists them; their reach was not counted."""
    for report in reports:
        for found in gravest_first(report.findings):
            yield Standing(
                report.id, found.rule, found.severity, found.evidence, found.url, found.path,
                state=found.state, reason=found.reason,
            )  # fmt: skip


def finding_json(finding: Standing) -> str:
    """Write a finding as JSON in one line."""
    return written(finding_content(finding))


def findings_jsonl(findings: Iterable[Standing]) -> Iterator[str]:
    """Yield each finding as a line of JSON."""
    return map(finding_json, findings)


def findings_csv(findings: Iterable[Standing]) -> Iterator[str]:
    """Yield the names of the columns, then each finding as a line that no spreadsheet runs."""
    return csv_lines(_COLUMNS, map(_cells, findings))


def _cells(finding: Standing) -> list[str | int | None]:
    values = {"url": url(finding.url), "path": " ← ".join(finding.path)}
    return [values[name] if name in values else getattr(finding, name) for name in _COLUMNS]
