"""Small pages, an empty cache, and a fake Hub of 23 models: five pages."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import pytest

from hubaudit.crawl import run
from hubaudit.hub import listing
from hubaudit.hub.client import Hub
from tests.crawl.helpers import SIZE, models
from tests.fakehub import FakeHub

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGE_SIZE", SIZE)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def fake() -> Iterator[FakeHub]:
    with FakeHub(models(23)) as hub:
        yield hub


@pytest.fixture
def _no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a crawl try again at once, and find each window of the quota over when it comes back."""

    async def at_once(_: float) -> None:
        await asyncio.sleep(0)

    monkeypatch.setattr(run, "Hub", partial(Hub, wait=at_once))
