"""Where sentences end. Names, versions and abbreviations are full of full stops that end nothing."""

from __future__ import annotations

import re
from string import ascii_letters
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 600  # characters of one piece; a longer sentence is cut at a blank

_CLOSERS = "\"')]»”’*_"  # noqa: RUF001 - typographic quotes
_OPENERS = "\"'([«“‘*_"  # noqa: RUF001 - the same
# A blank after the end of something, or the end of a Chinese or Japanese sentence with its closing quotes.
_BOUNDARY = re.compile(rf"(?<=[.!?…{re.escape(_CLOSERS)}]) (?=\S)|[。！？]+[”’」』）]* ?")  # noqa: RUF001 - full-width marks
_LONGEST_WORD = 40  # characters looked at before a full stop
# Words whose full stop ends no sentence, and those that only count before a number.
_ABBREVIATIONS = frozenset(("al", "cf", "vs", "approx", "ca", "resp", "dr", "mr", "mrs", "ms", "prof", "st"))
_BEFORE_NUMBER = frozenset(
    ("no", "nos", "fig", "figs", "sec", "eq", "tab", "table", "art", "vol", "pp", "v", "ver", "ch")
)
_BEFORE_WORD = " ([\"'"
_ITEM_NUMBER = re.compile(r"\(?(?:\d{1,3}|[A-Za-z])[.)]+")


def split_sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the sentences of a folded text start and end, none longer than LONGEST characters."""
    start = 0
    for boundary in _BOUNDARY.finditer(text):
        if boundary[0] == " " and not _ends_sentence(text, start, boundary.start()):
            continue
        end = boundary.start() + len(boundary[0].rstrip())
        yield from cut(text, start, end)
        start = boundary.end()
    yield from cut(text, start, len(text))


def cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a stretch into pieces of at most LONGEST characters, at a blank where there is one."""
    while end - start > LONGEST:
        blank = text.rfind(" ", start + 1, start + LONGEST + 1)
        stop = blank if blank > 0 else start + LONGEST
        yield start, stop
        start = stop + 1 if blank > 0 else stop
    if end > start:
        yield start, end


def _ends_sentence(text: str, start: int, blank: int) -> bool:
    """Whether the sentence that began at `start` ends before this blank."""
    before = text[max(start, blank - _LONGEST_WORD) : blank]
    ending = before.rstrip(_CLOSERS)
    following = text[blank + 1]
    if not ending.endswith((".", "!", "?", "…")) or not _opens(following):
        return False
    if not ending.endswith("."):
        return True
    if _ITEM_NUMBER.fullmatch(text, start, blank) or _is_abbreviated(ending[:-1]):
        return False
    return not (following.isdigit() and _awaits_number(ending[:-1]))


def _is_abbreviated(before: str) -> bool:
    """Whether a text ends with an abbreviation or with initials, as in "e.g", "et al" and "J.R"."""
    word = _last(before, ascii_letters + ".")
    if not word or before[: -len(word)][-1:] not in _BEFORE_WORD:
        return False
    return word.lower() in _ABBREVIATIONS or all(len(letter) == 1 for letter in word.split("."))


def _awaits_number(before: str) -> bool:
    return before[-1:].isdigit() or _last(before, ascii_letters).lower() in _BEFORE_NUMBER


def _last(text: str, letters: str) -> str:
    """Return the letters that a text ends with; far faster than a search for a pattern that ends with it."""
    return text[len(text.rstrip(letters)) :]


def _opens(character: str) -> bool:
    """Whether a sentence may begin with it: a capital, a digit, a quote, or a letter without case."""
    if character in _OPENERS or character.isdigit():
        return True
    return character.isalpha() and not character.islower()
