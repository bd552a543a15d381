"""Makes repositories from what their author wrote; derives what the Hub derives."""

from __future__ import annotations

from hashlib import sha1, sha256
from typing import TYPE_CHECKING, Any

from tests.fakehub import cards
from tests.fakehub.catalogue import Kind, Repo, object_id, owner_of
from tests.fakehub.clock import seconds, timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_FIRST_DAY = seconds("2024-01-01T00:00:00Z")
_DAYS = 900
_HEAD_FIELDS = ("license", "license_name", "license_link", "base_model", "base_model_relation", "datasets")


def model(repo_id: str, **given: Any) -> Repo:
    """Make a model; `repository` explains the arguments."""
    return repository("model", repo_id, **given)


def dataset(repo_id: str, **given: Any) -> Repo:
    """Make a dataset; `repository` explains the arguments."""
    return repository("dataset", repo_id, **given)


def repository(  # noqa: PLR0913 - a builder for tests: each argument is one property of a repository
    kind: Kind,
    repo_id: str,
    *,
    card: str | None = None,
    readme: str | bytes | None = None,
    head: Mapping[str, Any] | None = None,
    files: Mapping[str, str | bytes] | None = None,
    lfs: Iterable[str] = (),
    renamed_from: Iterable[str] = (),
    **given: Any,
) -> Repo:
    """Make a repository.

    `card` is the README's body; its head is written from `head` and from `license`, `license_name`,
    `license_link`, `base_model`, `base_model_relation` and `datasets`. `readme` is a whole README, taken
    as it is. Any other argument is a field of the API's record: `gated`, `disabled`, `private`,
    `downloads`, `createdAt`, `lastModified`, `_id`, `sha`, `safetensors`, ...
    """
    stated = {**(head or {}), **{key: given.pop(key) for key in _HEAD_FIELDS if key in given}}
    content = {path: _bytes(text) for path, text in {".gitattributes": "", **(files or {})}.items()}
    if readme is not None:
        content["README.md"] = _bytes(readme)
    elif stated or card is not None:
        content["README.md"] = cards.with_head(stated, card or "") if stated else _bytes(card or "")
    if "createdAt" in given:
        given.setdefault("lastModified", given["createdAt"])
    record = {
        **derived(kind, repo_id, content),
        "siblings": [{"rfilename": path} for path in sorted(content)],
        **given,
    }
    return Repo(kind, record, content, frozenset(lfs), tuple(renamed_from))


def derived(kind: Kind, repo_id: str, files: Mapping[str, bytes]) -> dict[str, Any]:
    """Return what the API says of a repository with these files. What is made up follows from the name."""
    readme = files.get("README.md")
    card = cards.head_of(readme)
    head = card or {}
    created = _FIRST_DAY + int(sha256(repo_id.encode()).hexdigest()[:8], 16) % (_DAYS * 86_400)
    record = {
        "_id": object_id(kind, repo_id, created),
        "id": repo_id,
        "author": owner_of(repo_id),
        "sha": _commit(repo_id, files),
        "createdAt": timestamp(created),
        "lastModified": timestamp(created + 3_600),
        "private": False,
        "gated": False,
        "disabled": False,
        "downloads": 0,
        "likes": 0,
        "trendingScore": 0,
        "tags": cards.tags(kind, head, readme, list(files)),
        "cardData": card,
    }
    return record | (_model_fields(repo_id, head) if kind == "model" else {})


def _model_fields(repo_id: str, head: Mapping[str, Any]) -> dict[str, Any]:
    stated = {key: head[key] for key in ("library_name", "pipeline_tag") if isinstance(head.get(key), str)}
    return {"modelId": repo_id, **stated}


def _commit(repo_id: str, files: Mapping[str, bytes]) -> str:
    digest = sha1(repo_id.encode(), usedforsecurity=False)
    for path, content in sorted(files.items()):
        digest.update(b"\0" + path.encode() + b"\0" + content)
    return digest.hexdigest()


def _bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text
