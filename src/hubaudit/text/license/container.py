"""What a file called LICENSE is, when it is no license: empty, binary, a pointer, a web page."""

from __future__ import annotations

import re
from html import unescape

from hubaudit.text.decode import decode
from hubaudit.text.license.facts import TextOutcome

LARGEST = 1 << 20  # bytes; the longest license we know has a tenth of it

_POINTER = re.compile(r"version https://git-lfs\.github\.com/spec/")
_PAGE = re.compile(r"\s*(?:<\?xml[^>]{0,200}>\s*)?<(?:!doctype html|html)\b", re.IGNORECASE)
# A comment (unclosed: to the end), or a tag with its name.
_TAG = re.compile(r"<!--(?:.*?-->|.*)|<(/?[a-zA-Z][a-zA-Z0-9]*|[!?])[^<>]{0,4000}>", re.DOTALL)
_UNSEEN = frozenset({"head", "script", "style"})
_IN_LINE = frozenset({"a", "b", "code", "em", "i", "small", "span", "strong", "u"})
# Control characters that no text has; a form feed parts the pages of old ones.
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MOST_CONTROLS = 0.001  # of all characters


def open_text(content: bytes | str) -> tuple[str, TextOutcome | None]:
    """Return the text of a file, and what it is when it cannot be a license. Raises nothing."""
    if len(content) > LARGEST:
        return "", TextOutcome.TOO_LARGE
    text = content if isinstance(content, str) else decode(content)[0]
    if not text.strip():
        return text, TextOutcome.EMPTY
    if _POINTER.match(text):
        return text, TextOutcome.POINTER
    controls = sum(1 for _ in _CONTROL.finditer(text))
    if controls > len(text) * _MOST_CONTROLS:
        return text, TextOutcome.BINARY
    return text, None


def is_page(text: str) -> bool:
    """Whether a text is a page of HTML; Markdown with some HTML in it is none."""
    return bool(_PAGE.match(text))


def page_text(page: str) -> str:
    """Return the words that a reader sees on a page, in lines."""
    shown: list[str] = []
    place, hidden = 0, ""
    for tag in _TAG.finditer(page):
        name = (tag[1] or "").lower()
        if not hidden:
            shown += [page[place : tag.start()], " " if name.lstrip("/") in _IN_LINE else "\n"]
            hidden = name if name in _UNSEEN else ""
        elif name == f"/{hidden}":
            hidden = ""
        place = tag.end()
    return unescape("".join([*shown, "" if hidden else page[place:]]))
