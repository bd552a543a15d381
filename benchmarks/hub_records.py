"""Records of a Hub that never was, as its list sends them: any size, any record by its number, in no order.

What the published counts of the whole Hub tell is drawn as they say (`Shares`): licenses, base models and how
they are named, merges, the ten bases with the most children, languages, data sets. They do not tell the rest,
which is set here: how deep chains go, how children spread over all other bases, licenses beyond the ten
most frequent, gates, downloads, and all of data sets. Each thing is drawn by itself: who has a license is not
more often gated, and a child's license has nothing to do with its base's. Dates do not follow lineage.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import log
from typing import TYPE_CHECKING, Any

from benchmarks.hub_shape import dataset_id, model_id, pick
from benchmarks.hub_words import (
    DATASET_LICENSES,
    LANGUAGES,
    LIBRARIES,
    OTHER_NAMES,
    ROOT_LICENSES,
    TASKS,
)

if TYPE_CHECKING:
    from benchmarks.hub_shape import Hub

MOST_PARENTS = 18
_FIRST, _DAYS = datetime(2022, 3, 2, tzinfo=UTC), 1667  # to 25 September 2026
_GATED, _DISABLED, _ARXIV, _DERIVED_DATA = 0.02, 0.0005, 0.05, 0.03


def model(hub: Hub, number: int, night: int = 0) -> dict[str, Any]:
    """Return the record of a model. Another night says other things of it, under the same name."""
    told, draw = hub.draws("model", number, night)
    name = model_id(hub, number)
    card: dict[str, Any] = {}
    license_id = ROOT_LICENSES.get(name, _license(hub, draw[0], draw[1])) if not night else "mit"
    _add_license(card, license_id, draw[2])
    relation, bases = _bases(hub, number, name, night)
    tags = [LIBRARIES[int(draw[3] ** 2 * len(LIBRARIES))]]
    if bases:
        card["base_model"] = bases
        tags += [f"base_model:{base}" for base in bases]
        tags += [f"base_model:{relation}:{base}" for base in bases if relation]
    if draw[4] < hub.shares.in_language:
        card["language"] = [LANGUAGES[int(draw[5] ** 2 * len(LANGUAGES))]]
        tags += card["language"]
    if draw[6] < hub.shares.with_dataset:
        card["datasets"] = _datasets(hub, number, night)
        tags += [f"dataset:{each}" for each in card["datasets"]]
    record = _record(name, number, told, draw, night) | {
        "modelId": name,
        "library_name": tags[0],
        "pipeline_tag": TASKS[int(draw[8] * len(TASKS))],
        "cardData": card or None,
        "tags": [*tags, *_common(license_id, draw[9]), "region:us"],
    }
    known = [{"id": base} for base in bases if not base.startswith("gone")]
    return record | ({"baseModels": {"relation": relation, "models": known}} if known else {})


def dataset(hub: Hub, number: int) -> dict[str, Any]:
    """Return the record of a data set."""
    told, draw = hub.draws("dataset", number)
    name = dataset_id(hub, number)
    card: dict[str, Any] = {"size_categories": ["1K<n<10K"]}
    license_id = pick(DATASET_LICENSES, draw[0])
    _add_license(card, license_id, draw[2])
    if draw[3] < _DERIVED_DATA:
        card["source_datasets"] = [dataset_id(hub, int(hub.datasets * draw[4] ** 4))]
    record = _record(name, number, told, draw, 0)
    return record | {
        "_id": f"{record['_id'][:8]}d{record['_id'][9:]}",
        "cardData": card,
        "tags": [*_common(license_id, draw[9]), "size_categories:1K<n<10K", "region:us"],
    }


def _license(hub: Hub, is_there: float, which: float) -> str | None:
    return pick(hub.shares.licenses, which) if is_there < hub.shares.licensed else None


def _add_license(card: dict[str, Any], license_id: str | None, draw: float) -> None:
    if license_id:
        card["license"] = license_id
    if license_id == "other":
        name = OTHER_NAMES[int(draw * len(OTHER_NAMES))]
        card |= {"license_name": name, "license_link": "LICENSE"} if name else {}


def _common(license_id: str | None, draw: float) -> list[str]:
    tags = [f"license:{license_id}"] if license_id else []
    return [*tags, f"arxiv:2401.{int(draw / _ARXIV * 100_000):05}"] if draw < _ARXIV else tags


def _record(name: str, number: int, told: bytes, draw: list[float], night: int) -> dict[str, Any]:
    """Return what models and data sets have in common."""
    created = _FIRST + timedelta(days=_DAYS * draw[10] ** 0.5)
    modified = created + (_FIRST + timedelta(days=_DAYS) - created) * draw[11] ** 4 + timedelta(days=night)
    downloads = int(0.2 * (1 - draw[12]) ** -1.3)  # most have none, a few have millions
    return {
        "_id": f"{int(created.timestamp()):08x}{number:016x}",
        "id": name,
        "author": name.partition("/")[0],
        "sha": told.hex()[:40],
        "createdAt": f"{created:%Y-%m-%dT%H:%M:%S.000Z}",
        "lastModified": f"{modified:%Y-%m-%dT%H:%M:%S.000Z}",
        "private": False,
        "gated": ("auto" if draw[13] < _GATED / 2 else "manual") if draw[13] < _GATED else False,
        "disabled": draw[14] < _DISABLED,
        "downloads": downloads,
        "likes": downloads // 500,
    }


def _bases(hub: Hub, number: int, name: str, night: int) -> tuple[str | None, list[str]]:
    """Return what a model is made from, and how; None: that is not told."""
    _, draw = hub.draws("base", number, night)
    if draw[0] < hub.giant and number not in hub.roots:
        return "finetune", [next(iter(hub.roots.values()))]
    depth = hub.depth(number)
    if not depth:
        return None, []
    bases = [_base(hub, depth - 1, draw[1:4])]
    relation = pick(hub.shares.relations, draw[4])
    if draw[5] < hub.shares.multi_parent:
        relation = "merge"
        bases += [
            _base(hub, depth - 1, hub.draws("parent", number, more)[1]) for more in range(_more(hub, draw[6]))
        ]
    if draw[7] < hub.shares.self_based / hub.shares.based:
        bases.append(name)
    return None if relation == "unspecified" else relation, list(dict.fromkeys(bases))


def _more(hub: Hub, draw: float) -> int:
    """Return how many parents a merge has beside its first: seldom many, and one in a thousand the most."""
    if draw > 0.999:
        return MOST_PARENTS - 1
    mean = hub.shares.parents_each - 1
    return min(MOST_PARENTS - 1, 1 + int(log(1 - draw) / log(1 - 1 / mean)))


def _base(hub: Hub, depth: int, draw: list[float]) -> str:
    """Draw a base of that depth: a well-known root by its own share, else a few often and most seldom."""
    if draw[0] < hub.shares.unknown_base:
        return f"gone{int(draw[1] * 9)}/model-{int(draw[2] ** 3 * hub.models / 100)}"
    name = _known_root(hub, draw[1]) if not depth else ""
    if not name:
        first = 0 if depth else len(hub.roots)
        rank = first + int((hub.count_of_depth(depth) - first) * draw[2] ** 3)
        name = model_id(hub, hub.of_depth(depth, rank))
    return name.lower() if draw[0] > 1 - hub.shares.case_wrong else name


def _known_root(hub: Hub, draw: float) -> str:
    """Return the well-known root in whose share a draw falls, or none: its children are all of depth 1."""
    for root, share in hub.shares.roots.items():
        draw -= share / hub.first_step
        if draw < 0:
            return root
    return ""


def _datasets(hub: Hub, number: int, night: int) -> list[str]:
    """Return the data sets that a model names: the well-known ones most often."""
    _, draw = hub.draws("data", number, night)
    count = 1 + min(14, int(log(1 - draw[0]) / log(1 - 1 / hub.shares.datasets_each)))
    return list(dict.fromkeys(dataset_id(hub, int(hub.datasets * each**4)) for each in draw[1 : count + 1]))
