"""Words in, the nearest known license out: the same, the same with changes, near, or none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hubaudit.text.license.difference import LONGEST_TITLE, is_harmless, joined
from hubaudit.text.license.facts import TextOutcome
from hubaudit.text.license.fingerprint import SHARE, Fingerprints, near, shingles
from hubaudit.text.license.opensource import compare, recognise, without_titles
from hubaudit.text.license.words import runs, says_something, words

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Mapping, Sequence

    from hubaudit.text.license.difference import Difference, Run
    from hubaudit.text.license.fingerprint import Fingerprint
    from hubaudit.text.license.opensource import Recognised
    from hubaudit.text.license.words import Words

FEW = 6  # words outside a license that may be a title or a name
_IN_TITLES = frozenset(("license", "licence", "agreement", "terms", "notice", "permission"))
_MOST_PARTS = 20  # of one text that are looked into
_ANOTHER_TEXT = 50  # words in a row that may be a license of their own
_CONTAINED = 0.8  # of a license's words: a text that has them is that license, modified
_SIMILAR = 0.5
_RANK = (TextOutcome.IDENTIFIED, TextOutcome.MODIFIED, TextOutcome.SIMILAR, TextOutcome.UNKNOWN)  # best first


@dataclass(frozen=True, slots=True)
class Match:
    """What was found. Ids are licenseclassifier's for open-source licenses, else a fingerprint's license."""

    outcome: TextOutcome
    ids: tuple[str, ...] = ()
    score: float = 0.0  # 0 to 1
    is_exact: bool = False
    is_modified: bool = False
    similar_to: str | None = None
    inserted: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A known license that a text is compared with; `share` is the part of the text's words that it has."""

    id: str
    difference: Difference
    inserted: Sequence[Run]
    share: float
    least: float  # of its words: a text that has so many is this license, changed

    @property
    def outcome(self) -> TextOutcome:
        """What the text is if this is the license."""
        if not self.inserted and not self.difference.deleted:
            return TextOutcome.IDENTIFIED
        if self.difference.contained >= self.least and self.share >= SHARE:
            return TextOutcome.MODIFIED
        return TextOutcome.SIMILAR if self.difference.similarity >= _SIMILAR else TextOutcome.UNKNOWN


class Matcher:
    """Knows licenses by fingerprint and, through licenseclassifier, by their words."""

    def __init__(
        self,
        fingerprints: Sequence[Fingerprint],
        sketches: Mapping[str, frozenset[int]],
        common: Container[str],
        is_limit: Callable[[Sequence[str]], bool],
    ) -> None:
        """`sketches` are of open-source licenses, some of them `common`; `is_limit` tells what restricts."""
        self._fingerprints = Fingerprints(fingerprints)
        self._sketches = sketches
        self._common = common
        self._is_limit = is_limit

    def match(self, found: Words) -> Match:
        """Find the license, or the licenses, that a text is."""
        if known := self._fingerprints.exact(found):
            return self._exact(found, known)
        seen = recognise(found)
        seen = replace(seen, left=self._untitled(found, seen.left, seen.ids))
        if seen.ids and self._is_little(found, seen.left):
            outcome = TextOutcome.IDENTIFIED if len(seen.ids) == 1 else TextOutcome.SEVERAL
            return Match(outcome, seen.ids, 1.0, is_exact=True)
        if len(seen.ids) > 1 and seen.is_most:
            source = compare(seen.ids, found, self._common)
            return self._together(found, seen.ids, _new(found, seen.left, source[1]) if source else seen.left)
        return self._nearest(found, seen)

    @staticmethod
    def _exact(found: Words, known: Fingerprint) -> Match:
        """Tell a known text, and what it adds where it is an open-source license that somebody modified."""
        source = compare([known.changes], found, ())
        added = _written(found, without_titles(found, source[1].inserted, [known.changes])) if source else ()
        return Match(
            TextOutcome.IDENTIFIED,
            (known.license_id,),
            1.0,
            is_exact=True,
            is_modified=bool(source),
            inserted=added,
        )

    def _is_little(self, found: Words, left: Sequence[Run]) -> bool:
        """Whether what stands outside a license is a title or a name: few words, and none that limit."""
        if _length(left) >= FEW:
            return False
        return not self._is_limit(_written(found, left))

    def _untitled(self, found: Words, left: Sequence[Run], ids: Sequence[str]) -> tuple[Run, ...]:
        """Leave out titles: the names of these licenses, and what a text opens with, unless it limits."""
        named = without_titles(found, left, ids)
        is_title = (
            named[:1]
            and named[0][0] == 0
            and named[0][1] <= LONGEST_TITLE
            and not _IN_TITLES.isdisjoint(found.folded[: named[0][1]])
            and not says_something(found.folded[: named[0][1]])
            and not self._is_limit(_written(found, named[:1]))
        )
        return named[1:] if is_title else named

    def _nearest(self, found: Words, seen: Recognised) -> Match:
        """Compare a text that is not word for word what we know with what it is near to."""
        rank = sorted(
            self._candidates(found, seen),
            key=lambda each: (_RANK.index(each.outcome), -each.difference.similarity),
        )
        if not rank or rank[0].outcome is TextOutcome.UNKNOWN:
            return Match(TextOutcome.UNKNOWN)
        best, *others = rank
        difference = best.difference
        if (
            best.outcome is not TextOutcome.SIMILAR
            and not difference.deleted
            and _longest(best.inserted) >= _ANOTHER_TEXT
        ):
            return self._together(found, (best.id,), best.inserted)
        is_like = best.outcome is TextOutcome.SIMILAR
        nearer = [each.id for each in others if each.difference.similarity > difference.similarity]
        return Match(
            best.outcome,
            () if is_like else (best.id,),
            difference.similarity,
            is_exact=best.outcome is TextOutcome.IDENTIFIED,
            is_modified=best.outcome is TextOutcome.MODIFIED,
            similar_to=best.id if is_like else next(iter(nearer), None),
            inserted=_written(found, best.inserted),
            deleted=difference.deleted,
        )

    def _together(self, found: Words, ids: tuple[str, ...], left: Sequence[Run]) -> Match:
        """Look for more licenses in what the known ones leave over; what is then left is an addition."""
        more: list[str] = []
        rest: list[Run] = []
        for start, end in left:
            part = found.text[found.starts[start] : found.ends[end - 1]]
            is_worth_it = end - start >= _ANOTHER_TEXT and len(rest) + len(more) < _MOST_PARTS
            match = self.match(words(part)) if is_worth_it else None
            if match and match.outcome in {TextOutcome.IDENTIFIED, TextOutcome.SEVERAL}:
                more += match.ids
            else:
                rest.append((start, end))
        together = tuple(dict.fromkeys([*ids, *more]))
        is_whole = self._is_little(found, rest)
        known = TextOutcome.IDENTIFIED if len(together) == 1 else TextOutcome.SEVERAL
        return Match(
            known if is_whole else TextOutcome.MODIFIED,
            together,
            1 - _length(rest) / len(found),
            is_exact=is_whole,
            is_modified=not is_whole,
            inserted=() if is_whole else _written(found, rest),
        )

    def _candidates(self, found: Words, seen: Recognised) -> Iterator[_Candidate]:
        hashes = shingles(found.folded)
        ids = set(seen.ids) if seen.is_most else {*seen.ids, *near(self._sketches, hashes)}
        if source := compare(sorted(ids), found, self._common):
            license_id, difference = source
            if seen.is_most:  # word for word: nothing of the license is missing
                difference = replace(
                    difference, inserted=_new(found, seen.left, difference), deleted=(), contained=1.0
                )
            inserted = self._untitled(found, difference.inserted, [license_id])
            yield _candidate(found, license_id, difference, inserted, _CONTAINED)
        if known := self._fingerprints.nearest(found, hashes):
            fingerprint, difference = known
            yield _candidate(found, fingerprint.license_id, difference, difference.inserted, 1.0)


def _new(found: Words, left: Sequence[Run], difference: Difference) -> tuple[Run, ...]:
    """Return the passages of what licenseclassifier leaves over that the license does not have either."""
    strange = {place for run in difference.uncommon for place in range(*run)}
    passages = joined(runs([place for run in left for place in range(*run) if place in strange]))
    return tuple(run for run in passages if not is_harmless(found.folded[slice(*run)]))


def _candidate(
    found: Words, license_id: str, difference: Difference, inserted: Sequence[Run], least: float
) -> _Candidate:
    return _Candidate(license_id, difference, inserted, 1 - _length(inserted) / len(found), least)


def _written(found: Words, left: Sequence[Run]) -> tuple[str, ...]:
    return tuple(found.run(*run) for run in left)


def _length(left: Sequence[Run]) -> int:
    return sum(end - start for start, end in left)


def _longest(left: Sequence[Run]) -> int:
    return max((end - start for start, end in left), default=0)
