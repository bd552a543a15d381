"""Four real states of a part of the Hub, served and walked: what is on disk is what was served."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from hubaudit.crawl.cache import Mode
from hubaudit.crawl.walk import End
from hubaudit.hub import listing
from tests.crawl.helpers import crawl, rows_on_disk, state_of
from tests.fakehub import FakeHub
from tests.fakehub.clock import seconds
from tests.fakehub.faults import cut, html200, reset, status
from tests.fakehub.records import load

if TYPE_CHECKING:
    from pathlib import Path

STATES = ["2026-08-19T0936", "2026-08-19T1400", "2026-08-19T2200", "2026-08-20T0600"]


@pytest.fixture(autouse=True)
def _whole_pages(_small_pages: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGE_SIZE", 1000)


@pytest.mark.parametrize("state", STATES)
def test_a_real_list_arrives_whole(shared: Path, cache: Path, state: str) -> None:
    recorded = load([shared / "real" / "radar" / f"{state}.jsonl.zst"])
    with FakeHub(recorded) as fake:
        fake.faults.rate(0.3, 1, cut(), html200(), reset(), status(503))
        while crawl(fake, cache).end is not End.DONE:
            pass
    assert state_of(cache).records == len(recorded)
    served = {repo.record["_id"]: dict(repo.record) for repo in recorded}
    assert {row["_id"]: row for row in rows_on_disk(cache)} == served


def test_a_real_delta_holds_all_that_changed(shared: Path, cache: Path) -> None:
    recorded = load([shared / "real" / "radar" / f"{STATES[-1]}.jsonl.zst"])
    since = datetime(2026, 8, 19, 9, 36, tzinfo=UTC)
    with FakeHub(recorded) as fake:
        assert crawl(fake, cache, Mode.DELTA, since=since).end is End.DONE
    changed = {repo.id for repo in recorded if seconds(repo.record["lastModified"]) >= since.timestamp()}
    assert changed
    assert changed <= {row["id"] for row in rows_on_disk(cache)}
    assert state_of(cache).records < len(recorded)
