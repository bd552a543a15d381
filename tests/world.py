"""A small world of repositories in the work tables, without a network: what a rule or a cell says of it."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from hubaudit.audit.work import Work
from hubaudit.model import FileAnswer, Kind, Outcome, RepoAnswer
from tests.fakehub.build import repository

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from tests.fakehub.catalogue import Repo

NOW = datetime(2026, 11, 23, tzinfo=UTC)
HUB = "https://hub.example"
READABLE = ("README.md", "LICENSE", "LICENSE.md", "LICENSE.txt")


def world(repos: Iterable[Mapping[str, Any]]) -> Work:
    """Build all tables over these repositories.

    Each is the fake Hub's builder's arguments with `id`, and may say `kind` (model), `outcome` (found: how
    the look at the repository ended), `files_outcome` (found: how the look at its files ended; "not-fetched":
    nobody looked), `untold` (fields that the record lacks; `siblings` is its list of files), `renamed_from`
    (its former ids).
    """
    work = Work()
    for given in repos:
        _add(work, dict(given))
    work.wanted()
    return work


def cases(path: Path) -> list[dict[str, Any]]:
    """Read the cases of a file. The owner `acme` is another one in each, so that one world holds them all."""
    given = tomllib.loads(path.read_text(encoding="utf-8"))["case"] if path.exists() else []
    return [
        json.loads(re.sub("(?i)acme", rf"\g<0>{number}", json.dumps(case)))
        for number, case in enumerate(given)
    ]


@cache
def world_of(path: Path) -> DuckDBPyConnection:
    """Build one world of all cases of a file: it costs as much as a world of one, and cases must not mix."""
    return world(repo for case in cases(path) for repo in case["repo"]).con


def _add(work: Work, given: dict[str, Any]) -> None:
    kind, repo_id = Kind(given.pop("kind", "model")), given.pop("id")
    outcome = Outcome(given.pop("outcome", "found"))
    files_outcome = given.pop("files_outcome", "found")
    url = f"{HUB}/api/{kind}s/{repo_id}"
    if outcome is not Outcome.FOUND:
        work.add_repo(RepoAnswer(kind, repo_id, outcome, url, NOW, detail="as the test says"))
        return
    untold = given.pop("untold", ())
    repo = repository(kind.value, repo_id, **given)
    record = json.dumps({key: value for key, value in repo.record.items() if key not in untold}).encode()
    for asked_id in (repo_id, *repo.renamed_from):
        work.add_repo(RepoAnswer(kind, asked_id, outcome, url, NOW, repo_id, record))
    if files_outcome != "not-fetched":
        _add_files(work, kind, repo, Outcome(files_outcome))


def _add_files(work: Work, kind: Kind, repo: Repo, outcome: Outcome) -> None:
    for path in READABLE:
        if path in repo.files:
            content = repo.files[path] if outcome is Outcome.FOUND else None
            url = f"{HUB}/{repo.id}/resolve/{repo.sha}/{path}"
            work.add_file(FileAnswer(kind, repo.id, repo.sha, path, outcome, url, NOW, content))
