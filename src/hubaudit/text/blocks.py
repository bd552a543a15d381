"""A text as sentences without markup, each with its place, its headings and its links.

Markdown is read by markdown-it-py: the blocks first, then the inside of each, so that a hostile block costs
only itself. What is too large or too deep for that is read line by line as it stands; its sentences say so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from hubaudit.text.html_text import HtmlText
from hubaudit.text.inline import add_lines, add_markdown
from hubaudit.text.place import Place
from hubaudit.text.prose import Passage, Prose
from hubaudit.text.split import cut, split_sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

_MOST_LINES = 100_000  # of a text that is read as Markdown
_MANY_LINES = 5_000
_LEAST_OF_LINE = 20  # characters; the parser's work is by line: many shorter ones would take seconds
_ITEM_AS_LINES = 2  # so many more lines are as much work as an item of a list
_DEEPEST = 50  # blocks in blocks; a level of a list takes two
_DEEPEST_LINE = 4  # quotes and lists opened by one line; each level makes markdown-it read the line once more
_LONGEST_HEADING = 120  # characters of one heading in a path

_MARKDOWN = re.compile(r"^ {0,3}(?:#{1,6} |```|~~~)|\]\(|\*\*|^[ |:]*-{3,}[ :]*\|", re.MULTILINE)
_ITEM = re.compile(r"^[ \t]*+(?:[-*+]|\d{1,9}[.)])[ \t]", re.MULTILINE)
_TOO_DEEP = re.compile(
    rf"^(?:[ \t]*+(?:>|(?:[-*+]|\d{{1,9}}[.)])(?=[ \t]))){{{_DEEPEST_LINE + 1},}}+", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence without markup. `start` counts characters of the text; `heading` is the path "A > B"."""

    start: int
    heading: str
    text: str
    links: tuple[tuple[str, str], ...]  # (label, url)
    as_lines: bool = False  # its block was too large or too deep to be read as Markdown


def sentences(body: str, offset: int = 0) -> Iterator[Sentence]:
    """Yield the sentences of a body that starts at `offset` of its text. Code blocks are left out."""
    yield from _Reading(body, offset).sentences()


@lru_cache(maxsize=2)
def _parser(*, indented_code: bool) -> MarkdownIt:
    """Return a parser of blocks only. In a license and other plain text, what is indented is no code."""
    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable("table")
    parser.core.ruler.disable(["inline", "text_join"])
    return parser if indented_code else parser.disable("code")


def _flatter(marks: re.Match[str]) -> str:
    """Take a quote in a quote in a quote ... for one of the deepest level that is read, and so for lists."""
    return "> " * _DEEPEST_LINE if ">" in marks[0] else "- "


class _Reading:
    """One pass over a body, which remembers the headings above and the place reached."""

    def __init__(self, body: str, offset: int) -> None:
        self._body = body
        self._offset = offset
        self._place = Place(body)
        self._headings: list[tuple[int, str]] = []
        self._references: dict[str, object] = {}  # what the blocks define for links like [text][name]

    def sentences(self) -> Iterator[Sentence]:
        tokens = self._blocks()
        if tokens is None:
            prose = Prose()
            add_lines(prose, self._body)
            yield from self._spoken(prose, as_lines=True)
            return
        for prose, as_lines in self._proses(tokens):
            yield from self._spoken(prose, as_lines=as_lines)

    def _blocks(self) -> Sequence[Token] | None:
        """Parse the blocks; None when the text has too many lines or levels."""
        if self._has_too_many_lines():
            return None
        try:
            parser = _parser(indented_code=bool(_MARKDOWN.search(self._body)))
            tokens = parser.parse(_TOO_DEEP.sub(_flatter, self._body), self._references)
        except RecursionError:
            return None
        cut_off = any(token.level >= _DEEPEST - 1 for token in tokens)  # markdown-it drops what is deeper
        return None if cut_off else tokens

    def _has_too_many_lines(self) -> bool:
        lines = self._place.line_count
        if lines <= _MANY_LINES:
            return False
        work = lines + _ITEM_AS_LINES * len(_ITEM.findall(self._body))
        return lines > _MOST_LINES or len(self._body) < _LEAST_OF_LINE * work

    def _proses(self, tokens: Sequence[Token]) -> Iterator[tuple[Prose, bool]]:
        """Yield the prose of each block (a table's row counts as one), and whether it was read as lines."""
        level, row, as_lines = 0, Prose(), False
        in_row = False
        for token in tokens:
            if token.map:
                self._place.enter(token.map[0], token.map[1])
            match token.type:
                case "heading_open":
                    level = int(token.tag[1])
                case "html_block":
                    prose = Prose()
                    HtmlText(prose).read(token.content)
                    yield prose, False
                case "tr_open":
                    row, in_row, as_lines = Prose(), True, False
                case "inline" if in_row:
                    row.cell()
                    as_lines |= not add_markdown(row, token.content, self._references)
                case "tr_close":
                    in_row = False
                    yield row, as_lines
                case "inline":
                    prose = Prose(level)
                    level = 0
                    yield prose, not add_markdown(prose, token.content, self._references)

    def _spoken(self, prose: Prose, *, as_lines: bool) -> Iterator[Sentence]:
        for passage in prose.passages():
            if passage.level:
                self._enter_heading(passage)
            heading = " > ".join(title for _, title in self._headings)
            for text, links in _split(passage):
                yield Sentence(self._offset + self._place.find(text), heading, text, links, as_lines)

    def _enter_heading(self, passage: Passage) -> None:
        """Replace the headings of this level and below; a heading stands in its own section."""
        self._headings = [above for above in self._headings if above[0] < passage.level]
        self._headings.append((passage.level, passage.text[:_LONGEST_HEADING]))


def _split(passage: Passage) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    """Yield each sentence with the links that start in it; linked images alone make one without words."""
    text = passage.text
    pieces = cut(text, 0, len(text)) if passage.row or passage.level else split_sentences(text)
    spans = list(pieces) or [(0, 0)]
    waiting = list(reversed(passage.links))
    for number, (start, end) in enumerate(spans, 1):
        links = []
        while waiting and (waiting[-1].start < end or number == len(spans)):
            link = waiting.pop()
            links.append((link.label, link.url))
        yield text[start:end], tuple(links)
