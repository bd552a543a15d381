"""The client against the fake Hub: what a user's session meets, over real connections."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from hubaudit.hub.client import Hub
from hubaudit.model import Kind, Outcome
from tests.fakehub import FakeHub, model
from tests.hub.helpers import TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hubaudit.model import FileAnswer, RepoAnswer

SHA = "ab" * 20


@pytest.fixture
def fake() -> Iterator[FakeHub]:
    repos = [
        model("acme/plain", card="An open model.", sha=SHA, renamed_from=("acme/old",)),
        model("acme/gated", card="Behind a gate.", sha=SHA, gated="manual"),
        model("acme/large", files={"LICENSE": "All yours."}, lfs=("LICENSE",), sha=SHA),
        model("bare", card="Without an owner.", sha=SHA),
    ]
    with FakeHub(repos) as hub:
        yield hub


def repo(fake: FakeHub, repo_id: str, token: str = "") -> RepoAnswer:
    async def scenario() -> RepoAnswer:
        async with Hub(fake.url, token) as hub:
            return await hub.repo(Kind.MODEL, repo_id)

    return asyncio.run(scenario())


def file(fake: FakeHub, repo_id: str, path: str, token: str = "", commit: str = SHA) -> FileAnswer:
    async def scenario() -> FileAnswer:
        async with Hub(fake.url, token) as hub:
            return await hub.file(Kind.MODEL, repo_id, commit, path)

    return asyncio.run(scenario())


@pytest.mark.parametrize(
    ("asked", "outcome", "found"),
    [
        ("acme/plain", Outcome.FOUND, "acme/plain"),
        ("ACME/Plain", Outcome.FOUND, "acme/plain"),
        ("acme/old", Outcome.FOUND, "acme/plain"),
        ("acme/gated", Outcome.FOUND, "acme/gated"),
        ("bare", Outcome.FOUND, "bare"),
        ("acme/nothing", Outcome.MISSING, None),
    ],
)
def test_a_record(fake: FakeHub, asked: str, outcome: Outcome, found: str | None) -> None:
    answer = repo(fake, asked)
    assert (answer.outcome, answer.repo_id, answer.asked_id) == (outcome, found, asked)


@pytest.mark.parametrize(
    ("repo_id", "path", "outcome", "content"),
    [
        ("acme/plain", "README.md", Outcome.FOUND, b"An open model."),
        ("bare", "README.md", Outcome.FOUND, b"Without an owner."),
        ("acme/large", "LICENSE", Outcome.FOUND, b"All yours."),
        ("acme/plain", "LICENSE", Outcome.ABSENT, None),
        ("acme/gated", "README.md", Outcome.GATED, None),
        ("acme/nothing", "README.md", Outcome.MISSING, None),
    ],
)
def test_a_file(fake: FakeHub, repo_id: str, path: str, outcome: Outcome, content: bytes | None) -> None:
    answer = file(fake, repo_id, path)
    assert (answer.outcome, answer.content) == (outcome, content)


def test_a_commit_that_is_not_there_is_absent(fake: FakeHub) -> None:
    answer = file(fake, "acme/plain", "README.md", commit="cd" * 20)
    assert answer.outcome is Outcome.ABSENT
    assert "commit" in answer.detail


def test_a_token_nobody_knows_is_refused_with_advice(fake: FakeHub) -> None:
    answer = repo(fake, "acme/plain", TOKEN)
    assert answer.outcome is Outcome.REFUSED
    assert "hf auth login" in answer.detail


def test_a_deleted_repository_is_deleted_for_who_has_a_token(fake: FakeHub) -> None:
    fake.accounts.grant(TOKEN)
    assert repo(fake, "acme/nothing", TOKEN).outcome is Outcome.DELETED
