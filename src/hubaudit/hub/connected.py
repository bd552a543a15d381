"""What the clients of the Hub and of a code host have in common: a wire that is open while they are used."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable

    from hubaudit.hub.quota import Quota
    from hubaudit.hub.wire import Wire


class Connected:
    """Holds a wire, to be used with `async with`. `clock` tells Unix time."""

    def __init__(self, wire: Wire, clock: Callable[[], float]) -> None:
        self._wire = wire
        self._clock = clock

    async def __aenter__(self) -> Self:
        await self._wire.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._wire.__aexit__()

    @property
    def requests(self) -> int:
        """How many requests were sent, retries and redirects included."""
        return self._wire.requests

    @property
    def quota(self) -> Quota:
        """The quotas as far as the answers told them."""
        return self._wire.quota

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)
