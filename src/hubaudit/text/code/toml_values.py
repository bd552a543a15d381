"""TOML with places: every text in it, and under which keys."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

from hubaudit.text.code.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(
    r'(?P<text>"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\')'
    r"|#[^\n]*|(?P<mark>[\[\]{}=,\n])|(?P<word>[^\s\[\]{}=,#\"']+)",
    re.DOTALL,
)


def toml_values(text: str) -> Iterator[Value]:
    """Yield the texts in a TOML document. Raises ValueError or RecursionError for what is none."""
    tomllib.loads(text)  # from here on it is well-formed
    reader = _Reader()
    for token in _TOKEN.finditer(text):
        if token["mark"]:
            reader.mark(token["mark"], token.start())
        elif token["text"] and not reader.is_key_due:
            path = (*reader.table, *reader.path)
            yield Value(path, _text(token["text"]), token.start() + 1, token.end() - 1, reader.owner)
        elif token["text"]:
            reader.keys.append(_text(token["text"]))
        elif reader.is_key_due and token["word"]:
            reader.keys += filter(None, token["word"].split("."))


def _text(written: str) -> str:
    return str(tomllib.loads(f"text = {written}")["text"])


class _Reader:
    """Where the reading is: in which table, under which keys, and whether a key or a value comes next."""

    def __init__(self) -> None:
        self.table: list[str] = []
        self.owner = 0
        self.path: list[str] = []
        self.keys: list[str] = []  # since the last value
        self.is_key_due = True
        self._opened: list[tuple[str, int, int]] = []  # each with the length of its path and its owner

    def mark(self, mark: str, start: int) -> None:
        """Go past a mark. The brackets around a table's name are none of a value: they are passed over."""
        if mark == "=":
            self.path += self.keys
            self.keys, self.is_key_due = [], False
        elif mark == "\n" and not self._opened:
            self._end_line(start)
        elif mark in "[{" and not (self.is_key_due and not self._opened):
            self._opened.append((mark, len(self.path), self.owner))
            self.is_key_due = mark == "{"
            self.owner = start if mark == "{" else self.owner
        elif mark in ",]}" and self._opened:
            self._end_value(mark)

    def _end_line(self, start: int) -> None:
        if self.is_key_due and self.keys:
            self.table, self.owner = self.keys, start
        self.path, self.keys, self.is_key_due = [], [], True

    def _end_value(self, mark: str) -> None:
        opening, depth, owner = self._opened[-1]
        del self.path[depth:]
        self.is_key_due = mark == "," and opening == "{"
        if mark != ",":
            self._opened.pop()
            self.owner = owner
