"""Two scales side by side: three levels, any access at all, and kappa, which takes out what chance gives."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

THREE = ("closed", "partial", "open")
UNJUDGED, NOT_APPLICABLE = "unjudged", "not_applicable"
_PARTIAL, _OPEN = 2, 3  # the levels at which they begin
# The levels that fit a label, by the labels' own guide: the scales rate different things, and overlap.
_FITS = {"closed": "01", "partial": "123", "open": "34"}
_FITS_WEIGHTS = {
    "closed": "012",
    "partial": "23",
    "open": "234",
}  # the index: can they be had, whatever the license


def three_levels(level: int) -> str:
    """Map a level of the grid: 0 and 1 (no access) closed, 2 (restricted) partial, 3 and 4 open."""
    if level < _PARTIAL:
        return "closed"
    return "open" if level >= _OPEN else "partial"


def fitting(component: str, labels: Sequence[str]) -> tuple[str, ...]:
    """Return the levels, as digits, that fit one of the labels of a component."""
    fits = _FITS_WEIGHTS if component == "weights" else _FITS
    return tuple(sorted({level for label in labels for level in fits[label]}))


def as_accessible(labels: Sequence[str]) -> tuple[str, ...]:
    """Return the labels that see access where one of these does, and none where one of these sees none."""
    seen = {label != "closed" for label in labels}
    return tuple(label for label in THREE if (label != "closed") in seen)


@dataclass(frozen=True)
class Pair:
    """What experts say of a cell (at times either of several values) and what else was said of it."""

    wanted: tuple[str, ...]
    got: str  # one of THREE (or a level, where levels are wanted), UNJUDGED or NOT_APPLICABLE

    @property
    def is_exact(self) -> bool:
        """Whether both give the same of three levels."""
        return self.got in self.wanted

    @property
    def agrees_on_access(self) -> bool:
        """Whether both see access of any kind, or both see none."""
        return self.got in THREE and (self.got != "closed") in {each != "closed" for each in self.wanted}


def exact(pairs: Sequence[Pair]) -> float:
    """Return the share of pairs with the same of three levels."""
    return sum(pair.is_exact for pair in pairs) / max(len(pairs), 1)


def any_access(pairs: Sequence[Pair]) -> float:
    """Return the share of pairs that agree whether there is any access."""
    return sum(pair.agrees_on_access for pair in pairs) / max(len(pairs), 1)


def kappa(pairs: Sequence[Pair]) -> float:
    """Return Cohen's kappa over three levels; 0 where chance alone would always agree."""
    wanted = Counter(pair.got if pair.is_exact else pair.wanted[0] for pair in pairs)
    got = Counter(pair.got for pair in pairs)
    chance = sum(wanted[each] * got[each] for each in THREE) / max(len(pairs), 1) ** 2
    return (exact(pairs) - chance) / (1 - chance) if chance < 1 else 0.0


def majority(wanted: Sequence[tuple[str, ...]], measure: Callable[[Sequence[Pair]], float]) -> float:
    """Return what the best constant answer would reach: it knows the labels, which no rule does."""
    return max(measure([Pair(each, constant) for each in wanted]) for constant in THREE)
