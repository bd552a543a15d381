"""What a progress bar shows of a crawl while it asks the Hub."""

from __future__ import annotations

import time
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from hubaudit.crawl.pace import Done, pace

if TYPE_CHECKING:
    from hubaudit.hub.client import Hub
    from hubaudit.hub.window import Window


class Stopwatch:
    """Counts the seconds in which requests are sent, not those in which the next window is waited for."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._began = time.monotonic() - hub.quota.waited

    def seconds(self) -> float:
        """Return the seconds since this was made."""
        return time.monotonic() - self._began - self._hub.quota.waited


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a task has come after `seconds`: `done` of `needed` (None: nobody knows) records or files.

    `requests` are all that this run sent. `window` is that of the task's quota; None until it was heard of.
    """

    task: str
    done: int
    needed: int | None
    seconds: float
    requests: int
    window: Window | None


def words(seen: Progress, now: float | None = None) -> str:
    """Say what a bar cannot: the task, its rate, what is left of the quota, and the time to go.

    `now` is Unix time.
    """
    now = time.time() if now is None else now
    rate = f"{seen.done / seen.seconds:,.0f}/s, " if seen.seconds >= 1 else ""
    left = "" if seen.window is None else f", {seen.window.left:,} left in this window"
    to_go = "" if seen.needed is None else _to_go(seen, seen.needed - seen.done, now)
    return f"{seen.task}: {rate}{seen.requests:,} requests{left}{to_go}"


def _to_go(seen: Progress, missing: int, now: float) -> str:
    """Say how many more windows, and how much time, what is missing takes at the rate so far."""
    if missing <= 0 or not seen.done:
        return ""
    needed = ceil(missing * seen.requests / seen.done)
    told = pace(seen.window, now, Done(seen.requests, seen.seconds), needed)
    windows = f", {told.windows} more windows" if told.windows else ""
    return windows + (f", {_duration(told.seconds)} to go" if told.seconds is not None else "")


def _duration(seconds: float) -> str:
    minutes = ceil(seconds / 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"  # noqa: PLR2004 - an hour
