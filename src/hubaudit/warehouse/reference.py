"""The reference tables: queries/0_reference/*.csv, one table a file, every column text.

Text, because a licence called `1.0` must stay a name; the SQL that reads a number casts it.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import duckdb

from hubaudit.errors import QueryError
from hubaudit.model import Pattern
from hubaudit.warehouse.queries import queries_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_PATTERN_TABLES = (
    "phrase",
    "dataset",
    "system",
)  # their rows, each with an id and a pattern, are looked for in texts


def load_reference(con: duckdb.DuckDBPyConnection) -> None:
    """Create schema `reference` with one table per CSV file. Raises QueryError for a file that is no CSV."""
    con.execute("create schema if not exists reference")
    for path in sorted(_folder().glob("*.csv")):
        columns = ", ".join(f"'{name}': 'varchar'" for name in _header(path))
        sql = (
            f"create or replace table reference.{path.stem} as from read_csv(?, header = true,"
            " auto_detect = false, delim = ',', quote = '\"', escape = '\"', nullstr = '',"
            f" columns = {{{columns}}})"
        )
        try:
            con.execute(sql, [str(path)])
        except duckdb.InvalidInputException as error:
            reason = str(error).split("\n", 1)[0]
            raise QueryError(f"queries/0_reference/{path.name}: {reason}") from error


def patterns() -> list[Pattern]:
    """Return all that is looked for in texts: our phrases, and names of well-known data sets and systems."""
    stands_for = _names_of_models()
    return [
        Pattern(table, row["id"], stands_for(row["pattern"]))
        for table in _PATTERN_TABLES
        for row in rows(table)
        if row["pattern"]
    ]


def _names_of_models() -> Callable[[str], str]:
    """Return what puts names for `<model>` and `<architecture>` in a pattern.

    A model is a word with a family's name in it, and what may follow it, such as a size; an architecture is a
    name alone, under which others trained weights of their own.
    """
    known = rows("model_name")
    family, form, architecture = (
        "|".join(row["pattern"] for row in known if row["kind"] == kind)
        for kind in ("family", "form", "architecture")
    )
    model = rf"[\w./-]*(?:{family})[\w./+-]*(?:[ -](?:{form}))*"
    return lambda pattern: pattern.replace("<model>", model).replace("<architecture>", f"(?:{architecture})")


def rows(table: str) -> list[dict[str, str]]:
    """Return the rows of one reference table, for code that needs no database."""
    with (_folder() / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def license_fingerprints() -> list[tuple[str, str, str]]:
    """Return what tells license texts: an id, the few hashes that stand for the text, and all its hashes."""
    import zstandard  # noqa: PLC0415 - only when a license text is identified

    packed = (_folder() / "license_fingerprint.tsv.zst").read_bytes()
    lines = zstandard.ZstdDecompressor().decompress(packed).decode().splitlines()
    return [(key, few, every) for key, few, every in (line.split("\t") for line in lines)]


def _folder() -> Path:
    return queries_folder() / "0_reference"


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))
