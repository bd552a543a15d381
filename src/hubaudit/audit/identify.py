"""What license files are, and the level each allows: the answer of `hubaudit identify`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import duckdb

from hubaudit.audit.licenses import identifier_version, identify
from hubaudit.store.file import create_tables
from hubaudit.store.rows import add_reading, license_reading
from hubaudit.text.license.facts import Identified
from hubaudit.warehouse.build import build
from hubaudit.warehouse.queries import load
from hubaudit.warehouse.reference import load_reference

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hubaudit.text.license.facts import LicenseFacts

_TABLES = (
    "staging.license_text",
    "staging.license_clause",
    "core.known_license",
    "core.license_spelling",
    "core.license_text",
    "core.text_license",
    "core.text_restriction",
)
_LIMITS = """
    select restriction, coalesce(quote, '')
    from core.text_restriction
    where blob = ?
    order by start nulls last, restriction
"""


def identify_files(files: Iterable[tuple[str, bytes]]) -> list[Identified]:
    """Identify files, given as name and content, in their order."""
    facts = {str(number): (name, identify(content)) for number, (name, content) in enumerate(files)}
    with duckdb.connect(config={"threads": 1}) as con:
        create_tables(con)
        load_reference(con)
        read = license_reading((number, asdict(each)) for number, (_, each) in facts.items())
        add_reading(con, identifier_version(), read)
        build(con, [query for query in load() if query.table in _TABLES])
        return [_identified(con, number, *each) for number, each in facts.items()]


def _identified(con: duckdb.DuckDBPyConnection, number: str, name: str, facts: LicenseFacts) -> Identified:
    ((level, basis),) = con.execute(
        "select level, basis from core.text_license where blob = ?", [number]
    ).fetchall()
    limits = con.execute(_LIMITS, [number]).fetchall()
    return Identified(name, facts, level, basis, tuple(limits))
