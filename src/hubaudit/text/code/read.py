"""One file of a code base: its name and bytes in, the repositories of the Hub that it names out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hubaudit.text.code.command import commands
from hubaudit.text.code.config import values
from hubaudit.text.code.json_values import json_values
from hubaudit.text.code.notebook import notebook
from hubaudit.text.code.python import NOT_PYTHON, python
from hubaudit.text.code.spot import Lines, Spot
from hubaudit.text.code.toml_values import toml_values
from hubaudit.text.code.yaml_values import yaml_values
from hubaudit.text.decode import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hubaudit.text.code.wanted import Wanted

READ, TOO_LARGE, BINARY, NOT_UTF_8, BROKEN = "read", "too-large", "binary", "not-utf-8", "broken"
_KINDS = {"model", "dataset"}  # an application (Space) is neither
LARGEST = 1_000_000
"""Bytes of a file. What is larger is data."""


class Found(NamedTuple):
    """An id and its place, counted from 1. `kind`: model or dataset."""

    id: str
    kind: str
    line: int
    column: int


def read(name: str, content: bytes, wanted: Wanted) -> tuple[str, list[Found]]:
    """Return how the reading ended and what was found, in the order of the file."""
    if len(content) > LARGEST:
        return TOO_LARGE, []
    text, encoding = decode(content)
    if "\0" in text:
        return BINARY, []
    if encoding == "latin-1":
        return NOT_UTF_8, []
    reader = reader_of(name)
    if reader is None:
        return READ, []
    spots: dict[int, Spot] = {}
    outcome = READ
    try:
        for spot in reader(text, wanted):
            spots.setdefault(spot.start, spot)  # the first at a place
    except NOT_PYTHON:
        outcome = BROKEN  # what was found before counts
    lines = Lines(text)
    return outcome, [
        Found(spot.id, spot.kind, *lines.place(start))
        for start, spot in sorted(spots.items())
        if spot.kind in _KINDS
    ]


def reader_of(name: str) -> Callable[[str, Wanted], Iterator[Spot]] | None:
    """Return what reads a file of that name; None: it is no code that names repositories."""
    name = name.lower()
    for endings, reader in _READERS.items():
        if name.endswith(endings):
            return reader
    if name.startswith(_COMMAND_FILES):
        return commands
    return None


def _yaml(text: str, wanted: Wanted) -> Iterator[Spot]:
    yield from commands(text, wanted)  # first: a template that is no YAML yet has commands all the same
    yield from values(text, yaml_values(text), wanted)


def _toml(text: str, wanted: Wanted) -> Iterator[Spot]:
    yield from values(text, toml_values(text), wanted)


def _json(text: str, wanted: Wanted) -> Iterator[Spot]:
    yield from values(text, json_values(text), wanted)


_READERS = {
    (".py", ".pyi", ".pyw"): python,
    (".ipynb",): notebook,
    (".yaml", ".yml"): _yaml,
    (".toml",): _toml,
    (".json",): _json,
    (".sh", ".bash", ".zsh", ".mk", ".dockerfile", ".containerfile", ".env"): commands,
}
_COMMAND_FILES = ("dockerfile", "containerfile", "makefile", "gnumakefile", "justfile", ".env")
