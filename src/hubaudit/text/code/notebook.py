"""Jupyter notebooks: the code cells, read as one program, with places in the .ipynb file."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from hubaudit.text.code.command import commands
from hubaudit.text.code.json_values import json_values, offsets
from hubaudit.text.code.python import NOT_PYTHON, parsed, python

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hubaudit.text.code.spot import Spot
    from hubaudit.text.code.wanted import Wanted

_SHELL_CELL = re.compile(r"%%(?:bash|sh|script|!)")
_OTHER_CELL = re.compile(r"%%(?:html|javascript|js|latex|markdown|svg|writefile|file|perl|ruby|R|sql)\b")
# A line for IPython, which `pass` may stand for: a command of the shell, a magic word, or a question.
_OWN_LINE = re.compile(r"^([ \t]*)((?:[!%]|[\w.]+\?)[^\n]*)", re.MULTILINE)
_HALF = re.compile("[\ud800-\udfff]")  # of a pair: no text that could be written anywhere


class Cell:
    """A piece of code: its text, and the offset in the file of each of its characters."""

    def __init__(self) -> None:
        self.text = ""
        self.offsets: list[int] = []

    def add(self, text: str, offsets: list[int]) -> None:
        """Go on with more of it."""
        self.text += text
        self.offsets += offsets

    def spot(self, found: Spot) -> Spot:
        """Say where something in the cell is in the file."""
        return found._replace(start=self.offsets[found.start])


def notebook(text: str, wanted: Wanted) -> Iterator[Spot]:
    """Yield the repositories that code cells name. Raises ValueError for what cannot be read."""
    cells = _code_cells(text)
    for cell in cells:
        yield from map(cell.spot, commands(_shell(cell.text), wanted))
    programs = [_program(cell.text) for cell in cells]
    whole = Cell()
    for cell, program in zip(cells, programs, strict=True):
        if program is not None:
            whole.add(f"{program}\n", [*cell.offsets, len(text)])
    yield from map(whole.spot, python(whole.text, wanted))
    if None in programs:
        raise ValueError("a cell is not Python")


def _code_cells(text: str) -> list[Cell]:
    cells: dict[int, Cell] = {}
    code: list[int] = []
    for value in json_values(text):
        if value.path == ("cells", "cell_type") and value.text == "code":
            code.append(value.owner)
        elif value.path == ("cells", "source"):
            readable = _HALF.sub("\N{REPLACEMENT CHARACTER}", value.text)
            cells.setdefault(value.owner, Cell()).add(readable, offsets(text, value))
    return [cells[owner] for owner in code if owner in cells]


def _shell(text: str) -> str:
    """Return what a shell reads of a cell, at its place."""
    if _SHELL_CELL.match(text):
        return text
    return "".join(
        line if line.lstrip().startswith(("!", "%")) else re.sub(".", " ", line)
        for line in text.splitlines(keepends=True)
    )


def _program(text: str) -> str | None:
    """Return what Python reads of a cell, at its place; None for what is not Python."""
    if _SHELL_CELL.match(text) or _OTHER_CELL.match(text):
        return re.sub(".", " ", text)
    for program in (text, _OWN_LINE.sub(_passed, text)):
        with suppress(*NOT_PYTHON):
            parsed(program)
            return program
    return None


def _passed(found: re.Match[str]) -> str:
    return f"{found[1]}{'pass'[: len(found[2])]:{len(found[2])}}"
