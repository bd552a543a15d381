"""The headers that tell of a quota, read without trust: a header that makes no sense says nothing."""

from __future__ import annotations

import re
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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


def told(headers: Mapping[str, str], now: float) -> list[tuple[str, dict[str, int]]]:
    """Return each bucket that an answer tells of: r requests left, t seconds to its end.

    If told, q is its size and w its length. Code hosts write one bucket in plain numbers, and its end as Unix
    time by the clock of the answer's Date.
    """
    policies = dict(items(headers.get("RateLimit-Policy", "")))
    buckets = [
        (name, values | policies.get(name, {})) for name, values in items(headers.get("RateLimit", ""))
    ]
    left, size, ends = (_number(headers, f"X-RateLimit-{name}") for name in ("Remaining", "Limit", "Reset"))
    if buckets or left is None or ends is None:
        return buckets
    name = headers.get("X-RateLimit-Resource", "")[:_HEADER_LENGTH]
    return [
        (name, {"r": left, "t": max(0, ends - int(_date(headers.get("Date", "")) or now)), "q": size or 0})
    ]


def _number(headers: Mapping[str, str], name: str) -> int | None:
    value = headers.get(name, "").strip()
    return int(value) if re.fullmatch(r"\d{1,12}", value, re.ASCII) else None


def _date(header: str) -> float | None:
    """Return the Unix time of an HTTP date, None if it is none."""
    try:
        date = parsedate_to_datetime(header[:_HEADER_LENGTH])
    except ValueError:
        return None
    return date.replace(tzinfo=date.tzinfo or UTC).timestamp()


def retry_after(header: str, now: float) -> float:
    """Return the seconds Retry-After asks for, given as a number or as an HTTP date; 0 if it says nothing."""
    if re.fullmatch(r"\s*\d{1,9}\s*", header, re.ASCII):
        return float(header)
    date = _date(header)
    return 0 if date is None else max(0.0, date - now)
