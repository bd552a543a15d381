"""Configurations: the values of keys that name a model or data set, and addresses in any value."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from hubaudit.text.code.address import addresses
from hubaudit.text.code.spot import Spot, inside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hubaudit.text.code.value import Value
    from hubaudit.text.code.wanted import Wanted


def values(text: str, found: Iterable[Value], wanted: Wanted) -> Iterator[Spot]:
    """Yield the repositories that these values of a configuration name."""
    for _, siblings in groupby(found, attrgetter("owner")):
        name: Value | None = None
        for value in siblings:
            yield from _spots(text, value, value.path, wanted)
            if value.path[-1:] == ("name",):
                name = value
            elif name and value.path == (*name.path[:-1], "value"):  # as containers are given variables
                yield from _spots(text, value, (name.text,), wanted)


def _spots(text: str, value: Value, path: tuple[str, ...], wanted: Wanted) -> Iterator[Spot]:
    row = wanted.key_row(path)
    if row and (repo_id := wanted.id_in(value.text, row)):
        yield Spot(inside(text, value.text, value.start, value.end), repo_id, row.kind)
    for found in addresses(value.text, wanted):
        yield Spot(inside(text, found.id, value.start, value.end), found.id, found.kind)
