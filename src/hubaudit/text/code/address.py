"""Addresses on the Hub, wherever one stands in a text: https://, hf://, git's, and hf-hub: as timm has it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hubaudit.text.code.spot import Spot, inside
from hubaudit.text.hub_links import repo_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hubaudit.text.code.wanted import Wanted

_ADDRESS = re.compile(
    r"(?<![\w./@-])(?:(?:(?:https?|ssh)://)?(?:git@)?(?:www\.)?(?:huggingface\.co|hf\.co)[/:]"
    r"|(?P<scheme>hf://)|hf[-_]hub:)(?P<path>[\w./%~-]+)(?P<after>[{$<*]?)",
    re.ASCII | re.IGNORECASE,
)
_NO_REPO = re.compile(r"(?:spaces|buckets|jobs)/", re.IGNORECASE)
_OWNER_AND_NAME = 2  # steps


def has_address(text: str) -> bool:
    """Whether anything in a text may be an address on the Hub."""
    return _ADDRESS.search(text) is not None


def addresses(text: str, wanted: Wanted) -> Iterator[Spot]:
    """Yield the repositories that addresses lead to."""
    for found in _ADDRESS.finditer(text):
        path = found["path"]
        if _NO_REPO.match(path) or _is_unfinished(path, found["after"]):
            continue
        if repo := repo_of(f"https://huggingface.co/{path}"):
            kind, repo_id = repo
            repo_id = repo_id.removesuffix(".git")
            if not wanted.is_decoy(repo_id):
                yield Spot(inside(text, repo_id, found.start("path"), found.end()), repo_id, kind.value)


def _is_unfinished(path: str, after: str) -> bool:
    """Whether the program puts the rest of the id in: owner/{name}."""
    steps = path.removeprefix("datasets/").split("/")
    return bool(after) and len(steps) <= _OWNER_AND_NAME
