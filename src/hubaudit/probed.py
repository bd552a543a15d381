"""What a probe of the live Hub found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """Whether something said of the Hub is so."""

    HOLDS = "holds"
    FAILS = "does not hold"
    UNTOLD = "could not tell"


@dataclass(frozen=True, slots=True)
class Probed:
    """One thing that the documents say of the Hub, and what the Hub itself showed, in one line."""

    question: str
    verdict: Verdict
    seen: str
