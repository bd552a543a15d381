"""Which fields of a repository an answer carries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakehub import cards
from tests.fakehub.access import refuse
from tests.fakehub.catalogue import Repo
from tests.fakehub.files import blob_id, digest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.fakehub.catalogue import Catalogue, Kind
    from tests.fakehub.messages import Request

# fmt: off
_COMMON = (
    "author", "cardData", "createdAt", "disabled", "downloads", "downloadsAllTime", "gated", "lastModified",
    "likes", "private", "resourceGroup", "sha", "siblings", "tags", "trendingScore", "usedStorage",
)
_OF_MODELS = (
    "baseModels", "childrenModelCount", "config", "evalResults", "gguf", "inference",
    "inferenceProviderMapping", "library_name", "mask_token", "model-index", "pipeline_tag",
    "safetensors", "spaces", "transformersInfo", "widgetData", "xetEnabled",
)
_OF_DATASETS = ("citation", "description", "mainSize", "paperswithcode_id")
_PLAIN = (
    "_id", "id", "likes", "trendingScore", "private", "downloads", "tags", "pipeline_tag", "library_name",
    "createdAt", "modelId",
)
_FULL = (*_PLAIN, "author", "lastModified", "sha", "gated", "disabled", "siblings", "description")
_ONLY_EXPANDED = (
    "baseModels", "childrenModelCount", "downloadsAllTime", "trendingScore", "evalResults", "xetEnabled",
)
# fmt: on
EXPAND: Mapping[Kind, Sequence[str]] = {
    "model": sorted(_COMMON + _OF_MODELS),
    "dataset": sorted(_COMMON + _OF_DATASETS),
}
_POINTER_SIZE = 135  # bytes of a typical LFS pointer file


def checked_expand(request: Request, kind: Kind) -> list[str]:
    """Return the fields that `expand` asks for; refuse an unknown one with a list of the valid."""
    names = request.params("expand", "expand[]")
    if not set(names) <= set(EXPAND[kind]):
        options = "|".join(f'"{name}"' for name in EXPAND[kind])
        refuse(request, 400, f"✖ Invalid option: expected one of {options}\n  → at expand")
    return names


def expanded(repo: Repo, names: Sequence[str], catalogue: Catalogue) -> dict[str, Any]:
    """Return the two names of a repository and the fields asked for, where it has them."""
    record = _with_base_models(repo, catalogue) if "baseModels" in names else repo.record
    return _pick(record, ["_id", "id", *names])


def plain(repo: Repo, sort: str) -> dict[str, Any]:
    """Return a list's item without any option."""
    return _pick(repo.record, [*_PLAIN, "lastModified"] if sort == "lastModified" else _PLAIN)


def full(repo: Repo, request: Request) -> dict[str, Any]:
    """Return a list's item with the classic flags `full`, `cardData` and `config`."""
    return _pick(
        repo.record, [*_FULL, *(name for name in ("cardData", "config") if request.param(name) == "true")]
    )


def detail(repo: Repo, request: Request) -> dict[str, Any]:
    """Return the body of one repository."""
    record = {name: value for name, value in repo.record.items() if name not in _ONLY_EXPANDED}
    if request.param("blobs") == "true" and "siblings" in record:
        record["siblings"] = [_with_blob(repo, row) for row in record["siblings"]]
    return record


def _pick(record: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: record[name] for name in dict.fromkeys(names) if name in record}


def _with_base_models(repo: Repo, catalogue: Catalogue) -> Mapping[str, Any]:
    """Add `baseModels`: the parents that exist, under the name they have now."""
    if "baseModels" in repo.record or repo.kind != "model":
        return repo.record
    head = repo.record.get("cardData") or {}
    if not isinstance(head, dict):
        return repo.record
    parents = [
        parent for name in cards.texts(head.get("base_model")) if (parent := _current(name, catalogue))
    ]
    if not parents:
        return repo.record
    models = [{"_id": parent.record["_id"], "id": parent.id} for parent in parents]
    return {
        **repo.record,
        "baseModels": {"relation": cards.relation(head, list(repo.files)), "models": models},
    }


def _current(name: str, catalogue: Catalogue) -> Repo | None:
    found = catalogue.lookup(name, "model")
    if isinstance(found, str):  # renamed once; a longer way is as good as gone
        found = catalogue.lookup(found, "model")
    return found if isinstance(found, Repo) else None


def _with_blob(repo: Repo, row: dict[str, Any]) -> dict[str, Any]:
    content = repo.files.get(row["rfilename"])
    if content is None:
        return row
    blob = {**row, "size": len(content), "blobId": blob_id(content)}
    if row["rfilename"] not in repo.lfs:
        return blob
    return blob | {"lfs": {"sha256": digest(content), "size": len(content), "pointerSize": _POINTER_SIZE}}
