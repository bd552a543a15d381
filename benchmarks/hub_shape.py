"""The shape of a Hub that never was: the published counts of the whole Hub, its names and depths."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from itertools import accumulate
from typing import TYPE_CHECKING, Any, TypeVar

from benchmarks.hub_words import KNOWN_DATASETS, MADE, RARE_LICENSES, WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

_Name = TypeVar("_Name")

BLOCK = 1000  # so many models after one another have every depth in its share
_STEP = 7919  # coprime with BLOCK: the depths lie scattered
_BACK = pow(_STEP, -1, BLOCK)
# Of 1,000 models with a base: how many are so far from their root. Each step is taken by about a quarter.
_DEPTHS = (0.70, 0.21, 0.06, 0.02, 0.007, 0.003)
_DRAWS = struct.Struct("<16I")
_WHOLE = 2.0**32


@dataclass(frozen=True, slots=True)
class Shares:
    """The published counts, as shares of models unless they say otherwise."""

    licensed: float
    based: float
    in_language: float
    with_dataset: float
    datasets_each: float  # of those that name any
    multi_parent: float  # of those with a base
    parents_each: float  # of those with several
    case_wrong: float  # of bases as named
    unknown_base: float  # of bases as named
    self_based: float
    relations: dict[str, float]  # of bases of models with one
    licenses: dict[str, float]  # of models with a license
    roots: dict[str, float]  # of all bases as named


def shares(summary: dict[str, Any]) -> Shares:
    """Read the shares out of the published counts."""
    models, edges = summary["n_models"], summary["n_edges"]
    based = summary["pct_models_with_parent"] / 100
    licensed = summary["pct_models_with_license"] / 100
    multi = summary["multi_parent_models"]
    with_dataset = summary["pct_models_with_dataset"] / 100
    single = {name: count for name, count in summary["relation_counts"].items() if name != "merge"}
    top = {name: count / (licensed * models) for name, count in summary["top10_licenses"]}
    return Shares(
        licensed=licensed,
        based=based,
        in_language=summary["pct_models_with_language"] / 100,
        with_dataset=with_dataset,
        datasets_each=summary["n_dataset_edges"] / (with_dataset * models),
        multi_parent=multi / (based * models),
        parents_each=1 + (edges - based * models) / multi,
        case_wrong=summary["n_parent_id_case_fixed"] / edges,
        unknown_base=1 - summary["pct_edges_parent_in_snapshot"] / 100,
        self_based=summary["n_self_loops_removed"] / models,
        relations={name: count / sum(single.values()) for name, count in single.items()},
        licenses=top | {name: (1 - sum(top.values())) / len(RARE_LICENSES) for name in RARE_LICENSES},
        roots={name: count / edges for name, count in summary["top10_parents_by_children"].items()},
    )


def pick(shares: Mapping[_Name, float], draw: float) -> _Name:
    """Return the name in whose share a draw between 0 and 1 falls."""
    for name, share in shares.items():
        draw -= share
        if draw < 0:
            return name
    return name


@dataclass(frozen=True)
class Hub:
    """A Hub of so many models and data sets. `giant`: the share of models whose base is the first root."""

    shares: Shares
    models: int
    datasets: int
    seed: int = 1
    giant: float = 0.0

    def draws(self, kind: str, number: int, night: int = 0) -> tuple[bytes, list[float]]:
        """Return 64 bytes and sixteen numbers between 0 and 1: the same ones for the same question."""
        told = blake2b(f"{self.seed}/{kind}/{number}/{night}".encode()).digest()
        return told, [each / _WHOLE for each in _DRAWS.unpack(told)]

    @cached_property
    def depths(self) -> list[int]:
        """Return where the places of each depth end in a block."""
        based = round(self.shares.based * BLOCK)
        sizes = [BLOCK - based, *(max(1, round(share * based)) for share in _DEPTHS[1:])]
        sizes.insert(1, BLOCK - sum(sizes))
        return list(accumulate(sizes))

    def depth(self, number: int) -> int:
        """Return how many bases lie between a model and its root, 0 for a root."""
        place = number * _STEP % BLOCK
        return next(depth for depth, end in enumerate(self.depths) if place < end)

    def of_depth(self, depth: int, rank: int) -> int:
        """Return the number of the model of a depth that has this rank among them."""
        start = self.depths[depth - 1] if depth else 0
        block, place = divmod(rank, self.depths[depth] - start)
        return block * BLOCK + (start + place) * _BACK % BLOCK

    def count_of_depth(self, depth: int) -> int:
        """Return how many models of a depth there are in whole blocks."""
        size = self.depths[depth] - (self.depths[depth - 1] if depth else 0)
        return max(1, self.models // BLOCK) * size

    @cached_property
    def first_step(self) -> float:
        """Return the share of models one step from their root among those with a base."""
        return (self.depths[1] - self.depths[0]) / (BLOCK - self.depths[0])

    @cached_property
    def roots(self) -> dict[int, str]:
        """Return the numbers and names of the roots with the most children."""
        return {self.of_depth(0, rank): name for rank, name in enumerate(self.shares.roots)}


def model_id(hub: Hub, number: int) -> str:
    """Return the name of a model: the well-known roots have their own."""
    if number in hub.roots:
        return hub.roots[number]
    _, draw = hub.draws("name", number)
    owner = int(hub.models / 4 * draw[0] ** 3)
    word = WORDS[int(draw[1] * len(WORDS))]
    return f"owner{owner}/{word}{MADE[int(draw[2] ** 2 * len(MADE))]}-{number}"


def dataset_id(hub: Hub, number: int) -> str:
    """Return the name of a data set: the first ones are well known."""
    if number < len(KNOWN_DATASETS):
        return KNOWN_DATASETS[number]
    _, draw = hub.draws("data name", number)
    return f"owner{int(hub.models / 4 * draw[0] ** 3)}/{WORDS[int(draw[1] * len(WORDS))]}-data-{number}"
