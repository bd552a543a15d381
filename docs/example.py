"""The worked example: a small world of Hub records, its tables, and what a page shows of them."""

from __future__ import annotations

import inspect
import json
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from docs.markdown import fenced
from hubaudit.api import score
from hubaudit.audit.read import read_report
from hubaudit.report import render
from hubaudit.report.rows import render_rows
from tests.world import NOW, world

if TYPE_CHECKING:
    from hubaudit.audit.work import Work
    from hubaudit.model import Report

MODEL = "acme/harbour"
_FOLDER = Path(__file__).parent
_SQL = re.compile(r"^```sql\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
_MADE = re.compile(r"^<!-- made: (.*) -->\n", re.MULTILINE)


@cache
def work() -> Work:
    """Build the tables of the example, once: by the queries that judge every model."""
    given = tomllib.loads((_FOLDER / "example.toml").read_text(encoding="utf-8"))
    return world(given["repo"])


@cache
def report() -> Report:
    """Read from these tables what `hubaudit score` shows of the model."""
    found = read_report(work().con, MODEL, "hub", [])
    if found is None:
        raise LookupError(f"docs/example.toml has no {MODEL}")
    return found


def with_results(text: str) -> str:
    """Put its result under each block of SQL of a page, and what a `made` comment asks for in its place."""
    text = _SQL.sub(lambda found: f"{found[0]}\n{_answer(found[1])}\n", text)
    return _MADE.sub(lambda found: f"{_made(found[1])}\n", text)


def _answer(sql: str) -> str:
    answer = work().con.execute(sql)
    columns = [column[0] for column in answer.description or ()]
    rows = [[_shown(value) for value in row] for row in answer.fetchall()]
    return render_rows(columns, rows, "markdown")


def _shown(value: object) -> str | int | None:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return value if isinstance(value, int | None) else str(value)


def _made(name: str) -> str:
    """Return a part of a page: the record, or the report in a format of `score`."""
    if name == "record":
        return fenced(_record(), "json")
    if name == "score":  # Sphinx would show its overloads, which name no setting
        return inspect.getdoc(score) or ""
    return fenced(render([report()], name, now=NOW), "json" if name == "json" else "text")


def _record() -> str:
    found = (
        work()
        .con.execute("select record from raw.repo_log where repo_id = ? and outcome = 'found'", [MODEL])
        .fetchone()
    )
    return json.dumps(json.loads(found[0] if found else "null"), indent=2)
