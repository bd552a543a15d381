"""The headers that tell of a quota, read without trust: a header that makes no sense says nothing."""

from __future__ import annotations

import re
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_ITEM = re.compile(r'(?:"[^"]*"|[^",])+')
_STRING = re.compile(r'"([^"]*)"')
_PARAMETER = re.compile(r";\s*([a-z]+)\s*=\s*(\d{1,9})(?!\d)")
_HEADER_LENGTH = 1000  # characters read of one header


def items(header: str) -> Iterator[tuple[str, dict[str, int]]]:
    """Yield every item of a list header as (last string in it, its whole-number parameters)."""
    for item in _ITEM.findall(header[:_HEADER_LENGTH]):
        names = _STRING.findall(item)
        if names:
            yield names[-1], {key: int(value) for key, value in _PARAMETER.findall(_STRING.sub("", item))}


def retry_after(header: str, now: float) -> float:
    """Return the seconds Retry-After asks for, given as a number or as an HTTP date; 0 if it says nothing."""
    if re.fullmatch(r"\s*\d{1,9}\s*", header, re.ASCII):
        return float(header)
    try:
        date = parsedate_to_datetime(header[:_HEADER_LENGTH])
    except ValueError:
        return 0
    return max(0.0, date.replace(tzinfo=date.tzinfo or UTC).timestamp() - now)
