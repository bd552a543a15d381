"""What a license text says: which license it is, what was changed, what it limits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class TextOutcome(StrEnum):
    """What a text turned out to be. Only IDENTIFIED and SEVERAL say that all of it is known."""

    IDENTIFIED = "identified"
    MODIFIED = "modified"  # a known license with words that it does not have, or without words that it has
    SIMILAR = "similar"  # near a known license, and not it: lends nothing
    SEVERAL = "several"  # more than one known license
    UNKNOWN = "unknown"  # prose, and no license we know
    EMPTY = "empty"
    BINARY = "binary"
    POINTER = "pointer"  # Git LFS stands in for the file
    WEB_PAGE = "web-page"  # HTML around something else than a known license
    LINK_ONLY = "link-only"  # says where a license is, and nothing more
    TOO_LARGE = "too-large"


@dataclass(frozen=True, slots=True)
class Clause:
    """A sentence that states a restriction, found by a pattern. `start` counts characters of the text."""

    restriction: str
    start: int
    quote: str


@dataclass(frozen=True, slots=True)
class LicenseFacts:
    """Which license a text is. Runs of words are in the text's own spelling, without its line breaks."""

    outcome: TextOutcome
    license_ids: tuple[str, ...] = ()  # of reference.license, else of license_text.csv, else of SPDX
    spdx: str | None = None  # an expression; LicenseRef-... for what SPDX does not list
    score: float | None = None  # 0 to 100: how much of the license and of the text agree
    is_exact: bool = False
    is_modified: bool = False
    similar_to: str | None = None
    inserted: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()  # in lower case; of fingerprinted licenses only how many words
    url: str | None = None  # of a text that only links
    clauses: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class Identified:
    """What one file is, and the level it allows by itself. `basis` says what the level rests on."""

    file: str
    facts: LicenseFacts
    level: int | None
    basis: str
    restrictions: tuple[tuple[str, str], ...]  # name, and the sentence or clause
