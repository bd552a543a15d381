"""The JSON report, schema version 1: what programs read. Its keys and their order are stable.

docs/json.md tells what each key means; a test holds that it has them all.
A finding that does not count has two keys more: `state` (ignored or known) and `reason`.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, fields
from typing import Any

from hubaudit.audited import Standing
from hubaudit.model import Cell, Claim, Evidence, Finding, LicensePlace, Report
from hubaudit.report.escape import is_visible, url
from hubaudit.report.wording import COMPONENTS, utc_time

SCHEMA_VERSION = 1

_NOT_ASCII = re.compile(r"[^\n -~]")


def to_json(reports: Sequence[Report], *, several: bool | None = None) -> str:
    """Write one report as an object, several (or none) as an object that lists them under `models`.

    `several` says how many were asked for: then the shape does not depend on how many could be answered.

    Texts are given whole and unaltered; characters that cannot be seen, such as bidi controls, are written
    by their number. An address that is not http or https is null.
    """
    models = [report_content(report) for report in reports]
    if several is None:
        several = len(models) != 1
    content = {"schema_version": SCHEMA_VERSION, "models": models} if several else models[0]
    return written(content, indent=2)


def written(
    content: object, *, indent: int | None = None, default: Callable[[Any], str] | None = None
) -> str:
    """Write JSON; characters that cannot be seen are written by their number. The options are json.dumps'."""
    return _NOT_ASCII.sub(_visible, json.dumps(content, ensure_ascii=False, indent=indent, default=default))


def comma_separated(items: Iterable[str]) -> Iterator[str]:
    """Yield the lines of a JSON list that is written an item at a time: a comma after each but the last."""
    before = None
    for item in items:
        if before is not None:
            yield f"{before},"
        before = item
    if before is not None:
        yield before


def _visible(found: re.Match[str]) -> str:
    # Only strings hold what is not ASCII, so an escape is valid wherever such a character stands.
    return found[0] if is_visible(found[0]) else json.dumps(found[0])[1:-1]


def report_content(report: Report) -> dict[str, Any]:
    """Return what JSON says of a model."""
    return {
        "schema_version": SCHEMA_VERSION,
        "model": {
            "id": report.id,
            "sha": report.sha,
            "observed_at": utc_time(report.observed_at) if report.observed_at else None,
            "source": report.source,
            "license": asdict(report.license)
            | {"places": [_with_safe_url(place) for place in report.license.places]},
            "claims": [_with_safe_url(claim) for claim in report.claims],
            "asked_id": report.asked_id or None,
        },
        "signature": report.signature,
        "grid": {cell.component: _cell(cell) for cell in sorted(report.grid, key=_place)},
        "lineage": [asdict(ancestor) for ancestor in report.lineage],
        "findings": [finding_content(finding) for finding in report.findings],
        "coverage": asdict(report.coverage),
        "notes": list(report.notes),
    }


def _place(cell: Cell) -> int:
    names = list(COMPONENTS)
    return names.index(cell.component) if cell.component in COMPONENTS else len(names)


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "level": cell.level,
        "status": cell.status,
        "name": cell.name,
        "reference": cell.reference,
        "evidence": [_with_safe_url(seen) for seen in cell.evidence],
        "reference_note": cell.reference_note,
    }


def finding_content(finding: Finding | Standing) -> dict[str, Any]:
    """Return what JSON says of a finding: `state` and `reason` only if it does not count."""
    content = {part.name: getattr(finding, part.name) for part in fields(finding)}
    content["url"] = url(finding.url)
    if finding.state == "open":
        del content["state"], content["reason"]
    return content


def _with_safe_url(part: Claim | Evidence | LicensePlace) -> dict[str, Any]:
    return asdict(part) | {"url": url(part.url)}
