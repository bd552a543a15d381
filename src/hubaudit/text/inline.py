"""The inside of a Markdown block as words and links."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from hubaudit.text.html_text import HtmlText
from hubaudit.text.split import LONGEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from markdown_it.token import Token

    from hubaudit.text.prose import Prose

_LARGEST = 20_000  # characters read as Markdown; a longer block is not prose anyone wrote by hand
_MOST_OPENERS = 50  # of comments and the like: for each the parser looks to the end of the block
_DEEPEST = 10  # brackets in brackets; what is deeper stays as plain words
_MARKUP = re.compile(r"[\\`*_\[<&]|  \n")
_OPENER = re.compile(r"<[!?]")
_SAYS = re.compile(r"[^\W_]")  # a letter or a digit: no word and no link is without
_LINE_MARKS = " \t#>*+-|"
_CELLS = " | "
_SHORT_LINE = 40  # characters


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"maxNesting": _DEEPEST})


def add_markdown(prose: Prose, content: str, references: dict[str, object]) -> bool:
    """Add a block's inside to `prose`; False when it was too large or too deep and was added as it stands."""
    if not _MARKUP.search(content):
        prose.add(content)
        return True
    children: list[Token] = []
    try:
        if len(content) <= _LARGEST and len(_OPENER.findall(content)) <= _MOST_OPENERS:
            _parser().inline.parse(content, _parser(), references, children)
    except RecursionError:
        children = []
    if not children:
        add_lines(prose, content)
        return False
    _add_tokens(prose, children)
    return True


def add_lines(prose: Prose, content: str) -> None:
    """Add the lines that say something, each on its own, without the marks it begins and ends with.

    Short ones that follow each other become one: each passage has its price, and a hostile text many lines.
    """
    lines = (line.strip(_LINE_MARKS) for line in content.splitlines() if _SAYS.search(line))
    for line in _gathered(lines):
        prose.add(line)
        prose.line_break()


def _gathered(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines, with short neighbours put together as in a row of a table."""
    row: list[str] = []
    room = LONGEST
    for line in lines:
        is_short = len(line) < _SHORT_LINE
        if row and not (is_short and room >= len(line)):
            yield _CELLS.join(row)
            row, room = [], LONGEST
        if is_short:
            row.append(line)
            room -= len(line) + len(_CELLS)
        else:
            yield line
    if row:
        yield _CELLS.join(row)


def _add_tokens(prose: Prose, tokens: Sequence[Token]) -> None:
    html = HtmlText(prose)
    for token in tokens:
        match token.type:
            case "text" | "text_special" | "code_inline":
                html.add_text(token.content)
            case "softbreak":
                prose.add(" ")
            case "hardbreak":
                prose.line_break()
            case "html_inline":
                html.read(token.content)
            case "image":
                prose.add_alt(token.content)
            case "link_open":
                prose.open_link(str(token.attrs["href"]))
            case "link_close":
                prose.close_link()
