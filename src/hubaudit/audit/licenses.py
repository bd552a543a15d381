"""Licenses as they are told: the identifier of texts with all that our tables know, and SPDX expressions."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING

from hubaudit.model import Pattern
from hubaudit.store.rows import license_reading
from hubaudit.warehouse.reference import license_fingerprints, rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from duckdb import DuckDBPyConnection

    from hubaudit.store.rows import Reading
    from hubaudit.text.license.facts import LicenseFacts
    from hubaudit.text.license.identifier import Identifier, Knowledge

READER_VERSION = 1  # raise it when the same text would give other facts
_TABLES = ("clause", "license", "license_text")
_PACKAGES = ("licenseclassifier", "rapidfuzz")
_WRITTEN = r"""
    select distinct lower(trim(value))
    from (
        select unnest(license) as value from raw.repo_log
        union all
        select record ->> '$.cardData.license_name' from raw.repo_log where list_contains(license, 'other')
    )
    where regexp_matches(value, '(?i)\s(or|and|with)\s')
    order by all
"""
_ADD = "insert into reference.license_expression select unnest($1), unnest($2), unnest($3)"


def identify(content: bytes | str) -> LicenseFacts:
    """Say which license a file is, from its bytes or text alone: work that any process may do."""
    return identifier().identify(content)


def identify_all(texts: Iterable[tuple[str, str]]) -> Reading:
    """Identify texts, each with its blob, and pack what they are."""
    return license_reading((blob, asdict(identify(text))) for blob, text in texts)


@cache
def identifier() -> Identifier:
    """Return the identifier; its tables are read once a process."""
    from hubaudit.text.license.identifier import Identifier  # noqa: PLC0415 - loads licenseclassifier

    return Identifier(knowledge())


@cache
def identifier_version() -> str:
    """Name what texts are identified with: our tables, the packages, and ScanCode where it is."""
    from hubaudit.text.license import scancode  # noqa: PLC0415 - only when something is identified

    packages = [*_PACKAGES, *(["scancode-toolkit-mini"] if scancode.is_installed() else [])]
    said = [str(READER_VERSION), *(f"{package} {version(package)}" for package in packages)]
    said += [repr(sorted(row.items())) for table in _TABLES for row in rows(table)]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:12]


def load_expressions(con: DuckDBPyConnection) -> None:
    """Create reference.license_expression: each SPDX expression that a record states, taken apart.

    One row per expression, alternative and license of it, in lower case.
    """
    con.execute(
        "create or replace table reference.license_expression"
        " (expression varchar, alternative integer, license varchar)"
    )
    if written := [value for (value,) in con.execute(_WRITTEN).fetchall()]:
        from hubaudit.text.license.expression import alternatives  # noqa: PLC0415 - rarely needed

        terms = [
            (value, number, license_id)
            for value in written
            for number, ids in enumerate(alternatives(value))
            for license_id in ids
        ]
        con.execute(_ADD, [list(column) for column in zip(*terms, strict=True)] or [[], [], []])


def knowledge() -> Knowledge:
    """Return what the identifier knows: all of it from our reference tables."""
    from hubaudit.text.license.fingerprint import Fingerprint, unpacked  # noqa: PLC0415 - as above
    from hubaudit.text.license.identifier import Knowledge  # noqa: PLC0415 - the same

    texts = {row["id"]: row for row in rows("license_text")}
    hashes = {key: (frozenset(unpacked(few)), all_) for key, few, all_ in license_fingerprints()}
    licenses = rows("license")
    sketches = {key: few for key, (few, _) in hashes.items() if key not in texts}
    return Knowledge(
        [
            Fingerprint(key, row["license_id"], row["changes"], row["digest"], *hashes[key])
            for key, row in texts.items()
        ],
        sketches,
        _ids(licenses),
        {row["id"]: row["spdx_id"] for row in licenses if row["spdx_id"]},
        [Pattern("clause", row["restriction"], row["pattern"]) for row in rows("clause")],
    )


def _ids(licenses: list[dict[str, str]]) -> dict[str, str]:
    """Map SPDX ids and ScanCode keys to ids of the table; the Hub's own ids come first in it."""
    found: dict[str, str] = {}
    for row in licenses:
        for name in (row["spdx_id"], *row["scancode_key"].split(";")):
            found.setdefault(name, row["id"])
    return found
