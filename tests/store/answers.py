"""What a Hub could have answered, and a look into a store."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import duckdb

from hubaudit.model import FileAnswer, Kind, Outcome, RepoAnswer
from hubaudit.store import rows
from hubaudit.store.file import attached, create_tables
from hubaudit.store.keep import Run, keep
from hubaudit.text.decode import blob_sha1, decode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

START = datetime(2026, 11, 1, tzinfo=UTC)
COMMIT = "c0ffee"
HUB = "https://hub.example/"
MODELS = [(Kind.MODEL, "acme/a")]


def hour(number: int) -> datetime:
    return START + timedelta(hours=number)


def repo(at: int = 0, *, asked: str = "acme/a", repo_id: str | None = None, **fields: Any) -> RepoAnswer:
    """A model that was found."""
    record = {"_id": "1", "id": repo_id or asked, "sha": COMMIT, **fields}
    body = json.dumps(record).encode()
    return RepoAnswer(Kind.MODEL, asked, Outcome.FOUND, HUB, hour(at), repo_id or asked, body)


def refusal(outcome: Outcome, at: int = 0, *, asked: str = "acme/a") -> RepoAnswer:
    return RepoAnswer(Kind.MODEL, asked, outcome, HUB, hour(at), detail="as the test says")


def file(
    content: bytes | None = b"# Card\n", at: int = 0, *, commit: str = COMMIT, **given: Any
) -> FileAnswer:
    """A README of acme/a; without content, one behind a gate unless `outcome` says otherwise."""
    outcome = given.get("outcome", Outcome.FOUND if content is not None else Outcome.GATED)
    return FileAnswer(
        Kind.MODEL, given.get("repo_id", "acme/a"), commit, "README.md", outcome, HUB, hour(at), content
    )


def add(con: duckdb.DuckDBPyConnection, *answers: RepoAnswer | FileAnswer) -> None:
    """Put answers of a new run into work tables."""
    for answer in answers:
        if isinstance(answer, RepoAnswer):
            rows.add_repo(con, 0, answer)
        elif answer.content is None:
            rows.add_files(con, [(answer, None)])
        else:
            text, encoding = decode(answer.content)
            blob = blob_sha1(answer.content)
            rows.add_files(con, [(answer, rows.Text(blob, len(answer.content), encoding, text))])


def kept(
    path: Path,
    *answers: RepoAnswer | FileAnswer,
    repos: Sequence[tuple[str, str]] = MODELS,
    outcome: str = "complete",
) -> None:
    """Keep answers as one run of their own would."""
    with duckdb.connect() as con:
        create_tables(con)
        add(con, *answers)
        with attached(con, path, write=True):
            keep(con, repos, Run("score", START, hour(1), len(answers), outcome))


def ask(path: Path, sql: str) -> list[Any]:
    """Look into a store."""
    with duckdb.connect() as con, attached(con, path):
        return con.execute(sql).fetchall()
