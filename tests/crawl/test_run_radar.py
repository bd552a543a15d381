"""Four real states of a part of the Hub, crawled one after another: `diff` tells what differs, exactly."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from hubaudit.hub import listing
from tests.audit.command import run
from tests.crawl.running import expected, last_walk, serve, state_of, told
from tests.fakehub import FakeHub, Window
from tests.fakehub.faults import cut, cut_gzip, empty, html200, reset, status
from tests.fakehub.records import load

if TYPE_CHECKING:
    from pathlib import Path

FAULTS = (cut(), cut_gzip(), empty(), html200(), reset(), status(429), status(500), status(503))


@pytest.fixture(autouse=True)
def _whole_pages(_small_pages: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGE_SIZE", 1000)


@pytest.mark.usefixtures("_no_waits")
@pytest.mark.parametrize("share", [0.0, 0.3], ids=["well", "30 percent faulty"])
def test_the_difference_of_two_crawls_is_that_of_the_files(shared: Path, home: Path, share: float) -> None:
    files = sorted((shared / "real" / "radar").glob("*.jsonl.zst"))
    recorded = [load([path]) for path in files]
    states, moments = [state_of(repos) for repos in recorded], []
    with FakeHub(quota={"api": Window(100_000)}) as hub:
        hub.faults.rate(share, 20261123, *FAULTS)
        for repos in recorded:
            serve(hub, repos)
            for _ in range(5):
                if (
                    run("crawl", "--full", "--kind", "model", "--metadata-only", "--endpoint", hub.url).code
                    == 0
                ):
                    break
            moments.append(last_walk(home / "hubaudit.duckdb"))
    assert len(set(moments)) == 4
    for before, after in combinations(range(4), 2):
        done = run("diff", moments[before], moments[after], "--format", "json")
        assert told(done.out) == expected(states, before, after)
