"""The client and the fake Hub in a time of their own: a wait takes none, and every run is the same.

No socket is opened. A loop that has nothing to do steps to the moment of the next timer, so that a window of
300 s is over in a few milliseconds, and latencies are exact.
"""

from __future__ import annotations

import asyncio
import selectors
from typing import TYPE_CHECKING, Any, TypeVar

import httpx
import respx

from hubaudit.hub.client import Hub
from tests.fakehub import Clock, FakeHub
from tests.fakehub.messages import Request
from tests.hub.helpers import HUB

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

START = 1_800_000_000.0
T = TypeVar("T")


class Loop(asyncio.SelectorEventLoop):
    """An event loop whose clock moves only when all tasks wait."""

    def __init__(self) -> None:
        self.now = 0.0
        super().__init__(_Selector(self))

    def time(self) -> float:
        return self.now


class _Selector(selectors.DefaultSelector):
    def __init__(self, loop: Loop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(0)
        if not ready and timeout:
            self._loop.now += timeout
        return ready


class Moment(Clock):
    """The fake Hub's clock: the loop's, some seconds past a whole minute."""

    def __init__(self, loop: Loop, past: float = 0.0) -> None:
        super().__init__(START + past)
        self._loop = loop

    def __call__(self) -> float:
        return super().__call__() + self._loop.now


class Simulated:
    """A fake Hub that takes `latency` seconds for an answer, longer when over `capacity` wait for one."""

    def __init__(self, latency: float = 0.05, capacity: int = 1000, past: float = 0.0) -> None:
        self.loop = Loop()
        self.fake = FakeHub(clock=Moment(self.loop, past))
        self.fake._app.storages[HUB] = "https://store.test"
        self.clock: Callable[[], float] = self.fake.clock  # the client's; a test may set it wrong
        self.latency, self.capacity = latency, capacity
        self.under_way = self.most = 0

    def run(self, work: Callable[[Hub], Coroutine[Any, Any, T]], in_flight: int = 64) -> T:
        async def scenario() -> T:
            async with Hub(HUB, "", in_flight=in_flight, clock=self.clock) as hub:
                return await work(hub)

        with respx.mock() as router, asyncio.Runner(loop_factory=lambda: self.loop) as runner:
            router.route().mock(side_effect=self._answer)
            result = runner.run(scenario())
        assert self.fake._failures == []
        return result

    async def _answer(self, asked: httpx.Request) -> httpx.Response:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            seconds = self.latency * max(1, self.under_way / self.capacity)
            await asyncio.sleep(seconds / 2)
            request = Request.parse(asked.method, asked.url.raw_path.decode(), dict(asked.headers), HUB)
            reply = self.fake._answer(self.fake._app, request)
            await asyncio.sleep(seconds / 2)
        finally:
            self.under_way -= 1
        return httpx.Response(reply.status, headers=dict(reply.headers), content=reply.body)
