"""A small world of repositories in the work tables, without a network: what a rule or a cell says of it."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from hubaudit.audit.work import Work
from hubaudit.coded import CodeAnswer
from hubaudit.model import FileAnswer, Kind, Outcome, RepoAnswer
from hubaudit.store.code import add_code
from hubaudit.text.decode import blob_sha1
from tests.fakehub.build import repository

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from tests.fakehub.catalogue import Repo

NOW = datetime(2026, 11, 23, tzinfo=UTC)
HUB = "https://hub.example"
READABLE = re.compile(r"README\.md|(model_)?licen[cs]e.*|copying|use_policy.*|.*\.txt", re.IGNORECASE)
BY_HAND = "~"  # later than any version of the identifier


def world(repos: Iterable[Mapping[str, Any]], code: Mapping[str, Mapping[str, Any]] | None = None) -> Work:
    """Build all tables over these repositories.

    Each is the fake Hub's builder's arguments with `id`, and may say `kind` (model), `outcome` (found: how
    the look at the repository ended), `files_outcome` (found: how the look at its files ended; "not-fetched":
    nobody looked), `untold` (fields that the record lacks; `siblings` is its list of files), `renamed_from`
    (its former ids), `identified` (what a file's text is identified as, in the place of what it really is:
    columns of raw.license_text, and `clauses`, restriction to sentence), `past` (earlier looks at it, each
    with `on`, its day, and the arguments that differed then). `code` has what a code host said of owner/name:
    `outcome` (found) and other fields of CodeAnswer.
    """
    work = Work()
    add_code(work.con, (_code_answer(name, told) for name, told in (code or {}).items()))
    for given in repos:
        now = dict(given)
        for past in now.pop("past", ()):
            then = now | {"identified": {}} | past
            _add(work, then, datetime.fromisoformat(then.pop("on")).replace(tzinfo=UTC))
        _add(work, now, NOW)
    work.wanted()
    work.complete()
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
    every = cases(path)
    code = {name: told for case in every for name, told in case.get("code", {}).items()}
    return world((repo for case in every for repo in case["repo"]), code).con


def _code_answer(repo: str, told: Mapping[str, Any]) -> CodeAnswer:
    given = {"outcome": "found", **told}
    return CodeAnswer("github.com", repo, looked_at=NOW, url=f"https://api.github.com/repos/{repo}", **given)


def _add(work: Work, given: dict[str, Any], seen_at: datetime) -> None:
    kind, repo_id = Kind(given.pop("kind", "model")), given.pop("id")
    outcome = Outcome(given.pop("outcome", "found"))
    files_outcome = given.pop("files_outcome", "found")
    identified = given.pop("identified", {})
    url = f"{HUB}/api/{kind}s/{repo_id}"
    if outcome is not Outcome.FOUND:
        work.add_repo(RepoAnswer(kind, repo_id, outcome, url, seen_at, detail="as the test says"))
        return
    untold = given.pop("untold", ())
    repo = repository(kind.value, repo_id, **given)
    record = json.dumps({key: value for key, value in repo.record.items() if key not in untold}).encode()
    for asked_id in (repo_id, *repo.renamed_from):
        work.add_repo(RepoAnswer(kind, asked_id, outcome, url, seen_at, repo_id, record))
    if files_outcome != "not-fetched":
        _add_files(work, kind, repo, Outcome(files_outcome), seen_at)
    for path, facts in identified.items():
        _identify(work, blob_sha1(repo.files[path]), dict(facts))


def _add_files(work: Work, kind: Kind, repo: Repo, outcome: Outcome, seen_at: datetime) -> None:
    for path in filter(READABLE.fullmatch, sorted(repo.files)):
        content = repo.files[path] if outcome is Outcome.FOUND else None
        url = f"{HUB}/{repo.id}/resolve/{repo.sha}/{path}"
        work.add_file(FileAnswer(kind, repo.id, repo.sha, path, outcome, url, seen_at, content))


def _identify(work: Work, blob: str, facts: dict[str, Any]) -> None:
    for start, (restriction, quote) in enumerate(facts.pop("clauses", {}).items()):
        work.con.execute(
            "insert into raw.license_clause values (?, ?, ?, ?, ?)",
            [blob, BY_HAND, restriction, start, quote],
        )
    columns = ", ".join(facts)
    work.con.execute(
        f"insert into raw.license_text (blob, version, {columns}) values (?, ?{', ?' * len(facts)})",
        [blob, BY_HAND, *facts.values()],
    )
