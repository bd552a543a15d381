"""A clock that only sleeping moves, and one call each for a record and a file."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from hubaudit.hub.client import Hub
from hubaudit.model import Kind

if TYPE_CHECKING:
    from hubaudit.model import FileAnswer, RepoAnswer

HUB = "https://hub.test"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
TOKEN = "hf_aSecretThatNobodyElseMaySee"  # noqa: S105 -- invented for the tests
CACHED = f"{HUB}/api/resolve-cache/models/a/b/{COMMIT}/README.md"
PUBLIC = f"{HUB}/a/b/resolve/{COMMIT}/README.md"


class Time:
    """Hands out `wait` and `clock` for a Hub; remembers every sleep, in seconds."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0  # 2027-01-15 08:00:00 UTC
        self.sleeps: list[float] = []

    async def wait(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)

    def clock(self) -> float:
        return self.now


def ask_repo(
    repo_id: str = "a/b", *, endpoint: str = HUB, token: str = "", time: Time | None = None
) -> RepoAnswer:
    async def scenario() -> RepoAnswer:
        moment = time or Time()
        async with Hub(endpoint, token, wait=moment.wait, clock=moment.clock) as hub:
            return await hub.repo(Kind.MODEL, repo_id)

    return asyncio.run(scenario())


def ask_file(
    path: str = "README.md",
    *,
    repo_id: str = "a/b",
    commit: str = COMMIT,
    endpoint: str = HUB,
    token: str = "",
) -> FileAnswer:
    async def scenario() -> FileAnswer:
        moment = Time()
        async with Hub(endpoint, token, wait=moment.wait, clock=moment.clock) as hub:
            return await hub.file(Kind.MODEL, repo_id, commit, path)

    return asyncio.run(scenario())
