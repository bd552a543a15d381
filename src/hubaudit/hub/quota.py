"""The Hub's quotas: fixed windows, one per bucket, learned from the headers of every answer.

Headers of draft-ietf-httpapi-ratelimit-headers-09, as the Hub writes them, each possibly a list:

    RateLimit: "api";r=499;t=293                           bucket, requests left, seconds to the window's end
    RateLimit-Policy: "fixed window";"api";q=500;w=300     requests in a window, its length in seconds
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hubaudit.hub.faults import Stop
from hubaudit.hub.ratelimit import retry_after, told
from hubaudit.hub.window import Window
from hubaudit.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

API = "api"
RESOLVERS = "resolvers"
MAX_PAUSE = 600.0  # seconds one request waits for a window before it gives up
_JITTER = 0.02, 1.0  # after a window's end: a share of the window, and never more than so many seconds
_ROUNDING = 1.0  # seconds by which a whole number of them may fall short
_RATE_LIMITED = 429
_FORBIDDEN = 403  # a code host's word for 429, when it says when to come back
_UNAVAILABLE = 503  # may say when to come back; its window is as open as before


@dataclass(frozen=True, slots=True)
class Turn:
    """The right to send one request. Turns are numbered as they were given."""

    number: int
    route: str
    given_at: float


class Quota:
    """The state of every bucket, so that no request is sent that the Hub would refuse.

    A request takes a turn with `begin` and gives it back with `answered` or, without an answer, `ended`;
    `heard` learns from headers, `wait` holds a request back until its bucket has room. A route (`api`,
    `resolvers`) is the name of a bucket until an answer on that route names another one.

    What is left is counted as if no request under way had reached the Hub, and as if strangers went on as
    before. In a window that nobody has told of yet one request goes ahead, and the others wait for its
    answer: what is left may be nothing.
    """

    def __init__(
        self,
        wait: Callable[[float], Awaitable[None]],
        clock: Callable[[], float],
        patience: float = MAX_PAUSE,
    ) -> None:
        self.waited = 0.0  # seconds slept until the next window, by all routes together
        self._wait = wait
        self._clock = clock
        self._patience = patience
        self._windows: dict[str, Window] = {}
        self._buckets: dict[str, str] = {}
        self._silent: set[str] = set()  # routes whose answers told of no window: nothing to wait for
        self._given = 0
        self._under_way: dict[int, Turn] = {}
        self._short: set[str] = set()  # buckets whose seconds to a window's end are rounded down
        self._lost: dict[int, Turn] = {}  # no answer came; the Hub may have counted them all the same
        self._news = asyncio.Event()

    def window(self, route: str) -> Window | None:
        """Return what is known of the window that this route's requests are counted in."""
        return self._windows.get(self._bucket(route))

    def begin(self, route: str) -> Turn | None:
        """Return the turn for one request, None if it has to wait."""
        if not self._has_room(route):
            return None
        self._given += 1
        turn = Turn(self._given, route, self._clock())
        self._under_way[turn.number] = turn
        return turn

    def heard(self, route: str, status: int, headers: Mapping[str, str]) -> None:
        """Learn from any answer, whatever its status."""
        now = self._clock()
        buckets = told(headers, now)
        for name, values in buckets:
            if "r" in values and "t" in values:
                seconds = max(1, values["t"])  # with none left, the window still has a part of its last
                heard = Window.heard(values["r"], values.get("q", 0), now, seconds, values.get("w", 0))
                self._join(name, heard, now)
        if len(buckets) == 1:
            self._buckets[route] = buckets[0][0]
        if status in {_RATE_LIMITED, _UNAVAILABLE, _FORBIDDEN}:
            self._close(route, status, retry_after(headers.get("Retry-After", ""), now))

    def answered(self, turn: Turn) -> None:
        """End a turn whose answer was heard: it tells of every request that was sent before it."""
        self._lost = {number: lost for number, lost in self._lost.items() if number > turn.number}
        self._end(turn)

    def ended(self, turn: Turn) -> None:
        """End a turn without an answer; nothing to do for one that was answered."""
        if turn.number in self._under_way:
            self._lost[turn.number] = turn
            self._end(turn)

    def pause(self, route: str) -> float:
        """Return the seconds until this route may be asked: 0 while its window has room or is unknown."""
        window = self.window(route)
        if window is None or self._left(route, window) > 0:
            return 0
        return window.rest(self._clock())

    async def wait(self, route: str) -> None:
        """Sleep until the route's bucket has room. Raises Stop when that takes longer than our patience."""
        while not self._has_room(route):
            pause = self.pause(route)
            if pause > self._patience:
                raise Stop(
                    Outcome.UNREACHABLE,
                    f"the Hub asks to wait {pause:.0f} s,"
                    f" more than the {self._patience:.0f} s one request waits",
                )
            if pause:
                await self._sleep(route, pause)
            else:
                await self._news.wait()

    def _join(self, name: str, heard: Window, now: float) -> None:
        known = self._windows.get(name)
        if known and known.outlasts(heard, now):
            self._short.add(name)
        self._windows[name] = known.joined(heard, now) if known else heard

    async def _sleep(self, route: str, pause: float) -> None:
        window = self.window(route)
        seconds = pause + self._late(route)
        await self._wait(seconds)
        self.waited += seconds
        if window and self.window(route) is window:  # it is over also for a clock that stands still
            self._windows[self._bucket(route)] = replace(window, ends=self._clock(), length=0)

    def _late(self, route: str) -> float:
        """Return the seconds from a window's end to the first request of the next one.

        The end is told in whole seconds. If they were rounded down, that request comes too early: it is
        counted in the old window, which has room for it, and from then on the bucket gets a second more. A
        bucket without room gets it at once. The jitter is for other programs that wait for the same window.
        """
        window, bucket = self.window(route), self._bucket(route)
        if window is None:
            return 0
        has_room = window.left > self._count(self._lost, route)
        margin = 0 if has_room and bucket not in self._short else _ROUNDING
        share, most = _JITTER
        jitter = min(most, share * (window.span or window.length))
        return margin + random.uniform(jitter / 2, jitter)  # noqa: S311 -- jitter is no secret

    def _bucket(self, route: str) -> str:
        return self._buckets.get(route, route)

    def _has_room(self, route: str) -> bool:
        window = self.window(route)
        if window is None:
            return route in self._silent or not self._count(self._under_way, route)
        if not window.rest(self._clock()):
            return not self._count(self._under_way, route, since=window.ends)
        under_way = self._count(self._under_way, route)
        return self._left(route, window) > under_way * (1 + window.strangers)

    def _left(self, route: str, window: Window) -> int:
        """Return how many requests may still be sent or be under way; not above 0 in a spent window."""
        return window.left - window.reserve - self._count(self._lost, route)

    def _count(self, turns: dict[int, Turn], route: str, since: float = float("-inf")) -> int:
        bucket = self._bucket(route)
        return sum(self._bucket(turn.route) == bucket and turn.given_at >= since for turn in turns.values())

    def _end(self, turn: Turn) -> None:
        del self._under_way[turn.number]
        if self.window(turn.route) is None:
            self._silent.add(turn.route)
        self._news.set()
        self._news = asyncio.Event()

    def _close(self, route: str, status: int, seconds: float) -> None:
        """Spend the bucket's window: the Hub refused although something may have been left."""
        now, window = self._clock(), self.window(route)
        if not seconds and status == _RATE_LIMITED and window:
            seconds = window.rest(now)
        if seconds > 0:
            size, span = (window.size, window.span) if window else (0, 0)
            self._windows[self._bucket(route)] = Window.heard(0, size, now, seconds, span)
