"""Walks against the fake Hub, and what they left on disk."""

from __future__ import annotations

import asyncio
import gzip
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hubaudit.crawl.cache import Mode, State, WalkFolder
from hubaudit.crawl.walk import Limits, Walked, walk
from hubaudit.hub.client import Hub
from hubaudit.model import Kind
from tests.fakehub import FakeHub, model
from tests.hub.helpers import Time

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from tests.fakehub import Repo
    from tests.fakehub.faults import Fault
    from tests.fakehub.messages import Reply, Request

SIZE = 5  # rows of a page in these tests


def models(count: int) -> list[Repo]:
    """Return models of which number 0 is the newest."""
    return [
        model(f"acme/m{n:03d}", createdAt=f"2026-08-{28 - n // 24:02d}T{23 - n % 24:02d}:00:00.000Z")
        for n in range(count)
    ]


def crawl(  # noqa: PLR0913 - a test names what it is about
    fake: FakeHub,
    cache: Path,
    mode: Mode = Mode.FULL,
    *,
    since: datetime | None = None,
    limits: Limits | None = None,
    token: str = "",
    kind: Kind = Kind.MODEL,
) -> Walked:
    """Run a walk to its end or limit, on a clock that only sleeping moves."""

    async def scenario() -> Walked:
        time = Time()
        async with Hub(fake.url, token, wait=time.wait, clock=time.clock) as hub:
            with WalkFolder.held(cache, kind) as folder:
                return await walk(hub, folder, mode, since=since, limits=limits)

    return asyncio.run(scenario())


def edited(change: Callable[[list[dict[str, Any]]], object]) -> Fault:
    """Make a fault that sends other rows than the Hub has."""

    def fault(_: Request, reply: Reply) -> Reply:
        packed = "Content-Encoding" in reply.headers
        rows = change(json.loads(gzip.decompress(reply.body) if packed else reply.body))
        body = json.dumps(rows).encode()
        return replace(reply, body=gzip.compress(body) if packed else body)

    return fault


def folder_of(cache: Path, kind: Kind = Kind.MODEL) -> WalkFolder:
    return WalkFolder(cache / "walks" / kind, kind)


def state_of(cache: Path, kind: Kind = Kind.MODEL) -> State:
    state = folder_of(cache, kind).state()
    assert state is not None
    return state


def pages_on_disk(cache: Path, kind: Kind = Kind.MODEL) -> list[dict[str, Any]]:
    """Return the pages that the walk counts."""
    folder = folder_of(cache, kind)
    pages = []
    for number, page in enumerate(folder.page_files(state_of(cache, kind)), 1):
        records = json.loads(folder.read(number))
        assert len(records) == page.records
        pages.append({"url": page.url, "observed_at": page.observed_at, "records": records})
    return pages


def rows_on_disk(cache: Path, kind: Kind = Kind.MODEL) -> list[dict[str, Any]]:
    return [row for page in pages_on_disk(cache, kind) for row in page["records"]]


def ids(rows: list[dict[str, Any]]) -> list[str]:
    return [row["id"] for row in rows]
