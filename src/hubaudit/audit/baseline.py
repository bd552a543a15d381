"""A former result as baseline: the findings that were there, told by what they are and not by their words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hubaudit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

Key = tuple[str, str, str]
"""What a finding is: its rule, its model and the end of its path, both in lower case."""


def key(rule: str, repo_id: str, path: Sequence[str]) -> Key:
    """Name a finding: with other words it is the same one."""
    return rule, repo_id.lower(), path[-1].lower() if path else ""


def read_baseline(path: Path) -> frozenset[Key]:
    """Read the findings of a result that audit or score wrote as JSON or JSON lines. Raises UsageError."""
    try:
        return frozenset(_findings(_content(path.read_text(encoding="utf-8"))))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError) as error:
        raise UsageError(
            f"{path} is no baseline: give a result of `hubaudit audit` or `score` in --format json or jsonl"
        ) from error


def _content(text: str) -> list[Any]:
    """One JSON document, or one a line."""
    try:
        return [json.loads(text)] if text.strip() else []
    except ValueError:
        return [json.loads(line) for line in text.splitlines() if line.strip()]


def _findings(parts: list[Any]) -> Iterator[Key]:
    for part in parts:
        if "rule" in part:
            yield key(part["rule"], part["id"], part["path"])
        elif "models" in part:
            yield from _findings(part["models"])
        else:
            asked_id = part["model"]["id"] if "model" in part else None
            for each in part["findings"]:
                yield key(each["rule"], asked_id or each["id"], each["path"])
