"""From a file's bytes to its text, without ever refusing one."""

from __future__ import annotations

import codecs
import hashlib

_MARKED_ENCODINGS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),  # encoding adds this mark again
    (codecs.BOM_UTF16_BE, "utf-16-be"),  # and not this one: it stays in the text
)


def decode(content: bytes) -> tuple[str, str]:
    """Return the text and the name of the encoding it was read with.

    A byte order mark decides and stays out of the text; then strict UTF-8. What is neither is read as
    Latin-1, which maps every byte to one character and back, so nothing is lost. NUL characters are kept.
    """
    marked = [name for mark, name in _MARKED_ENCODINGS if content.startswith(mark)]
    for encoding in (*marked, "utf-8"):
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1"), "latin-1"


def blob_sha1(content: bytes) -> str:
    """Return the id git and the Hub give to these bytes (the ETag of a file that is not in LFS)."""
    header = b"blob %d\0" % len(content)
    return hashlib.sha1(header + content, usedforsecurity=False).hexdigest()
