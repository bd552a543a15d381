"""Rules: the files of queries/4_rules, each a header that explains and a SELECT that judges."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import TYPE_CHECKING

from hubaudit.audited import Rule
from hubaudit.errors import QueryError
from hubaudit.warehouse.queries import header, queries_folder

if TYPE_CHECKING:
    from pathlib import Path

SEVERITIES = ("high", "medium", "low", "info")  # most severe first
_FIELDS = ("title", "severity", "why", "fix")


@cache
def rules(folder: Path | None = None) -> tuple[Rule, ...]:
    """All rules, most severe first, then by id. Raises QueryError for a header that is not complete."""
    files = (folder or queries_folder()).glob("4_rules/*.sql")
    return tuple(
        sorted((_read(path) for path in files), key=lambda rule: (SEVERITIES.index(rule.severity), rule.id))
    )


def _read(path: Path) -> Rule:
    try:
        fields = tomllib.loads("\n".join(header(path.read_text(encoding="utf-8"))))
    except tomllib.TOMLDecodeError as error:
        raise QueryError(f"queries/4_rules/{path.name}: the header is not TOML: {error}") from error
    if sorted(fields) != sorted(_FIELDS) or fields["severity"] not in SEVERITIES:
        raise QueryError(
            f"queries/4_rules/{path.name}: the header needs exactly {', '.join(_FIELDS)}; "
            f"severity is one of {', '.join(SEVERITIES)}"
        )
    return Rule(path.stem, **{name: str(fields[name]) for name in _FIELDS})
