"""The words and links of HTML in a card. Tags are cut out one by one, so that unclosed ones cost nothing."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hubaudit.text.prose import Prose

# A comment (unclosed: to the end), or one tag. Linear: no alternative looks past the next angle bracket.
_MARKUP = re.compile(r"<!--(?:.*?-->|.*)|<[!?/a-zA-Z][^<>]{0,4000}>", re.DOTALL)
_BARE_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)>")  # most tags: read here, many times as fast
_BREAKING = frozenset(
    """address article aside blockquote center dd details div dl dt figcaption figure footer form header hr li
    main nav ol p section summary table tbody thead tr ul""".split()  # noqa: SIM905 - a word list reads as words
)
_DROPPED = frozenset({"script", "style", "pre", "template"})  # <pre> is a code block
_HEADING = re.compile(r"h[1-6]")


class HtmlText(HTMLParser):
    """Reduces pieces of HTML to words and links of a Prose. State lasts from piece to piece of one block."""

    def __init__(self, prose: Prose) -> None:
        super().__init__()
        self._prose = prose
        self._dropping: str | None = None

    def read(self, markup: str) -> None:
        """Read a piece of HTML: a block, or one tag inside a paragraph."""
        place = 0
        for tag in _MARKUP.finditer(markup):
            self.add_text(_unescaped(markup[place : tag.start()]))
            self._read_tag(tag[0])
            place = tag.end()
        self.add_text(_unescaped(markup[place:]))

    def add_text(self, text: str) -> None:
        """Add words, unless they stand in a script, a style or preformatted code."""
        if self._dropping is None:
            self._prose.add(text)

    def _read_tag(self, tag: str) -> None:
        if tag.startswith(("<!", "<?")):
            return
        if bare := _BARE_TAG.fullmatch(tag):
            name = bare[2].lower()
            self.handle_endtag(name) if bare[1] else self.handle_starttag(name, [])
            return
        self.reset()
        try:
            self.feed(tag)
        except ValueError:  # an attribute with a character reference of thousands of digits
            return

    def set_cdata_mode(self, *_: object, **__: object) -> None:
        """Stay in the ordinary mode: each tag comes alone, and scripts are dropped here."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Turn a start tag into a break, a link, a cell or nothing."""
        if self._dropping is not None:
            return
        if tag in _DROPPED:
            self._dropping = tag
        elif tag == "a":
            self._prose.open_link(dict(attrs).get("href") or "")
        elif tag == "img":
            self._prose.add_alt(dict(attrs).get("alt") or "")
        elif tag in ("td", "th"):
            self._prose.cell()
        else:
            self._break(tag, opening=True)

    def handle_endtag(self, tag: str) -> None:
        """Close a link, a dropped element or a block."""
        if self._dropping is not None:
            self._dropping = None if tag == self._dropping else self._dropping
        elif tag == "a":
            self._prose.close_link()
        else:
            self._break(tag, opening=False)

    def _break(self, tag: str, *, opening: bool) -> None:
        if tag == "br":
            self._prose.line_break()
        elif _HEADING.fullmatch(tag):
            self._prose.end(int(tag[1]) if opening else 0)
        elif tag in _BREAKING:
            self._prose.end()


def _unescaped(text: str) -> str:
    """Resolve character references; text with an absurd one stays as it is."""
    try:
        return html.unescape(text)
    except ValueError:  # more digits than Python converts
        return text
