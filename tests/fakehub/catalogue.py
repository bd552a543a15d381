"""The repositories of the fake Hub, which a test may change while it is being read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from hashlib import sha1, sha256
from threading import RLock
from typing import TYPE_CHECKING, Any, Literal

from tests.fakehub.clock import Clock, seconds, timestamp

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal["model", "dataset"]
_OUTLASTS_COMMITS = ("_id", "createdAt", "downloads", "likes", "trendingScore")
_SHORTEST_REVISION = 7  # git's own abbreviation


@dataclass(frozen=True, slots=True)
class Repo:
    """A repository at its head commit. `record` is the API's body; what it lacks was never recorded."""

    kind: Kind
    record: Mapping[str, Any]
    files: Mapping[str, bytes] = field(default_factory=dict)
    lfs: frozenset[str] = frozenset()  # paths kept in large file storage
    renamed_from: tuple[str, ...] = ()
    files_known: bool = True  # False: a recording without the file list, or without the files' bytes
    past: Mapping[str, Repo] = field(default_factory=dict)  # earlier commits by their sha

    @property
    def id(self) -> str:
        """The name: `owner/name`, or a bare name for the oldest ones."""
        return str(self.record["id"])

    @property
    def sha(self) -> str:
        """The head commit; made up from the name when the recording has none."""
        return str(self.record.get("sha") or sha1(self.id.encode(), usedforsecurity=False).hexdigest())

    def at(self, revision: str) -> Repo | None:
        """Return the repository as it was at a branch, a commit or its first digits."""
        if revision == "main":
            return self
        commits = {self.sha: self, **self.past}
        if len(revision) < _SHORTEST_REVISION:
            return None
        return next((repo for sha, repo in commits.items() if sha.startswith(revision)), None)

    def unrecorded(self, path: str) -> bool:
        """Whether the file may exist although its bytes are not at hand."""
        listed = self.record.get("siblings")
        return not self.files_known and (listed is None or path in [row["rfilename"] for row in listed])


class Catalogue:
    """All repositories and the old names that lead to them. Hold `lock` for several steps at once."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.lock = RLock()
        self.version = 0  # grows with each change
        self._clock = clock or Clock()
        self._repos: dict[tuple[Kind, str], Repo] = {}
        self._folded: dict[tuple[Kind, str], str] = {}
        self._redirects: dict[tuple[Kind, str], str] = {}

    def put(self, *repos: Repo) -> None:
        """Add repositories, or replace the ones of the same name as if they had never been different."""
        with self.lock:
            self.version += 1
            for repo in repos:
                self._repos[repo.kind, repo.id] = repo
                self._folded[repo.kind, repo.id.lower()] = repo.id
                for old in repo.renamed_from:
                    self._redirects[repo.kind, old.lower()] = repo.id

    def push(self, repo: Repo) -> None:
        """Make `repo` the new head commit of the repository of its name; the old commits stay readable."""
        with self.lock:
            old = self.get(repo.id, repo.kind)
            kept = {key: old.record[key] for key in _OUTLASTS_COMMITS if key in old.record}
            # Later than before even if the machine's clock is behind the catalogue's dates.
            now = max(self._clock(), seconds(old.record["lastModified"]) + 1)
            record = {**repo.record, **kept, "lastModified": timestamp(now)}
            self.put(replace(repo, record=record, past={**old.past, old.sha: old}))

    def change(self, repo_id: str, kind: Kind = "model", **fields: Any) -> None:
        """Set fields of the record: a gate, downloads, ... As on the Hub, no commit and no new date."""
        with self.lock:
            old = self.get(repo_id, kind)
            self.put(replace(old, record={**old.record, **fields}))

    def remove(self, repo_id: str, kind: Kind = "model") -> None:
        """Delete; nothing stays behind."""
        with self.lock:
            del self._repos[kind, repo_id]
            if self._folded.get((kind, repo_id.lower())) == repo_id:  # recorded ids may differ by case alone
                del self._folded[kind, repo_id.lower()]
            self.version += 1

    def rename(self, old_id: str, new_id: str, kind: Kind = "model") -> None:
        """Move to another name; the old one leads there until somebody takes it."""
        with self.lock:
            repo = self.get(old_id, kind)
            names = {"id": new_id, "modelId": new_id, "author": owner_of(new_id)}
            record = {**repo.record, **{key: names[key] for key in names if key in repo.record}}
            self.remove(old_id, kind)
            self.put(replace(repo, record=record))
            self.redirect(old_id, new_id, kind)

    def redirect(self, old_id: str, target: str, kind: Kind = "model") -> None:
        """Lead an old name to another id, or to any URL: loops and foreign hosts are possible on purpose."""
        with self.lock:
            self._redirects[kind, old_id.lower()] = target
            self.version += 1

    def get(self, repo_id: str, kind: Kind = "model") -> Repo:
        """Return the repository of exactly this name. Raises KeyError."""
        return self._repos[kind, repo_id]

    def lookup(self, repo_id: str, kind: Kind) -> Repo | str | None:
        """Return the repository, the id or URL that a client must ask instead, or None."""
        found = self._repos.get((kind, repo_id))
        if found:
            return found
        folded = repo_id.lower()
        return self._folded.get((kind, folded)) or self._redirects.get((kind, folded))

    def every(self, kind: Kind) -> list[Repo]:
        """Return all repositories of a kind, in no particular order."""
        with self.lock:
            return [repo for repo in self._repos.values() if repo.kind == kind]


def owner_of(repo_id: str) -> str | None:
    """Return the part before the slash."""
    owner, slash, _ = repo_id.partition("/")
    return owner if slash else None


def object_id(kind: Kind, repo_id: str, created: float) -> str:
    """Return a Mongo ObjectId as the Hub's `_id`: four bytes of creation time, then eight of our own."""
    return f"{int(created):08x}{sha256(f'{kind}:{repo_id}'.encode()).hexdigest()[:16]}"
