"""A spot: where in a text an id may stand, and from an offset to a line and a column."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

_LINE_END = re.compile(r"\r\n|\r|\n")


class Spot(NamedTuple):
    """An id at an offset (characters) of a text. `kind`: model, dataset or space."""

    start: int
    id: str
    kind: str


class Lines:
    """The lines of a text, as Python and editors count them."""

    def __init__(self, text: str) -> None:
        self.starts = [0, *(end.end() for end in _LINE_END.finditer(text))]

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset, both from 1."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1


def inside(text: str, wanted: str, start: int, end: int) -> int:
    """Return where a word stands in a part of a text; the part's beginning, where it is written otherwise."""
    found = text.find(wanted, start, end)
    return start if found < 0 else found
