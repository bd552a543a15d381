"""How many requests may be under way at once: as many as the Hub answers without becoming slower.

A round is as many answers as may be under way; only requests that began in it count. After a round the limit
is multiplied by the gradient of its latency against the best round's, and grows by its own square root:

    limit = limit * min(1, max(1/2, TOLERANCE * best / median)) + sqrt(limit)

That is the gradient rule of Netflix's concurrency-limits, which took it from TCP Vegas: where latency stays,
the limit grows; where requests queue up, it settles at the length of a short queue. Medians of whole rounds
are compared, not single answers: a file out of a cache comes ten times as fast as another.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from math import sqrt
from statistics import median

FLOOR = 4  # requests at once that are never too many
START = 16  # before anything is known of the latency
CEILING = 64
_TOLERANCE = 1.5  # times the best latency that is no sign of a queue
_STEEPEST = 0.5
_AFTER_FAILURE = 0.7  # of the limit stays
_FORGETTING = 1.001  # by which the best latency grows a round: the way to the Hub may have become longer


class Flight:
    """Lets at most `limit` requests be under way. A failed one cuts the limit, a fast round raises it.

    A route has a latency of its own, but all routes share the limit.
    """

    def __init__(self, most: int = CEILING) -> None:
        self._least, self._most = min(FLOOR, most), most
        self._limit = float(min(START, most))
        self._under_way = 0
        self._round = 0
        self._was_full = False
        self._seconds: defaultdict[str, list[float]] = defaultdict(list)
        self._best: dict[str, float] = {}
        self._left = asyncio.Event()

    @property
    def limit(self) -> int:
        """How many requests may be under way now."""
        return int(self._limit)

    async def enter(self) -> int:
        """Wait for a place, take it and return the round that it begins in; `leave` gives it back."""
        while self._under_way >= self.limit:
            self._was_full = True
            await self._left.wait()
        self._under_way += 1
        return self._round

    def leave(self) -> None:
        """Give a place back, however its request ended."""
        self._under_way -= 1
        self._left.set()
        self._left = asyncio.Event()

    def answered(self, route: str, begun: int, seconds: float) -> None:
        """Learn how long the Hub took to answer a request that began in the round `begun`."""
        if begun != self._round:
            return
        answers = self._seconds[route]
        answers.append(seconds)
        if len(answers) < self.limit:
            return
        latency = median(answers)
        best = min(latency, self._best.get(route, latency) * _FORGETTING)
        if self.limit == self._least:  # nothing queues up behind so few: as slow as that is the Hub itself
            best = latency
        self._best[route] = best
        if self._was_full:  # else the limit says nothing about the latency
            gradient = _TOLERANCE * best / latency if latency else 1
            self._limit = self._limit * min(1, max(_STEEPEST, gradient)) + sqrt(self._limit)
        self._next_round()

    def failed(self, begun: int) -> None:
        """Learn that a request failed that began in the round `begun`; one failure of a round counts."""
        if begun == self._round:
            self._limit *= _AFTER_FAILURE
            self._next_round()

    def _next_round(self) -> None:
        self._limit = min(self._most, max(self._least, self._limit))
        self._round += 1
        self._was_full = self._under_way >= self.limit
        self._seconds.clear()
