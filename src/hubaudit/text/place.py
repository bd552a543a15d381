"""From plain text back to the place it came from."""

from __future__ import annotations

import re

_LINE_END = re.compile(r"\r\n|\r|\n")  # as markdown-it sees lines
_PROBE = 24  # characters of a sentence that are looked for as they stand
_WINDOW = 4_000  # characters looked through; bounds the work for a sentence that cannot be found


class Place:
    """The place reached in a text, which never goes back."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = [0, *(end.end() for end in _LINE_END.finditer(text))]
        self._reached = 0
        self._end = len(text)

    @property
    def line_count(self) -> int:
        """How many lines the text has."""
        return len(self._lines)

    def enter(self, first_line: int, next_line: int) -> None:
        """Move to the block of these lines (`next_line` is no longer part of it)."""
        self._reached = max(self._reached, self._lines[first_line])
        self._end = self._lines[next_line] if next_line < len(self._lines) else len(self._text)

    def find(self, sentence: str) -> int:
        """Return where a sentence of this block starts, and move behind it.

        Its first characters are looked for, then its first word; markup may hide both, and then the answer is
        the end of the sentence before it.
        """
        limit = min(self._end, self._reached + _WINDOW)
        start = self._text.find(sentence[:_PROBE], self._reached, limit)
        if start < 0:
            start = self._text.find(sentence.split(" ", 1)[0], self._reached, limit)
        start = max(start, self._reached)
        self._reached = max(start, min(start + len(sentence), self._end - 1))
        return start
