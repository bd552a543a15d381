"""A report as JSON and back, and what it was made by: so that the same question is not computed twice."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from typing import Any

from hubaudit import __version__
from hubaudit.model import (
    Ancestor,
    Cell,
    Claim,
    Coverage,
    Evidence,
    Finding,
    License,
    LicensePlace,
    Material,
    Report,
    Unjudged,
)
from hubaudit.warehouse.queries import queries_folder


def made_by() -> str:
    """Name what makes answers. It changes with every query, reference row, field of a report and release."""
    digest = sha256(f"{__version__} {Report.__slots__}".encode())
    for path in sorted(queries_folder().glob("[0-9]*/*")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def dump(report: Report) -> str:
    """Write the report as JSON, every field as it is."""
    return json.dumps(asdict(report), default=datetime.isoformat)


def load(text: str, asked_id: str) -> Report:
    """Read the report that `dump` wrote; it now comes from the store."""
    row: dict[str, Any] = json.loads(text)
    coverage = row["coverage"]
    coverage["open_questions"] = tuple(Unjudged(**each) for each in coverage["open_questions"])
    return Report(
        **row
        | {
            "observed_at": row["observed_at"] and datetime.fromisoformat(row["observed_at"]),
            "source": "store",
            "license": _license(row["license"]),
            "claims": tuple(Claim(**each) for each in row["claims"]),
            "grid": tuple(_cell(each) for each in row["grid"]),
            "lineage": tuple(Ancestor(**each) for each in row["lineage"]),
            "findings": tuple(Finding(**each | {"path": tuple(each["path"])}) for each in row["findings"]),
            "coverage": Coverage(**coverage),
            "materials": tuple(Material(**each) for each in row["materials"]),
            "notes": (),
            "asked_id": asked_id,
        }
    )


def _license(row: dict[str, Any]) -> License:
    return License(**row | {"places": tuple(LicensePlace(**each) for each in row["places"])})


def _cell(row: dict[str, Any]) -> Cell:
    return Cell(**row | {"evidence": tuple(Evidence(**each) for each in row["evidence"])})
