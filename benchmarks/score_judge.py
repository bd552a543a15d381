"""The second half of the baseline in dictionaries: from what records say to levels and flags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.score_data import GONE, reached, relations, restricted_users, today

if TYPE_CHECKING:
    from benchmarks.score_dicts import Repo, Repos
    from benchmarks.score_reference import Reference

Said = tuple[int | None, frozenset[str]]  # the level of the weights, None: unjudged; the rules that flag it
Edges = dict[str, dict[str, str]]  # relations by base by model

_UNKNOWN, _NO_LICENSE = 3, 2


def judge(repos: dict[str, Repos], reference: Reference) -> dict[str, Said]:
    """Return what is said of each model that the Hub shows."""
    models = repos["model"]
    edges = _edges(models)
    own = {
        key: _own_level(repo, relations(repo, edges.get(key)))
        for key, repo in models.items()
        if repo.outcome == "found"
    }
    restricted = restricted_users(repos, edges, reference)
    return {models[key].repo_id: _said(key, models, edges, own, restricted) for key in own}


def _said(key: str, models: Repos, edges: Edges, own: dict[str, int | None], restricted: set[str]) -> Said:
    repo, upstream = models[key], _upstream(key, edges)
    levels = [level for each in (key, *upstream) if (level := own.get(each)) is not None]
    level = min(levels, default=0)
    is_open = any(
        each not in own or (_is_unnamed(models[each]) and each not in edges) for each in (key, *upstream)
    )
    flags = set()
    if repo.basis == "none":
        flags.add("missing-license")
    if any(_is_dead(models.get(base)) for base in edges.get(key, ())):
        flags.add("dead-base-model")
    bound = [base.level for each in upstream if each in own and (base := models[each]).level is not None]
    if repo.level is not None and any(each < repo.level for each in bound if each is not None):
        flags.add("upstream-license-conflict")
    if (repo.level is None or repo.level > _NO_LICENSE) and (
        key in restricted or not restricted.isdisjoint(upstream)
    ):
        flags.add("restricted-dataset")
    return (None if is_open and (level > 0 or not levels) else level), frozenset(flags)


def _is_unnamed(repo: Repo) -> bool:
    return repo.unnamed is not None and not repo.license_tells_base


def _edges(models: Repos) -> Edges:
    """Return the bases of each model under the names that the Hub means today."""
    edges: Edges = {}
    for key, repo in models.items():
        if repo.outcome == "renamed":
            continue
        bases: dict[str, tuple[str, str]] = {}
        for name, relation in repo.bases.items():
            base = today(name, models)
            told = (name, relation or "finetune")
            if base != key and (base not in bases or told < bases[base]):
                bases[base] = told
        if bases:
            edges[key] = {base: relation for base, (_, relation) in bases.items()}
    return edges


def _upstream(key: str, edges: Edges) -> set[str]:
    """Return all models upstream of one."""
    return reached(key, lambda each: edges.get(each, ())) - {key}


def _own_level(repo: Repo, made: frozenset[str]) -> int | None:
    """Return the level that a model's own license, gate and state allow; None where they say nothing."""
    limits = []
    if repo.level is not None or repo.basis != "none":
        limits.append(_UNKNOWN if repo.level is None else repo.level)
    elif made != {"quantized"}:
        limits.append(_NO_LICENSE)
    if repo.gate in {"auto", "manual"}:
        limits.append(_UNKNOWN)
    if repo.is_disabled:
        limits.append(int(repo.is_published))
    return min(limits, default=None)


def _is_dead(repo: Repo | None) -> bool:
    return repo is not None and (repo.outcome in GONE or (repo.is_disabled and repo.outcome != "renamed"))
