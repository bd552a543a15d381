"""What a run may spend: time and requests, over all that it does."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hubaudit.crawl.walk import Limits
    from hubaudit.hub.client import Hub


class Budget:
    """The limits of one run, counted from when this was made."""

    def __init__(self, limits: Limits, hub: Hub) -> None:
        self._limits = limits
        self._hub = hub
        self.elsewhere = 0  # requests to other hosts than the Hub, which count as well
        self._until = None if limits.minutes is None else time.monotonic() + 60 * limits.minutes

    def limits(self) -> Limits:
        """Return the limits of the next walk: the time is that of the whole run."""
        seconds = self.seconds_left()
        return replace(self._limits, minutes=None if seconds is None else seconds / 60)

    def seconds_left(self) -> float | None:
        """Return the seconds to the end of the run, not below 0; None without a limit."""
        return None if self._until is None else max(0.0, self._until - time.monotonic())

    def requests_left(self) -> int | None:
        """Return how many requests may still be sent, not below 0; None without a limit."""
        limit = self._limits.requests
        return None if limit is None else max(0, limit - self._hub.requests - self.elsewhere)

    def is_late(self, route: str) -> bool:
        """Whether no time is left, or less than until the window opens that this route has to wait for."""
        left = self.seconds_left()
        return left is not None and left <= self._hub.quota.pause(route)

    def reached(self, route: str) -> str:
        """Return the limit that keeps this route from being asked again, in words; empty if there is none."""
        if self.requests_left() == 0:
            return f"the limit of {self._limits.requests} requests is reached"
        return f"the limit of {self._limits.minutes:g} minutes is reached" if self.is_late(route) else ""
