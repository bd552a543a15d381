"""A text in a configuration, and where it is written."""

from __future__ import annotations

from typing import NamedTuple


class Value(NamedTuple):
    """A text under a path of keys (lists have none), written between two offsets.

    `owner` is the offset at which the innermost table around it begins: what has the same owner are siblings.
    """

    path: tuple[str, ...]
    text: str
    start: int
    end: int
    owner: int
