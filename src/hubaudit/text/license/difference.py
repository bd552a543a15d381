"""How a text differs from a license: the words that came and those that went."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz.distance import Indel, Levenshtein

from hubaudit.text.license.words import runs, says_something

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hubaudit.text.license.lre import Reference
    from hubaudit.text.license.words import Words

Run = tuple[int, int]
"""A stretch of words, from one number to before another."""

LONGEST_TITLE = 12  # words
LONG_GAP = 3  # words gone in a row; fewer may be another edition's
_SAME_RUN = 3  # common words between two strange ones; they are one insertion
_NUMBER = re.compile(r"\d{1,2}|[a-z]|[ivx]{1,4}")
_LITTLE = 0.25
_SHORT_WORD = 4  # letters; in a shorter word one letter makes another word
_JOINING = frozenset(("a", "an", "and", "the", "of", "to"))  # alone, they limit nothing
_TURNING = frozenset(
    """academic commercial commercially educational except excluding exclusively military never no non
    noncommercial nonprofit not only outside personal private prohibited research solely unless without
    """.split()  # noqa: SIM905 - a word list reads as words
)
_LONGEST_PHRASE = 8  # words, optional ones among them
_LONGEST_NOTICE = 20  # words of a copyright statement


@dataclass(frozen=True, slots=True)
class Difference:
    """What came (runs of the text's words) and went (runs of the license's words), and how much agrees."""

    inserted: tuple[Run, ...]
    deleted: tuple[str, ...]
    contained: float  # 0 to 1: the part of the license's own words that the text has
    similarity: float  # 0 to 1, of both together
    changes: float  # words that came or went; one that a free place took counts a little
    uncommon: tuple[Run, ...]  # the text's words outside the phrases that both have


def from_reference(reference: Reference, text: Words) -> Difference:
    """Compare word by word. Optional words may be missing, and free places take as many as they have room."""
    inserted: list[tuple[int, int, int]] = []
    deleted: list[str] = []
    missing = 0
    for start, end, text_start, text_end in _unequal(reference.folded, text.folded):
        if _is_spelling(reference.folded[start:end], text.folded[text_start:text_end]):
            continue
        free = sum(reference.free.get(place, 0) for place in range(start, end + 1))
        inserted += [(text_start, text_end, free)] if text_end > text_start else []
        if start == 0 and end <= LONGEST_TITLE:
            continue
        missing += len([place for place in range(start, end) if not reference.optional[place]])
        deleted += [" ".join(reference.folded[slice(*gap)]) for gap in _gaps(reference, start, end)]
    came = [run for run in _passages(inserted) if not is_harmless(text.folded[slice(*run)])]
    new = missing + sum(end - start for start, end in came)
    return Difference(
        tuple(came),
        tuple(run for run in deleted if run.count(" ") + 1 >= LONG_GAP),
        1 - missing / max(reference.needed, 1),
        1 - new / max(len(text) + reference.needed, 1),
        new + _LITTLE * sum(end - start for start, end, _ in inserted),
        tuple(_uncovered(_phrases(reference.folded, text.folded), len(text))),
    )


def _passages(inserted: Sequence[tuple[int, int, int]]) -> list[Run]:
    """Join what came to passages, and leave out those for which the license has room: (start, end, room)."""
    room = dict.fromkeys((start for start, _, _ in inserted), 0) | {
        start: free for start, _, free in inserted
    }
    passages = joined([(start, end) for start, end, _ in inserted])
    return [
        (start, end)
        for start, end in passages
        if end - start > sum(free for place, free in room.items() if start <= place < end)
    ]


def _gaps(reference: Reference, start: int, end: int) -> list[Run]:
    """Return the runs of words that are missing; a short phrase counts whole, with its optional words."""
    needed = [place for place in range(start, end) if not reference.optional[place]]
    is_phrase = len(needed) > 1 and end - start <= _LONGEST_PHRASE
    gaps = [(start, end)] if is_phrase else runs(needed)
    return [gap for gap in gaps if not _is_statement(reference.folded[slice(*gap)])]


def is_harmless(came: Sequence[str]) -> bool:
    """Whether words are a slip (joining ones alone, or one that turns no sentence), or tell the holder."""
    is_slip = _JOINING.issuperset(came) or (len(came) == 1 and _TURNING.isdisjoint(came))
    return is_slip or is_notice(came)


def _unequal(license_words: Sequence[str], folded: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """Yield where two rows of words differ: a stretch of the one, which stands for a stretch of the other."""
    place = other = 0
    codes = [code for code in Indel.opcodes(license_words, folded) if code.tag == "equal"]
    for code in codes:
        if (code.src_start, code.dest_start) != (place, other):
            yield place, code.src_start, other, code.dest_start
        place, other = code.src_end, code.dest_end
    if (place, other) != (len(license_words), len(folded)):
        yield place, len(license_words), other, len(folded)


def _phrases(license_words: Sequence[str], folded: Sequence[str]) -> list[Run]:
    """Return where the text has words of the license in a row, and enough of them to be no chance."""
    codes = [code for code in Indel.opcodes(license_words, folded) if code.tag == "equal"]
    return [(code.dest_start, code.dest_end) for code in codes if code.dest_end - code.dest_start > _SAME_RUN]


def _is_spelling(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether words differ by a letter each: another spelling, or a slip of the pen."""
    return len(ours) == len(theirs) and all(
        min(len(one), len(other)) > _SHORT_WORD and Levenshtein.distance(one, other, score_cutoff=1) <= 1
        for one, other in zip(ours, theirs, strict=True)
    )


def from_shingles(
    shingles: Sequence[int], size: int, text: Words, text_shingles: Sequence[int]
) -> Difference:
    """Compare by the hashes of `size` neighbouring words. Of what went, only the number of words is known."""
    same = [code for code in Indel.opcodes(shingles, text_shingles) if code.tag == "equal"]
    text_runs = _uncovered([(code.dest_start, code.dest_end + size - 1) for code in same], len(text))
    count = len(shingles) + size - 1
    gone = _uncovered([(code.src_start, code.src_end + size - 1) for code in same], count)
    is_untitled = gone and gone[0][0] == 0 and gone[0][1] <= LONGEST_TITLE and same[0].dest_start == 0
    gone = gone[1:] if is_untitled else gone
    missing = sum(end - start for start, end in gone)
    came = sum(end - start for start, end in text_runs)
    inserted = [run for run in text_runs if not _is_no_matter(text.folded[slice(*run)])]
    return Difference(
        tuple(inserted),
        tuple(f"({end - start} words)" for start, end in gone),
        1 - missing / count,
        1 - (missing + came) / (count + len(text)),
        missing + came,
        tuple(text_runs),
    )


def joined(found: Sequence[Run]) -> list[Run]:
    """Join runs that only a few common words part."""
    together: list[Run] = []
    for start, end in found:
        if together and start - together[-1][1] <= _SAME_RUN:
            together[-1] = (together[-1][0], end)
        else:
            together.append((start, end))
    return together


def is_notice(folded: Sequence[str]) -> bool:
    """Whether words are a copyright statement that shares its line with the license."""
    has_year = any(len(word) == 4 and word.isdigit() for word in folded)  # noqa: PLR2004 - a year
    return has_year and folded[0] in {"copyright", "c", "portions"} and _is_statement(folded)


def _is_no_matter(folded: Sequence[str]) -> bool:
    """Whether words are the number of a clause in the middle of a line, or a copyright statement."""
    return is_notice(folded) or (len(folded) == 1 and bool(_NUMBER.fullmatch(folded[0])))


def _is_statement(folded: Sequence[str]) -> bool:
    return len(folded) <= _LONGEST_NOTICE and "copyright" in folded and not says_something(folded)


def _uncovered(covered: Sequence[Run], count: int) -> list[Run]:
    """Return the stretches of `count` words that no run covers; runs come in order and may overlap."""
    left: list[Run] = []
    place = 0
    for start, end in [*covered, (count, count)]:
        if start > place:
            left.append((place, start))
        place = max(place, end)
    return left
