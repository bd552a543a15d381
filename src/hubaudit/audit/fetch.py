"""Ask the Hub for many things at once, from code that does not wait by itself."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Self

from hubaudit.hub.client import Hub
from hubaudit.model import FileAnswer, Kind, RepoAnswer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hubaudit.audit.gather import Need


class Fetcher:
    """One client of the Hub and its event loop, kept from round to round: connections are used again."""

    def __init__(self, endpoint: str | None) -> None:
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        self._hub = Hub(endpoint)

    def __enter__(self) -> Self:
        self._runner.run(self._stack.enter_async_context(self._hub))
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.run(self._stack.aclose())
        self._runner.close()

    @property
    def requests(self) -> int:
        """How many requests were sent."""
        return self._hub.requests

    def fetch(self, needs: Sequence[Need], take_in: Callable[[RepoAnswer | FileAnswer], None]) -> None:
        """Ask for all of these; `take_in` gets each answer as it comes."""
        self._runner.run(self._fetch(needs, take_in))

    async def _fetch(self, needs: Sequence[Need], take_in: Callable[[RepoAnswer | FileAnswer], None]) -> None:
        looks = [asyncio.ensure_future(self._look(*need)) for need in needs]
        try:
            for look in asyncio.as_completed(looks):
                take_in(await look)
        finally:
            for look_in_flight in looks:  # Ctrl-C leaves no request behind
                look_in_flight.cancel()

    async def _look(
        self, kind: str, repo_id: str, commit: str | None, path: str | None
    ) -> RepoAnswer | FileAnswer:
        if path is None:
            return await self._hub.repo(Kind(kind), repo_id)
        return await self._hub.file(Kind(kind), repo_id, commit or "main", path)
