"""The Hub's quotas: fixed windows, one per bucket, learned from the headers of every answer.

Headers of draft-ietf-httpapi-ratelimit-headers-09, as the Hub writes them, each possibly a list:

    RateLimit: "api";r=499;t=293                           bucket, requests left, seconds to the window's end
    RateLimit-Policy: "fixed window";"api";q=500;w=300     requests in a window, its length in seconds
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from hubaudit.hub.faults import Stop
from hubaudit.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping

API = "api"
RESOLVERS = "resolvers"
MAX_PAUSE = 600.0  # seconds one request waits for a window before it gives up
BUSY = frozenset({429, 503})  # the statuses that say when to come back

_ITEM = re.compile(r'(?:"[^"]*"|[^",])+')
_STRING = re.compile(r'"([^"]*)"')
_PARAMETER = re.compile(r";\s*([a-z]+)\s*=\s*(\d{1,9})(?!\d)")
_HEADER_LENGTH = 1000  # characters read of one header


@dataclass(frozen=True, slots=True)
class Window:
    """What is left of one bucket until `ends` (Unix seconds), as heard `length` seconds before that."""

    left: int
    ends: float
    length: float


class Quota:
    """The state of every bucket. `heard` feeds it, `wait` holds a request back until its bucket has room.

    A route (`api`, `resolvers`) is the name of a bucket until an answer on that route names another one.
    `reserve` requests are left untouched: as many as can be under way, uncounted, when an answer arrives.
    """

    def __init__(
        self, reserve: int, wait: Callable[[float], Awaitable[None]], clock: Callable[[], float]
    ) -> None:
        self._reserve = reserve
        self._wait = wait
        self._clock = clock
        self._windows: dict[str, Window] = {}
        self._sizes: dict[str, int] = {}
        self._buckets: dict[str, str] = {}

    def heard(self, route: str, status: int, headers: Mapping[str, str]) -> None:
        """Learn from any answer, whatever its status."""
        now = self._clock()
        items = list(_items(headers.get("RateLimit", "")))
        for name, values in items:
            if "r" in values and "t" in values:
                self._windows[name] = Window(values["r"], now + values["t"], values["t"])
        for name, values in _items(headers.get("RateLimit-Policy", "")):
            self._sizes[name] = values.get("q", 0)
        if len(items) == 1:
            self._buckets[route] = items[0][0]
        if status in BUSY:
            self._close(route, _retry_after(headers.get("Retry-After", ""), now))

    def pause(self, route: str) -> float:
        """Return the seconds until this route may be asked: 0 while its window is open or unknown."""
        window = self._windows.get(self._bucket(route))
        if window is None or window.left > self._reserve_of(route):
            return 0
        rest = window.ends - self._clock()
        return rest if 0 < rest <= window.length else 0  # more than was heard: the clock was set back

    async def wait(self, route: str) -> None:
        """Sleep until the route's bucket has room. Raises Stop when that takes longer than MAX_PAUSE."""
        while pause := self.pause(route):
            if pause > MAX_PAUSE:
                raise Stop(
                    Outcome.UNREACHABLE,
                    f"the Hub asks to wait {pause:.0f} s, more than the {MAX_PAUSE:.0f} s one request waits",
                )
            window = self._windows[self._bucket(route)]
            await self._wait(pause + 1 + random.uniform(0, 1))  # noqa: S311 -- jitter is no secret
            if self._windows.get(self._bucket(route)) is window:
                del self._windows[self._bucket(route)]  # it ended: the next answer tells of the new one

    def _bucket(self, route: str) -> str:
        return self._buckets.get(route, route)

    def _reserve_of(self, route: str) -> int:
        """Return the reserve, at most a tenth of a small quota."""
        size = self._sizes.get(self._bucket(route))
        return self._reserve if size is None else min(self._reserve, size // 10)

    def _close(self, route: str, retry_after: float) -> None:
        """Spend the bucket's window: the Hub refused although something may have been left."""
        now = self._clock()
        window = self._windows.get(self._bucket(route))
        seconds = retry_after or (window.ends - now if window else 0)
        if seconds > 0:
            self._windows[self._bucket(route)] = Window(0, now + seconds, seconds)


def _items(header: str) -> Iterator[tuple[str, dict[str, int]]]:
    """Yield every item of a list header as (last string in it, its whole-number parameters)."""
    for item in _ITEM.findall(header[:_HEADER_LENGTH]):
        names = _STRING.findall(item)
        if names:
            yield names[-1], {key: int(value) for key, value in _PARAMETER.findall(_STRING.sub("", item))}


def _retry_after(header: str, now: float) -> float:
    """Return the seconds Retry-After asks for, given as a number or as an HTTP date; 0 if it says nothing."""
    if re.fullmatch(r"\s*\d{1,9}\s*", header, re.ASCII):
        return float(header)
    try:
        date = parsedate_to_datetime(header[:_HEADER_LENGTH])
    except ValueError:
        return 0
    return max(0.0, date.replace(tzinfo=date.tzinfo or UTC).timestamp() - now)
