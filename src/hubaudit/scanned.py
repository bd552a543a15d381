"""The nouns of a scan: which repositories of the Hub a code base names, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hubaudit.model import Kind, Report


class Place(NamedTuple):
    """Where an id stands. `file` is relative, with slashes; lines and columns (characters) count from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Named:
    """A repository that the code names, in the spelling met first, with every place."""

    id: str
    kind: Kind
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that was not read: too-large, binary, not-utf-8, broken, unreadable, or no-code."""

    file: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Code:
    """What was found in a code base: models before data sets, in the order met."""

    named: tuple[Named, ...]
    files: int  # that were read
    unread: tuple[Unread, ...] = ()


@dataclass(frozen=True, slots=True)
class Unscored:
    """A model without a report, and why."""

    named: Named
    reason: str


@dataclass(frozen=True, slots=True)
class Scanned:
    """A code base whose models were scored. `places` are those of each report, by its id."""

    code: Code
    reports: tuple[Report, ...]  # one for each model, also of one that the code names by two ids
    places: Mapping[str, tuple[Place, ...]]
    unscored: tuple[Unscored, ...]
