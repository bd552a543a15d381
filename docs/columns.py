"""What the columns of a table mean: the comments in the SQL that makes it, else docs/columns.toml."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

_CREATE = re.compile(r"((?:^--[^\n]*\n)*)^create table (\S+) \((.*?)\);$", re.MULTILINE | re.DOTALL)
_COLUMN = re.compile(r"^ {4}(\w+) [a-z].*?(?:-- (.*))?$")
_MORE = re.compile(r"^ {5,}-- (.*)$")
_LAST_SELECT = re.compile(r"^select\b(?!.*^select\b)", re.MULTILINE | re.DOTALL)
_NAME = re.compile(r"(?:.*\bas |.*\.|^ *)(\w+),?(?: +-- (.*))?$")
_COMMENT = re.compile(r"^ +-- (.*)$")


def _prose(lines: str) -> str:
    return " ".join(line.removeprefix("--").strip() for line in lines.splitlines())


def declared(schema: str) -> dict[str, tuple[str, dict[str, str]]]:
    """Return what schema.sql says of each of its tables, and of their columns."""
    return {name: (_prose(grain), _of_columns(body)) for grain, name, body in _CREATE.findall(schema)}


def _of_columns(body: str) -> dict[str, str]:
    found: dict[str, str] = {}
    name = ""
    for line in body.splitlines():
        if column := _COLUMN.match(line):
            name = column[1]
            found[name] = column[2] or ""
        elif name and (more := _MORE.match(line)):
            found[name] = f"{found[name]} {more[1]}".strip()
    return found


def commented(sql: str) -> dict[str, str]:
    """Return the comments on columns in the SELECT that ends a query: above a column's line, or behind it."""
    found: dict[str, str] = {}
    above: list[str] = []
    last = _LAST_SELECT.search(sql)
    for line in sql[last.start() :].splitlines() if last else []:
        if comment := _COMMENT.match(line):
            above.append(comment[1])
            continue
        name = _NAME.match(line)
        if name and (meaning := " ".join([*above, *filter(None, [name[2]])])):
            found[name[1]] = meaning
        above.clear()
    return found


@cache
def written() -> dict[str, dict[str, str]]:
    """Return columns.toml: by table, and under `any` for every table that the SQL makes."""
    return tomllib.loads(Path(__file__).with_name("columns.toml").read_text(encoding="utf-8"))


def meaning(table: str, column: str, sql: str) -> str:
    """Return what is known of a column of any other table: its meaning, then the SQL's own note."""
    known = written()["any"] | written().get(table, {})
    return ". ".join(filter(None, (known.get(column), commented(sql).get(column))))
