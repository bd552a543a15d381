"""The baseline in dictionaries: which models name data whose terms limit its use, at any remove."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from benchmarks.score_dicts import Repo, Repos
    from benchmarks.score_reference import Known, Reference

_ID = re.compile(
    r"[\w.-]+(/[\w.-]+)?|https?://(huggingface\.co|hf\.co)/datasets/[\w.-]+(/[\w.-]+)?", re.ASCII
)
_HOST = re.compile(r"^(https?://)?(huggingface\.co|hf\.co)/datasets/")
_SOURCE = re.compile(r"(extended\|)?[\w.-]+(/[\w.-]+)?", re.ASCII)
_NO_SOURCE = re.compile(r"(extended\|)?(original|extended|unknown|none|other)(-|$)", re.ASCII | re.IGNORECASE)
_LIMITS = re.compile(r"non_?commercial|research[_-]only|noncommercial|competitive|non_production")
_COPIES = frozenset({"quantized", "merge"})
GONE = frozenset({"missing-or-private", "deleted"})
_MOST_OPEN, _UNKNOWN, _RESTRICTED, _NOTHING = 4, 3, 2, 1


@dataclass(frozen=True, slots=True)
class Terms:
    """What a data set's own terms allow. Level None: not known."""

    level: int | None
    restrictions: str
    is_unlicensed: bool = False


class Data:
    """The data sets of the Hub and the well-known ones, each judged once, when it is asked for."""

    def __init__(self, datasets: Repos, reference: Reference) -> None:
        self._datasets = datasets
        self._known = reference.datasets
        self._limited: dict[str, bool] = {}
        self._places: dict[str, list[str]] = {}
        self._by_id: dict[str, Known] = {}
        for key, known in self._known.items():
            self._places.setdefault(known.id, []).append(key)
            self._by_id[known.id] = known

    def is_limited(self, name: str) -> bool:
        """Whether the terms of a data set, as a model names it, limit its use."""
        if not _ID.fullmatch(name):
            return False
        ref = self._ref(_HOST.sub("", name).lower())
        if ref not in self._limited:
            self._limited[ref] = self._judge(ref)
        return self._limited[ref]

    def _judge(self, ref: str) -> bool:
        own = self._terms(ref)
        sources = [self._terms(each) for each in reached(ref, self._sources)]
        if any(_LIMITS.search(each.restrictions) for each in (own, *sources)):
            return True
        if own.level is None:
            return False
        passed = [_passed_on(each) for each in sources]
        strictest = min((level for level in passed if level is not None), default=_MOST_OPEN)
        if strictest < own.level:
            return strictest == _RESTRICTED
        return own.level == _RESTRICTED

    def _sources(self, ref: str) -> list[str]:
        """Return what a data set of the Hub says it was made from; of well-known ones the terms are known."""
        key = ref.removeprefix("hub:")
        repo = self._datasets.get(key)
        if key == ref or repo is None or key in self._known or repo.outcome == "renamed":
            return []
        names = [name.removeprefix("extended|") for name in repo.sources if _is_source(name)]
        return [source for name in names if (source := self._ref(name.lower())) != ref]

    def _ref(self, key: str) -> str:
        name = today(key, self._datasets)
        known = self._known.get(name) or self._known.get(key)
        return f"known:{known.id}" if known else f"hub:{name}"

    def _terms(self, ref: str) -> Terms:
        kind, _, key = ref.partition(":")
        known = self._by_id[key] if kind == "known" else None
        limits = known.restrictions if known else ""
        if known and known.level is not None:
            return Terms(known.level, limits)
        places = sorted(self._places[key]) if known else [key]
        repos = [self._datasets[place] for place in places if place in self._datasets]
        repo = min(repos, key=lambda repo: repo.outcome != "found", default=None)
        if repo is None or (repo.outcome != "found" and repo.outcome not in GONE and not repo.is_disabled):
            return Terms(None, limits)
        is_found = repo.outcome == "found"
        limits = limits if known or not is_found else repo.restrictions
        return Terms(_level(repo), limits, is_found and repo.level is None)


def today(key: str, repos: Repos) -> str:
    """Return the name under which the Hub has a repository today."""
    repo = repos.get(key)
    return repo.renamed_to.lower() if repo and repo.outcome == "renamed" and repo.renamed_to else key


def reached(start: str, step: Callable[[str], Iterable[str]]) -> set[str]:
    """Return all that is reached from a start, in any number of steps; circles end."""
    found: set[str] = set()
    left = list(step(start))
    while left:
        each = left.pop()
        if each not in found:
            found.add(each)
            left.extend(step(each))
    return found


def relations(repo: Repo, bases: dict[str, str] | None) -> frozenset[str]:
    """Return how a model was made from others, those included that nobody names."""
    return frozenset(bases.values() if bases else [repo.unnamed] if repo.unnamed else [])


def restricted_users(
    repos: dict[str, Repos], edges: dict[str, dict[str, str]], reference: Reference
) -> set[str]:
    """Return the models that name such data for themselves: a copy or a merge has none of its own."""
    data, users = Data(repos["dataset"], reference), set()
    for key, repo in repos["model"].items():
        if repo.outcome == "found" and repo.datasets:
            made = relations(repo, edges.get(key))
            is_copy = bool(made) and _COPIES.issuperset(made)
            if not is_copy and any(map(data.is_limited, repo.datasets)):
                users.add(key)
    return users


def _level(repo: Repo) -> int:
    if repo.outcome in GONE or repo.is_disabled:
        return _NOTHING
    level = _UNKNOWN if repo.level is None else repo.level
    return min(level, _UNKNOWN) if repo.gate in {"auto", "manual"} else level


def _passed_on(terms: Terms) -> int | None:
    """Return the level that travels down: that a source is gone or names no license takes nothing away."""
    is_harmless = terms.level == _NOTHING or (terms.level == _UNKNOWN and terms.is_unlicensed)
    return _MOST_OPEN if is_harmless else terms.level


def _is_source(name: str) -> bool:
    return bool(_SOURCE.fullmatch(name)) and not _NO_SOURCE.match(name)
