"""One window of a quota, as the answers of the Hub told it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil


@dataclass(frozen=True, slots=True)
class Window:
    """What is left of `size` requests until `ends` (Unix seconds), as first heard `length` seconds before.

    `size` is 0 while nobody told it, and so is `span`, the seconds from the window's beginning to its end.
    `first` was left by its first answer, and `answers` of ours came after that one: what went beyond them
    was used by strangers, another program with the same token or another user behind the same address.
    """

    left: int
    size: int
    ends: float
    length: float
    first: int
    answers: int = 0
    span: float = 0

    @classmethod
    def heard(cls, left: int, size: int, now: float, seconds: float, span: float = 0) -> Window:
        """Return a window as one answer tells it."""
        return cls(left, size, now + seconds, seconds, left, span=span)

    def rest(self, now: float) -> float:
        """Return the seconds to its end: 0 when it is over, or when the clock was set back."""
        rest = self.ends - now
        return rest if 0 < rest <= self.length else 0

    @property
    def strangers(self) -> float:
        """How many requests of strangers came with each of ours, on average."""
        return max(0.0, (self.first - self.left) / self.answers - 1) if self.answers else 0.0

    @property
    def reserve(self) -> int:
        """How many requests stay unsent: a fiftieth, and what strangers send while one of ours is answered.

        At least one, for who finds the window not yet over; never more than a twentieth: the rest of the
        window is for work.
        """
        size = self.size or self.first
        return min(max(1, size // 50) + ceil(self.strangers), size // 20)

    def outlasts(self, heard: Window, now: float) -> bool:
        """Whether an answer after its end still tells of this window: its seconds had been rounded down."""
        is_over = now >= self.ends and not self.rest(now)
        return is_over and heard.left < self.left and heard.length <= 1

    def joined(self, heard: Window, now: float) -> Window:
        """Return what is known after another answer. Answers of requests sent together come in any order.

        The lowest number counts then; one from the window before, late in coming, tells nothing any more.
        """
        same = max(2.0, self.length / 2)  # seconds by which two answers of one window may differ in its end
        size, span = heard.size or self.size, heard.span or self.span
        if not self.rest(now) or heard.ends > self.ends + same:
            return replace(heard, size=size, span=span)
        if heard.ends < self.ends - same:
            return self
        ends = min(self.ends, heard.ends)
        left, answers = min(self.left, heard.left), self.answers + 1
        return replace(self, left=left, size=size, ends=ends, answers=answers, span=span)
