"""The two ways a request ends without a usable answer, and the words for people."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hubaudit.model import Outcome

_DETAIL_LENGTH = 200


class Fault(Exception):  # noqa: N818 -- a state of the network, not an error of the program
    """A passing failure. It is tried again until `tries` attempts were made in all.

    `hurried`: nobody answers at all, so the waits are short and a caller can soon use its store instead.
    `paced`: the Hub said when to come back, and the quota will wait for that.
    """

    def __init__(self, detail: str, *, tries: int = 6, hurried: bool = False, paced: bool = False) -> None:
        super().__init__(detail)
        self.tries = tries
        self.hurried = hurried
        self.paced = paced


class Stop(Exception):  # noqa: N818 -- the same
    """The end of a request, with the outcome and the one line of detail that the caller's answer gets."""

    def __init__(self, outcome: Outcome, detail: str) -> None:
        super().__init__(one_line(detail))
        self.outcome = outcome


def one_line(text: str) -> str:
    """Make a stranger's words safe to show: one line, no control or direction characters, cut to 200."""
    shown = "".join(" " if unicodedata.category(sign).startswith("C") else sign for sign in text[:2000])
    words = " ".join(shown.split())
    return words if len(words) <= _DETAIL_LENGTH else f"{words[: _DETAIL_LENGTH - 3]}..."
