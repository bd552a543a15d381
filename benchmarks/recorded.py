"""The recorded Hub as a fetcher: what was recorded is answered, all else could not be looked at.

A fake Hub would say of an unrecorded repository that it is gone, which is a statement. Here it stays unread.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from benchmarks.talk_grid import RECORDS, SHARED
from hubaudit.audit.code import Code
from hubaudit.audit.gather import Gathering
from hubaudit.audit.work import Work
from hubaudit.model import FileAnswer, Kind, Outcome, RepoAnswer
from tests.fakehub.records import load

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hubaudit.audit.gather import Need
    from tests.fakehub.catalogue import Repo

HUB = "https://huggingface.co"
_SEEN_AT = datetime(2026, 11, 23, tzinfo=UTC)


class Recorded:
    """All recorded repositories by kind and any of their names."""

    def __init__(self) -> None:
        repos = load([SHARED / "real" / f"{name}.jsonl.zst" for name in RECORDS])
        self._repos = {
            (repo.kind, name.lower()): repo for repo in repos for name in (repo.id, *repo.renamed_from)
        }

    def fetch(self, needs: Sequence[Need], take_in: Callable[[RepoAnswer | FileAnswer], None]) -> None:
        """Answer all of these, as `audit.fetch` does from the Hub."""
        for kind, repo_id, commit, path in needs:
            repo = self._repos.get(("dataset" if kind == "dataset" else "model", repo_id.lower()))
            take_in(
                _record(Kind(kind), repo_id, repo)
                if path is None
                else _file(Kind(kind), repo_id, commit or "main", path, repo)
            )


def gathered(repo_ids: Sequence[str]) -> Work:
    """Return all tables over the recorded closure of these models."""
    work = Work()
    code = Code(work, None, None, has_store=False)  # no code host was recorded
    Gathering(work, Recorded().fetch, [], None, lambda _done, _needed: None, code).run(repo_ids)
    return work


def _record(kind: Kind, repo_id: str, repo: Repo | None) -> RepoAnswer:
    url = f"{HUB}/api/{kind}s/{repo_id}"
    if repo is None:
        return RepoAnswer(kind, repo_id, Outcome.UNREACHABLE, url, _SEEN_AT, detail="not recorded")
    body = json.dumps(dict(repo.record)).encode()
    return RepoAnswer(kind, repo_id, Outcome.FOUND, url, _SEEN_AT, repo.id, body)


def _file(kind: Kind, repo_id: str, commit: str, path: str, repo: Repo | None) -> FileAnswer:  # one look
    url = f"{HUB}/{'datasets/' if kind is Kind.DATASET else ''}{repo_id}/resolve/{commit}/{path}"
    content = repo.files.get(path) if repo else None
    outcome = Outcome.UNREACHABLE if content is None else Outcome.FOUND
    return FileAnswer(kind, repo_id, commit, path, outcome, url, _SEEN_AT, content)
