"""The time of the fake Hub, which a test can stop and move."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class Clock:
    """Seconds since 1970 (UTC). Runs with the machine unless it is stopped at a time."""

    def __init__(self, stopped_at: float | None = None) -> None:
        self._stopped_at = stopped_at
        self._ahead = 0.0

    def __call__(self) -> float:
        base = time.time() if self._stopped_at is None else self._stopped_at
        return base + self._ahead

    def advance(self, seconds: float) -> None:
        """Move on, running or stopped, without waiting."""
        self._ahead += seconds


def timestamp(seconds: float) -> str:
    """Write a time as the Hub's API does: ISO 8601 with milliseconds and `Z`."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def seconds(stamp: str) -> float:
    """Read a time of the API."""
    return datetime.fromisoformat(stamp).timestamp()
