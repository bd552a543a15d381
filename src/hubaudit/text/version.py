"""The version of a reading: it changes with the patterns and with the way texts are read."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hubaudit.model import Pattern

READER_VERSION = 2  # raise it when the same text would give other facts


def reading_version(patterns: Iterable[Pattern]) -> str:
    """Name what texts are read with, whatever the patterns' order. Facts of another version are outdated."""
    rows = sorted({(pattern.source, pattern.key, pattern.regex) for pattern in patterns})
    return hashlib.sha256(json.dumps([READER_VERSION, *rows]).encode()).hexdigest()[:12]
