"""How many requests are under way at a time: as many as make the Hub, the network and this machine no slower.

The latency of answers tells. While it stays near what it has been for long, more requests are sent at a time;
where it rises, requests wait in somebody's queue, so fewer are. The rule is that of Netflix's
concurrency-limits (Gradient2): limit = limit * long / short + headroom. A failure takes a quarter.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import asynccontextmanager
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

START = 8  # requests at a time, before anything is known
FLOOR = 2
CEILING = 64
_TOLERANCE = 1.5  # times the long-term latency: what chance alone may add
_SHORT, _LONG = 1 / 10, 1 / 500  # the weight of one answer in what is so now, and in what has been for long
_SMOOTHING = 0.1  # of the limit
_AFTER_FAILURE = 0.75


@dataclass(slots=True)
class _Latency:
    """What answers on one route took, in seconds: lately, and for long."""

    short: float
    long: float

    def add(self, seconds: float) -> None:
        self.short += _SHORT * (seconds - self.short)
        self.long = min(self.long + _LONG * (seconds - self.long), 2 * self.short)

    @property
    def gradient(self) -> float:
        """Return 1 while answers come as fast as they use to, down to a half where they take longer."""
        return max(0.5, min(1.0, _TOLERANCE * self.long / self.short))


class InFlight:
    """The places for requests under way. Enter `place` for one; a request that fails is told by `failed`."""

    def __init__(self, ceiling: int, clock: Callable[[], float]) -> None:
        self._ceiling = ceiling
        self._limit = float(min(START, ceiling))
        self._clock = clock
        self._under_way = 0
        self._until_next = 0  # answers before another failure counts: one fault hits all that are under way
        self._latencies: dict[str, _Latency] = {}
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def limit(self) -> int:
        """How many may be under way now."""
        return int(self._limit)

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Wait for a place, in order of coming, and keep it for the block."""
        if self._under_way < self.limit:
            self._under_way += 1
        else:
            await self._turn()
        try:
            yield
        finally:
            self._leave()

    def answered(self, route: str, sent_at: float) -> None:
        """Learn from an answer on a route, by when its request was sent."""
        seconds = max(self._clock() - sent_at, 1e-6)
        self._until_next = max(0, self._until_next - 1)
        latency = self._latencies.setdefault(route, _Latency(seconds, seconds))
        latency.add(seconds)
        if 2 * self._under_way >= self.limit:  # else the limit was not what held anybody back
            wanted = self._limit * latency.gradient + sqrt(self._limit)
            self._set(self._limit + _SMOOTHING * (wanted - self._limit))

    def failed(self) -> None:
        """Learn from a request that got no usable answer."""
        if not self._until_next:
            self._until_next = self._under_way
            self._set(self._limit * _AFTER_FAILURE)

    def _set(self, limit: float) -> None:
        self._limit = max(min(FLOOR, self._ceiling), min(self._ceiling, limit))
        self._wake()

    async def _turn(self) -> None:
        """Stand in the queue until a place is handed over."""
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                self._waiting.remove(turn)
            else:
                self._leave()  # the place came in the same moment: it is the next one's
            raise

    def _leave(self) -> None:
        self._under_way -= 1
        self._wake()

    def _wake(self) -> None:
        """Hand each free place to the first in the queue."""
        while self._waiting and self._under_way < self.limit:
            turn = self._waiting.popleft()
            if not turn.done():
                self._under_way += 1
                turn.set_result(None)
