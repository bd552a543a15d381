"""What a progress bar shows of a crawl while it asks the Hub."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hubaudit.hub.window import Window


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


def words(seen: Progress) -> str:
    """Say in a few words what a bar cannot: the task, its rate, and how much of the quota is left."""
    rate = f"{seen.done / seen.seconds:,.0f}/s, " if seen.seconds >= 1 else ""
    left = "" if seen.window is None else f", {seen.window.left:,} left in this window"
    return f"{seen.task}: {rate}{seen.requests:,} requests{left}"
