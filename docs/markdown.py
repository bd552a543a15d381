"""The Markdown that pages are made of. Texts of records and references go through hubaudit's own escaping."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hubaudit.report.escape import markdown, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_TICKS = re.compile("`+")
_CODE = re.compile("(`[^`]+`)")


def code(text: str) -> str:
    """Show text as it is, as code in a line; in a table, too."""
    shown = plain(text)
    ticks = "`" * (max(map(len, _TICKS.findall(shown)), default=0) + 1)
    space = " " if "`" in shown else ""
    return f"{ticks}{space}{shown}{space}{ticks}".replace("|", r"\|")


def prose(text: str) -> str:
    """Show a sentence as it is, but what stands between backticks as code."""
    return "".join(code(part[1:-1]) if part.startswith("`") else _words(part) for part in _CODE.split(text))


def _words(text: str) -> str:
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{before}{markdown(text)}{after}"


def fenced(text: str, language: str) -> str:
    """Show text as it is, as a block of code."""
    ticks = "`" * max(3, max(map(len, _TICKS.findall(text)), default=0) + 1)
    return f"{ticks}{language}\n{text.rstrip()}\n{ticks}"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table of cells that are Markdown already."""
    return "\n".join(f"| {' | '.join(line)} |" for line in (columns, ["---"] * len(columns), *rows))


def bullets(lines: Iterable[str]) -> str:
    """Write a list of lines that are Markdown already."""
    return "\n".join(f"- {line}" for line in lines)


def page(title: str, *parts: str) -> str:
    """Write a page: its title, then its parts, those that are empty left out."""
    return "\n\n".join([f"# {title}", *filter(None, parts)]) + "\n"


def contents(paths: Iterable[str], caption: str = "") -> str:
    """Write a part of the table of contents, which Sphinx shows beside each page."""
    options = [":hidden:", *([f":caption: {caption}"] if caption else [])]
    return "\n".join(["```{toctree}", *options, "", *paths, "```"])
