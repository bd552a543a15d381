"""Plain text under construction: white space folded, links remembered by their place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hubaudit.text.urls import BARE_URL, normalize_url

# Control, bidirectional and those zero-width characters that no script needs: they could hide words.
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)


@dataclass(frozen=True, slots=True)
class PlacedLink:
    """A link from `start` to `end` in its passage's text. Its label: its words, or an image's alt text."""

    start: int
    end: int
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Passage:
    """Text between two breaks. `level` is a heading's (0: none); a table's `row` is no list of sentences."""

    text: str
    links: tuple[PlacedLink, ...]
    level: int = 0
    row: bool = False


class Prose:
    """Collects words and links, and closes a passage at every break."""

    def __init__(self, level: int = 0, *, row: bool = False) -> None:
        self._level = level
        self._row = row
        self._passages: list[Passage] = []
        self._clear()

    def _clear(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._gap = self._new_cell = False
        self._links: list[PlacedLink] = []
        self._open_url: str | None = None
        self._open_at = self._open_part = 0
        self._alt = ""

    def add(self, text: str) -> None:
        """Append words; any run of white space counts as one blank."""
        text = _INVISIBLE.sub("", text)
        words = " ".join(text.split())
        if words and self._new_cell:
            words, self._new_cell = f" | {words}", False
        elif words and self._length and (self._gap or text[0].isspace()):
            words = " " + words
        self._parts.append(words)
        self._length += len(words)
        self._gap = text[-1:].isspace() or (self._gap and not words)

    def add_alt(self, text: str) -> None:
        """Note an image's alt text: it serves as label of a link that holds nothing but the image."""
        self._alt = self._alt or _INVISIBLE.sub("", " ".join(text.split()))

    def open_link(self, url: str) -> None:
        """Start a link; one that is still open ends here."""
        self.close_link()
        self._open_url, self._alt = url, ""
        self._open_at, self._open_part = self._length, len(self._parts)

    def close_link(self) -> None:
        """End the open link, if there is one. What is no web address leaves only its words."""
        url = normalize_url(self._open_url) if self._open_url else None
        self._open_url = None
        if url:
            label = "".join(self._parts[self._open_part :]).strip() or self._alt
            self._links.append(PlacedLink(self._open_at, self._length, label, url))

    def cell(self) -> None:
        """Start the next cell of a table row; empty ones leave no trace."""
        self._row = True
        self._new_cell = self._length > 0

    def line_break(self) -> None:
        """End a line: a new passage, except in a table row, which stays whole."""
        if self._row:
            self.add(" ")
        else:
            self.end()

    def end(self, next_level: int = 0) -> None:
        """Close the passage; the next one is a heading of `next_level` (0: none)."""
        self.close_link()
        text = "".join(self._parts)
        links = tuple(sorted([*self._links, *self._bare_links(text)], key=lambda link: link.start))
        if text or links:
            self._passages.append(Passage(text, links, self._level, self._row))
        self._level, self._row = next_level, False
        self._clear()

    def _bare_links(self, text: str) -> list[PlacedLink]:
        """Find the addresses that are written out and not already (part of) a link's words."""
        if "/" not in text:  # most texts; the search takes longer than all the rest of a short one
            return []
        covered = {place for link in self._links for place in range(link.start, link.end)}
        found = []
        for match in BARE_URL.finditer(text):
            url = normalize_url(match[0])
            if url and match.start() not in covered:
                found.append(PlacedLink(match.start(), match.end(), url, url))
        return found

    def passages(self) -> list[Passage]:
        """Close what is open and hand out all passages."""
        self.end()
        return self._passages
