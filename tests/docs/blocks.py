"""What the pages show: their blocks of code, the command lines in these, and code in a line."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from docs.pages import pages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

INDENTED = "(indented)"


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code on a page."""

    page: str
    language: str
    text: str


@cache
def _tokens() -> dict[str, list[Token]]:
    parser = MarkdownIt("commonmark").enable("table")
    return {name: parser.parse(text) for name, text in pages().items()}


@cache
def blocks() -> tuple[Block, ...]:
    """Return every block of code of every page."""
    return tuple(
        Block(name, token.info.strip() if token.type == "fence" else INDENTED, token.content)
        for name, tokens in _tokens().items()
        for token in tokens
        if token.type in {"fence", "code_block"}
    )


def of(language: str) -> list[Block]:
    """Return the blocks in a language, those that several pages show once."""
    return list({block.text: block for block in blocks() if block.language == language}.values())


def spans() -> set[tuple[str, str]]:
    """Return code that stands in a line, with its page."""
    return {
        (name, child.content)
        for name, tokens in _tokens().items()
        for token in tokens
        for child in token.children or ()
        if child.type == "code_inline"
    }


def lines(text: str) -> Iterator[str]:
    """Yield the command lines of a block of shell, without comments."""
    for line in text.replace("\\\n", " ").splitlines():
        if words := re.sub(r"(^|\s+)#.*", "", line):
            yield words


def parts(line: str) -> list[list[str]]:
    """Return the words of each command of a line: what stands between its `&&`."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    found: list[list[str]] = [[]]
    for word in lexer:
        if word == "&&":
            found.append([])
        else:
            found[-1].append(word)
    return found
