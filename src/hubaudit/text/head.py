"""The YAML head of a card: where it ends, and what it says as plain JSON values."""

from __future__ import annotations

import math
import re
from typing import Any

import ryaml

# The Hub's own pattern for the head of a card.
_HEAD = re.compile(r"^(\s*---(?:\r\n|\r|\n))([\S\s]*?)((?:\r\n|\r|\n)---[ \t]*(\r\n|\n|$))")

# YAML aliases copy what their anchor marks. The patterns match every real one, at times a word in italics.
_ANCHOR = re.compile(r"(?:^|[\s\[{,:?-])&[\w-]")
_ALIAS = re.compile(r"(?:^|[\s\[{,:?-])\*[\w-]")
_DEEPEST = 1_000  # lists and maps in each other; the time that the reader takes grows with the square
_BRACKET = re.compile(r"[\[\]{}]")
_EXPANDED_LIMIT = 4_000_000  # characters; cards reach 1 MB, and none of 10,000 real heads holds an alias


def split_head(text: str) -> tuple[str | None, int]:
    """Return the YAML between the fences (None without a head) and the offset where the body starts."""
    match = _HEAD.match(text)
    return (match[2], match.end()) if match else (None, 0)


def read_head(yaml: str) -> tuple[str, dict[str, Any] | None]:
    """Return how the head reads (none, found, broken or not-a-map) and its map, only with found.

    The map holds JSON values only: string keys, no dates (they stay words, as `no` does), null for NaN.
    Duplicate keys and integers beyond 64 bits make a head broken; nesting is bounded by the YAML reader.
    """
    if _may_explode(yaml) or _is_too_deep(yaml):
        return "broken", None
    try:
        value = ryaml.loads(yaml)  # type: ignore[attr-defined]  # its own annotations leave the name out
    except (
        ValueError,
        RecursionError,
    ):  # broken YAML, or a character that UTF-8 cannot hold
        return "broken", None
    if value is None:
        return "none", None
    return ("found", _json_value(value)) if isinstance(value, dict) else ("not-a-map", None)


def _may_explode(yaml: str) -> bool:
    """Whether aliases of aliases could blow the head up: each at most doubles what stands before it."""
    if not _ANCHOR.search(yaml):
        return False
    aliases = len(_ALIAS.findall(yaml))
    return len(yaml) << min(aliases, 40) > max(_EXPANDED_LIMIT, len(yaml))


def _is_too_deep(yaml: str) -> bool:
    """Whether more brackets stand open than any card has; those in quotes count too."""
    depth = 0
    for bracket in _BRACKET.finditer(yaml):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > _DEEPEST:
            return True
    return False


def _json_value(value: Any) -> Any:  # noqa: ANN401 - YAML holds anything
    """Make a YAML value one that JSON can hold."""
    if isinstance(value, dict):
        return {_json_key(key): _json_value(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_json_value(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _json_key(key: object) -> str:
    """Spell a key as YAML does: `true` and `null`, not Python's words for them."""
    if key is None:
        return "null"
    return str(key).lower() if isinstance(key, bool) else str(key)
