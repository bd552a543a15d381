"""The reference tables as their files have them, and their patterns as texts are read with them."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Any

import re2

FOLDER = Path(__file__).parent.parent / "queries" / "0_reference"


@cache
def table(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, strict=True))


def items(cell: str) -> list[str]:
    return cell.split(";") if cell else []


@cache
def compiled(pattern: str) -> Any:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    return re2.compile(pattern, options)


def named_in(name: str, text: str) -> set[str]:
    hits = {row["id"]: row for row in table(name) if compiled(row["pattern"]).search(text)}
    return set(hits) - {general for row in hits.values() for general in items(row["more_specific_than"])}
