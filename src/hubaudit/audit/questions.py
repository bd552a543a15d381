"""The named questions over the history: the files in queries/history.

Each opens with comment lines: what a row of the answer is, then what the question takes.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

import duckdb

from hubaudit.errors import UnknownNameError
from hubaudit.warehouse.queries import queries_folder

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_PAIRWISE = "diff"  # a question about two moments: `hubaudit diff`

Value = str | int | float | bool | None
Table = tuple[list[str], list[tuple[Value, ...]]]
"""Columns and rows."""


@dataclass(frozen=True, slots=True)
class Question:
    """A file in queries/history. `grain` says what a row is, `parameters` what the question takes."""

    name: str
    grain: str
    parameters: tuple[str, ...]
    sql: str


def questions() -> list[Question]:
    """Return the named questions, by name."""
    folder = queries_folder() / "history"
    return [_question(path) for path in sorted(folder.glob("*.sql")) if path.stem != _PAIRWISE]


def named(name: str) -> Question:
    """Return the question of that name. Raises UnknownNameError, which names near ones."""
    known = {question.name: question for question in questions()}
    asked = name.strip().lower().replace("_", "-")
    if asked in known:
        return known[asked]
    near = get_close_matches(asked, known, n=3) or known
    raise UnknownNameError(f"no question is called {name}; near: {', '.join(near)}")


def listed() -> Table:
    """Return the named questions as rows: name, the options it takes, what a row of the answer is."""
    rows: list[tuple[Value, ...]] = [
        (question.name, options(question.parameters), question.grain) for question in questions()
    ]
    return ["name", "takes", "answer"], rows


def parameters(sql: str) -> tuple[str, ...]:
    """Return the names behind a `$` in SQL that can be parsed, in order."""
    return tuple(sorted(set().union(*(part.named_parameters for part in duckdb.extract_statements(sql)))))


def options(names: Iterable[str]) -> str:
    """Write parameters as the options that give them."""
    return ", ".join(f"--{name}" for name in names)


def _question(path: Path) -> Question:
    sql = path.read_text(encoding="utf-8")
    grain = sql.split("\n", 1)[0].removeprefix("--").strip()
    return Question(path.stem, grain, parameters(sql), sql)
