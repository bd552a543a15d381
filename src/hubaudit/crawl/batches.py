"""Looks at files of the Hub, several at a time; they go on while their answers are being written down."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import TYPE_CHECKING

from hubaudit.hub.quota import RESOLVERS
from hubaudit.model import Kind, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hubaudit.crawl.budget import Budget
    from hubaudit.hub.client import Hub
    from hubaudit.model import FileAnswer
    from hubaudit.store.queue import Wanted

_AT_ONCE = 128  # more than the client ever sends at a time: its slots are never empty
_BATCH = 500  # answers, as many are asked for again after a kill: a tenth of a window on the free plan
_BATCH_BYTES = 64 * 2**20  # a file may have 10 MB
_BATCH_SECONDS = 5.0  # nothing waits long to be written, least of all for the next window of the quota
_SILENCE = 32  # looks in a row without an answer, each tried again several times: the Hub is gone


class Looks:
    """Looks at these files. `came` holds the answers until somebody takes them away."""

    def __init__(self, hub: Hub, budget: Budget, wanted: Iterable[Wanted]) -> None:
        self.came: list[FileAnswer] = []
        self.unanswered = 0  # looks in a row that the network swallowed
        self._hub = hub
        self._budget = budget
        self._wanted = deque(wanted)
        self._under_way: set[asyncio.Task[FileAnswer]] = set()

    @property
    def is_silent(self) -> bool:
        """Whether the Hub does not answer any more."""
        return self.unanswered >= _SILENCE

    async def batch(self, told: Callable[[int], None]) -> None:
        """Wait until a batch of answers is there, or until no more will come. `told` hears how many."""
        began = time.monotonic()
        while not self._is_enough(began) and self._goes_on():
            patience = min(_BATCH_SECONDS, self._budget.seconds_left() or _BATCH_SECONDS)
            done, self._under_way = await asyncio.wait(
                self._under_way, timeout=patience, return_when=asyncio.FIRST_COMPLETED
            )
            for look in done:
                self._take(look.result())
            told(len(self.came))

    async def stop(self) -> None:
        """Leave no request behind."""
        for look in self._under_way:
            look.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    def _goes_on(self) -> bool:
        """Send what may be sent; tell whether there is anything to wait for."""
        if self.is_silent or self._budget.is_late(RESOLVERS):
            return False
        left = self._budget.requests_left()
        room = _AT_ONCE if left is None else min(_AT_ONCE, left)
        while self._wanted and len(self._under_way) < room:
            kind, *rest = self._wanted.popleft()
            self._under_way.add(asyncio.ensure_future(self._hub.file(Kind(kind), *rest)))
        return bool(self._under_way)

    def _is_enough(self, began: float) -> bool:
        size = sum(len(answer.content or b"") for answer in self.came)
        is_time = bool(self.came) and time.monotonic() - began >= _BATCH_SECONDS
        return is_time or len(self.came) >= _BATCH or size >= _BATCH_BYTES

    def _take(self, answer: FileAnswer) -> None:
        self.came.append(answer)
        self.unanswered = self.unanswered + 1 if answer.outcome is Outcome.UNREACHABLE else 0
