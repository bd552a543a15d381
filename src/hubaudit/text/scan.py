"""The reader: one text in, its head, mentions and links out."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import re2

from hubaudit.errors import QueryError
from hubaudit.model import Link, Mention, Pattern, TextFacts
from hubaudit.text.blocks import Sentence, sentences
from hubaudit.text.head import read_head, split_head

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_MENTIONS = 5_000  # of one text; the first are kept
MOST_LINKS = 2_000
LONGEST_QUOTE = 300  # characters
_REMEMBERED = 4_096  # sentences: templates, and hostile texts, say the same again and again

_COUNTED = re.compile(r"\{\d*,\d+\}")  # "within so many characters"
_TOGETHER = 6  # patterns of this kind in one automaton; 5 and 8 read the recorded cards more slowly
# Bytes for each automaton, which grows with what it reads and at this size begins anew. Far too little would
# make RE2 answer "no match"; half of this finds the same in a seventh of the recorded cards.
_PATTERN_MEMORY = 32 << 20


class Scanner:
    """Looks for a set of patterns in linear time, so no text can hang it. Letter case never counts."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self._patterns = sorted(set(patterns), key=_row)
        self._compiled = [_compile(pattern) for pattern in self._patterns]
        self._sets = [
            (group, _compile_set([self._patterns[number] for number in group]))
            for group in _groups(self._patterns)
        ]
        self._matching = lru_cache(_REMEMBERED)(self._match)

    def scan(self, text: str) -> TextFacts:
        """Read a card, or any other text."""
        yaml, start = split_head(text)
        outcome, head = read_head(yaml) if yaml is not None else ("none", None)
        mentions: list[Mention] = []
        links: list[Link] = []
        lines = 0
        for sentence in sentences(text[start:], start):
            lines += sentence.as_lines
            if len(mentions) < MOST_MENTIONS:
                mentions.extend(self.mentions(sentence))
            if len(links) < MOST_LINKS:
                links.extend(_links(sentence))
        return TextFacts(outcome, head, tuple(mentions[:MOST_MENTIONS]), tuple(links[:MOST_LINKS]), lines)

    def mentions(self, sentence: Sentence) -> Iterator[Mention]:
        """Yield one mention for each (source, key) that the sentence matches."""
        if not sentence.text:
            return
        seen = set()
        for number in self._matching(sentence.text):
            pattern = self._patterns[number]
            if (pattern.source, pattern.key) not in seen:
                seen.add((pattern.source, pattern.key))
                quote = self._quote(number, sentence.text)
                yield Mention(pattern.source, pattern.key, sentence.start, sentence.heading, quote)

    def _match(self, text: str) -> list[int]:
        """Return the numbers of the patterns that a sentence matches, in their order."""
        encoded = text.encode()
        return sorted(
            group[place] for group, patterns in self._sets for place in patterns.Match(encoded) or ()
        )

    def _quote(self, number: int, text: str) -> str:
        """Quote the sentence, and of a long one the part around the match."""
        if len(text) <= LONGEST_QUOTE:
            return text
        match = self._compiled[number].search(text)
        return excerpt(text, match.start(), match.end()) if match else excerpt(text, 0, 0)


def excerpt(text: str, start: int, end: int) -> str:
    """Cut a text to LONGEST_QUOTE characters around the part from `start` to `end`; … stands for the rest."""
    if len(text) <= LONGEST_QUOTE:
        return text
    room = LONGEST_QUOTE - 2
    before = max(0, room - (end - start)) // 2
    left = max(0, min(start - before, len(text) - room))
    right = left + room
    return ("…" if left else "") + text[left:right] + ("…" if right < len(text) else "")


def _links(sentence: Sentence) -> Iterator[Link]:
    for label, url in sentence.links:
        place = max(sentence.text.find(label), 0)
        quote = excerpt(sentence.text, place, place + len(label))
        yield Link(sentence.start, sentence.heading, label[:LONGEST_QUOTE], url, quote)


def _options() -> re2.Options:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = _PATTERN_MEMORY
    return options


def _compile(pattern: Pattern) -> re2._Regexp:
    """Compile one pattern alone: a set does not say which of its patterns is wrong."""
    try:
        return re2.compile(pattern.regex, _options())
    except re2.error as error:
        raise QueryError(
            f"{pattern.source}: the pattern of {pattern.key!r} does not compile: {error}"
        ) from error


def _groups(patterns: Sequence[Pattern]) -> list[list[int]]:
    """Put together by their numbers what one automaton reads well: all names, and a few phrases at a time.

    A pattern that lets so many characters pass multiplies the states of every other beside it. Neighbours by
    their keys begin alike, and share states; letters beyond ASCII, of several bytes each, stay by themselves.
    """
    numbers = range(len(patterns))
    counted = [number for number in numbers if _COUNTED.search(patterns[number].regex)]
    others = sorted(set(numbers) - set(counted))
    wide = [number for number in counted if not patterns[number].regex.isascii()]
    narrow = sorted(set(counted) - set(wide))
    batches = [narrow[start : start + _TOGETHER] for start in range(0, len(narrow), _TOGETHER)]
    return [group for group in (others, wide, *batches) if group]


def _compile_set(patterns: Sequence[Pattern]) -> re2.Set:
    """Compile patterns into one automaton."""
    together = re2.Set.SearchSet(_options())
    try:
        for pattern in patterns:
            together.Add(pattern.regex)
        together.Compile()
    except re2.error as error:
        sources = ", ".join(sorted({pattern.source for pattern in patterns}))
        raise QueryError(f"{sources}: the patterns are too large together: {error}") from error
    return together


def _row(pattern: Pattern) -> tuple[str, str, str]:
    return pattern.source, pattern.key, pattern.regex
