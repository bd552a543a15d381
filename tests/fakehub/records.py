"""Recorded repositories, and our own cases, from files of JSON lines (plain, .gz or .zst).

Each line is one of five shapes, told apart by their keys:

    {"path": "/api/models/ID", "body": {...}}        an answer of the API
    {"record": {...}, "readme": "..."}               an answer of the API in 2022, with the card
    {"id": ..., "_id": ..., "tags": [...], ...}      a row of a list
    {"id": ..., "front_matter_raw": ..., "body": ..} a card without its repository
    {"kind": ..., "id": ..., "license": ..., ...}    our own: the arguments of `build.repository`

What several lines say of one repository is put together: the best recorded answer of the API wins, a card
gives the README and fills in what no answer told. Nothing else is made up: a card alone has no file list.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from tests.fakehub import cards
from tests.fakehub.build import derived, repository
from tests.fakehub.catalogue import Kind, Repo, object_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_NO_README = "Error: the path"
_BEFORE_2022_03 = "2022-03-02T23:29:04.000Z"  # what the Hub itself tells for all older repositories
_CARD, _OLD_ANSWER, _ROW, _ANSWER = range(4)  # how much a line's record is worth


@dataclass(frozen=True, slots=True)
class _Draft:
    """What is known of a repository so far."""

    kind: Kind
    id: str
    worth: int
    record: dict[str, Any]
    readme: bytes | None = None

    def joined(self, other: _Draft) -> _Draft:
        """Return both: the better record (of equals the fuller, then the later), the later README."""
        better = max(self, other, key=lambda draft: (draft.worth, _fullness(draft), draft is other))
        return replace(better, readme=other.readme if other.readme is not None else self.readme)


def load(paths: Iterable[Path | str]) -> list[Repo]:
    """Read all files. Raises ValueError, naming file and line, for a line of no known shape."""
    own: list[Repo] = []
    drafts: dict[tuple[Kind, str], _Draft] = {}
    for path in map(Path, paths):
        for number, line in enumerate(_lines(path), 1):
            match _understood(line):
                case Repo() as repo:
                    own.append(repo)
                case _Draft(kind, repo_id) as draft:
                    known = drafts.get((kind, repo_id))
                    drafts[kind, repo_id] = known.joined(draft) if known else draft
                case None:
                    raise ValueError(f"{path}:{number}: a record of no known shape, keys {sorted(line)}")
    return [*_without_old_names([_repo(draft) for draft in drafts.values()]), *own]


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with _opened(path) as stream:
        yield from (json.loads(line) for line in stream if line.strip())


def _opened(path: Path) -> IO[str]:
    if path.suffix == ".zst":
        import zstandard  # noqa: PLC0415 - only recordings need it

        stream: IO[str] = zstandard.open(path, "rt", encoding="utf-8")
        return stream
    return gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")


def _understood(line: dict[str, Any]) -> _Draft | Repo | None:
    keys = line.keys()
    if {"path", "body"} <= keys:
        kind: Kind = "dataset" if line["path"].startswith("/api/datasets/") else "model"
        return _Draft(kind, line["body"]["id"], _ANSWER, line["body"])
    if {"record", "readme"} <= keys:
        return _old_answer(line["record"], line["readme"])
    if {"id", "front_matter_raw"} <= keys or {"id", "front_matter"} <= keys:
        return _Draft(line.get("kind", "model"), line["id"], _CARD, {}, _readme(line))
    if {"id", "_id"} <= keys:
        return _Draft("model", line["id"], _ROW, line)
    return repository(line.pop("kind"), line.pop("id"), **line) if {"id", "kind"} <= keys else None


def _old_answer(record: dict[str, Any], readme: str | None) -> _Draft:
    body = {"id": record["modelId"], "createdAt": _BEFORE_2022_03, **record}
    card = None if readme is None or readme.startswith(_NO_README) else readme.encode()
    return _Draft("model", body["id"], _OLD_ANSWER, body, card)


def _readme(line: dict[str, Any]) -> bytes:
    body, raw = line.get("body") or "", line.get("front_matter_raw")
    if raw is not None:
        return f"---\n{raw}\n---\n{body}".encode("utf-8", "surrogatepass")
    return cards.with_head(line["front_matter"], body) if line.get("front_matter") else body.encode()


def _repo(draft: _Draft) -> Repo:
    record = {"_id": object_id(draft.kind, draft.id, 0), "id": draft.id}
    files = {} if draft.readme is None else {"README.md": draft.readme}
    if files:
        gate = cards.gate_of(cards.head_of(draft.readme) or {})
        record |= derived(draft.kind, draft.id, files) | {"gated": gate}
    return Repo(draft.kind, record | draft.record, files, files_known=False)


def _fullness(draft: _Draft) -> int:
    """Return the number of fields, which tells a whole answer from one of a few expanded fields."""
    return len(draft.record) if draft.worth == _ANSWER else 0


def _without_old_names(repos: list[Repo]) -> list[Repo]:
    """Make one repository of those with one `_id`: it was renamed between recordings, the last name stays."""
    current: dict[str, Repo] = {}
    for repo in repos:
        key = repo.record["_id"]
        old = current.pop(key, None)
        current[key] = _renamed(old, repo) if old else repo
    return list(current.values())


def _renamed(old: Repo, new: Repo) -> Repo:
    return replace(new, renamed_from=(*old.renamed_from, old.id), files=new.files or old.files)
