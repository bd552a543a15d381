"""How fast a crawl goes, and when it will be done: what a progress bar and `status` tell of the quota."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hubaudit.hub.window import Window


@dataclass(frozen=True, slots=True)
class Done:
    """`requests` that were sent in `seconds`, without those in which the next window was waited for."""

    requests: int
    seconds: float

    @property
    def rate(self) -> float | None:
        """Requests a second; None until it can be told."""
        return self.requests / self.seconds if self.requests and self.seconds > 0 else None


@dataclass(frozen=True, slots=True)
class Pace:
    """Where a crawl stands. None stands for what cannot be told.

    `rate` is in requests a second while requests are sent. `left` may still be sent in this window, the
    reserve is not among them. `windows` have to open after this one, and `seconds` pass until all is done.
    """

    rate: float | None
    left: int | None
    windows: int | None
    seconds: float | None


def pace(window: Window | None, now: float, done: Done, needed: int) -> Pace:
    """Return the pace of a crawl that needs so many requests more. `now` is Unix time, as the window's end.

    Without a window there is no bound but the rate. One that is over counts as a new one: nothing of it is
    used. Later windows are taken to be as long and as large as this one, and strangers to stay away.
    """
    rate = done.rate
    if window is None:
        return Pace(rate, None, None, _seconds(needed, rate))
    rest, whole = window.rest(now), window.span or window.length
    usable = max(0, (window.size or window.first) - window.reserve)
    left = max(0, window.left - window.reserve) if rest else usable
    here = min(left, _sendable(rate, rest or whole, left))
    if needed <= here:
        return Pace(rate, left, 0, _seconds(needed, rate))
    each = min(usable, _sendable(rate, whole, usable))
    if not each:  # a quota that lets nothing through, or not one request in a whole window
        return Pace(rate, left, None, _seconds(needed, rate) if usable else None)
    windows = ceil((needed - here) / each)
    last = _seconds(needed - here - each * (windows - 1), rate)
    waited = (rest or whole) + whole * (windows - 1)
    return Pace(rate, left, windows, None if last is None else waited + last)


def _seconds(requests: int, rate: float | None) -> float | None:
    if not requests:
        return 0.0
    return requests / rate if rate else None


def _sendable(rate: float | None, seconds: float, most: int) -> int:
    """Return how many requests can be sent in that time; all of them while the rate is unknown."""
    return int(rate * seconds) if rate else most
