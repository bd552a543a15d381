"""JSON with places: every text in it, under which keys, and where each of its characters is written."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from hubaudit.text.code.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]')
_PAIR = r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_CHARACTER = re.compile(rf"{_PAIR}|\\u[0-9a-fA-F]{{4}}|\\.|.", re.DOTALL)


def json_values(text: str) -> Iterator[Value]:
    """Yield the texts in a JSON document. Raises ValueError or RecursionError for what is none."""
    json.loads(text)  # from here on it is well-formed
    path: list[str] = []
    opened = [("", 0, 0)]  # each with the length of its path, and the offset of its table
    last: Value | None = None
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark == ":" and last:
            path.append(last.text)
            last = None
            continue
        if last:
            yield last
            last = None
        _, depth, owner = opened[-1]
        if mark in "{[":
            opened.append((mark, len(path), token.start() if mark == "{" else owner))
        elif mark in ",}]":
            del path[depth:]
            if mark != ",":
                opened.pop()
        else:
            last = Value(tuple(path), str(json.loads(mark)), token.start() + 1, token.end() - 1, owner)
    if last:
        yield last


def offsets(text: str, value: Value) -> list[int]:
    """Return the offset at which each character of a value is written."""
    return [each.start() for each in _CHARACTER.finditer(text, value.start, value.end)]
