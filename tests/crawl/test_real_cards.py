"""Part of the Hub of 2022, crawled with cards and imported from its file: the two stores tell the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import zstandard

from hubaudit.hub import listing
from tests.audit.command import run
from tests.crawl.twins import COMPARED, differences
from tests.fakehub import FakeHub, Window
from tests.fakehub.records import load

if TYPE_CHECKING:
    from pathlib import Path

EVERY = 120  # one of so many models


@pytest.mark.usefixtures("_no_waits")
def test_a_crawl_with_cards_tells_what_an_import_tells(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE_SIZE", 100)
    dump, crawled, imported = (tmp_path / name for name in ("hub.jsonl", "crawled", "imported"))
    with zstandard.open(shared / "real" / "hub_2022-02-21.jsonl.zst", "rt", encoding="utf-8") as lines:
        dump.write_text("".join(list(lines)[::EVERY]), "utf-8")
    with FakeHub(load([dump]), quota={"api": Window(10**6), "resolvers": Window(10**6)}) as hub:
        done = run("crawl", "--kind", "model", "--endpoint", hub.url, "--db", str(crawled))
    assert (done.code, done.err) == (0, "")
    assert run("import", str(dump), "--date", "2022-02-21", "--db", str(imported)).code == 0
    told = differences(crawled, imported)
    assert {name: (ours, theirs) for name, (_, ours, theirs) in told.items()} == dict.fromkeys(
        COMPARED, ([], [])
    )
    assert min(alike for alike, _, _ in told.values()) > 100
