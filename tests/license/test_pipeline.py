"""License texts on their way into the store: identified once, kept, and read again by a newer identifier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from hubaudit.audit.licenses import identifier_version
from hubaudit.audit.options import Options
from hubaudit.audit.score import score
from tests.fakehub import FakeHub, model
from tests.license.texts import MIT, NO_WEAPONS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FILES = {
    "LICENSE": f"{MIT}\n{NO_WEAPONS}\n",
    "USE_POLICY.md": "You agree not to use Harbour to harass anybody.\n",
    "model.safetensors": "weights",
}


@pytest.fixture(scope="module")
def hub() -> Iterator[FakeHub]:
    repos = [
        model("acme/ship", license="mit", card="# Ship\n", files=_FILES),
        model("acme/boat", license="mit", card="# Boat\n", files=_FILES),
        model(
            "acme/raft",
            license="other",
            license_link="https://huggingface.co/acme/Ship/blob/main/LICENSE",
            files={"model.safetensors": "weights"},
        ),
    ]
    with FakeHub(repos) as running:
        yield running


def _rows(store: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(store)) as con:
        return con.execute(sql).fetchall()


def test_a_license_text_is_identified_once_and_kept(hub: FakeHub, tmp_path: Path) -> None:
    store = tmp_path / "store.duckdb"
    score(["acme/ship", "acme/boat"], Options(store, hub.url))
    texts = _rows(
        store, "select outcome, license_ids, is_modified, inserted from raw.license_text order by outcome"
    )
    assert texts == [
        ("modified", ["mit"], True, [NO_WEAPONS.removesuffix(".")]),
        ("unknown", [], False, []),
    ]
    assert _rows(store, "select restriction, quote from raw.license_clause order by quote") == [
        ("aup", "You agree not to use Harbour to harass anybody."),
        ("aup", NO_WEAPONS),
    ]
    assert _rows(store, "select distinct version from raw.license_text") == [(identifier_version(),)]


def test_a_newer_identifier_reads_the_store_s_texts_again(hub: FakeHub, tmp_path: Path) -> None:
    store = tmp_path / "store.duckdb"
    score(["acme/ship"], Options(store, hub.url))
    before = _rows(store, "from raw.license_text order by all")
    with duckdb.connect(str(store)) as con:
        con.execute("update raw.license_text set version = 'older', outcome = 'unknown', is_modified = false")
        con.execute("update raw.license_clause set version = 'older', quote = 'something else'")
        con.execute("delete from cache.answer")
    score(["acme/ship"], Options(store, hub.url, offline=True))
    assert _rows(store, "from raw.license_text order by all") == before
    assert _rows(store, "select count(*) from raw.license_clause where quote = 'something else'") == [(0,)]


def test_a_card_is_no_license_text(hub: FakeHub, tmp_path: Path) -> None:
    store = tmp_path / "store.duckdb"
    score(["acme/ship"], Options(store, hub.url))
    cards = "select blob from raw.text_seen where path = 'README.md'"
    assert _rows(store, f"select * from raw.license_text where blob in ({cards})") == []


def test_terms_in_another_repository_are_read_there_and_kept(hub: FakeHub, tmp_path: Path) -> None:
    store = tmp_path / "store.duckdb"
    for options in (Options(store, hub.url), Options(store, hub.url, offline=True)):
        (report,) = score(["acme/raft"], options).reports
        (link,) = [place for place in report.license.places if place.place == "link"]
        assert link.says == "mit, modified"
        assert (report.license.effective, report.license.level) == ("mit", 3)
        assert [ancestor.id for ancestor in report.lineage] == []
