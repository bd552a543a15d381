"""Command lines: shell scripts, Dockerfiles, Makefiles, and the commands inside workflows.

Whatever is read as a line of words keeps its length, so that an offset in it is one in the file.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hubaudit.text.code.address import addresses
from hubaudit.text.code.spot import Spot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hubaudit.text.code.wanted import Wanted

# A comment, or a quoted piece, in which a # begins none.
_COMMENT = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'|(?:(?<=\s)|^)#[^\n]*", re.MULTILINE)
_CONTINUED = re.compile(r"\\\r?\n")
# A list of words in YAML: the option on one line, what it is given on the next.
_OPTION_ITEM = re.compile(r"^([ \t]*-[ \t]+[\"']?--?[\w-]+[\"']?[ \t]*\r?\n[ \t]*-[ \t])", re.MULTILINE)
_MARKS = str.maketrans("\"'[],`()", "        ")


def commands(text: str, wanted: Wanted) -> Iterator[Spot]:
    """Yield the repositories that commands and addresses name."""
    text = without_comments(text)
    yield from addresses(text, wanted)
    words = _CONTINUED.sub(_blank, _OPTION_ITEM.sub(_one_line, text)).translate(_MARKS)
    for pattern, kind in wanted.commands:
        for found in pattern.finditer(words):
            if repo_id := wanted.id_in(found[1]):
                yield Spot(found.start(1), repo_id, kind)


def without_comments(text: str) -> str:
    """Put blanks where comments are."""
    return _COMMENT.sub(_without_comment, text)


def _without_comment(found: re.Match[str]) -> str:
    return _blank(found) if found[0].startswith("#") else found[0]


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _one_line(found: re.Match[str]) -> str:
    before, _, after = found[0].rpartition("\n")
    return f"{before.rstrip()}{' ' * (len(before) - len(before.rstrip()) + 1)}{' ' * len(after)}"
