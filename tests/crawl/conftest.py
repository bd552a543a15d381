"""Small pages, an empty cache, and a fake Hub of 23 models: five pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hubaudit.hub import listing
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
