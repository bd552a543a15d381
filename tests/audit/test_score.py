"""Where answers come from: the store while it is fresh, the Hub, what is at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from hubaudit.crawl.run import Options as CrawlOptions
from hubaudit.crawl.run import crawl
from hubaudit.model import Kind
from hubaudit.store.file import default_path
from hubaudit.text.version import reading_version
from hubaudit.warehouse.reference import patterns
from tests.audit.command import Done, asked, run
from tests.fakehub import model
from tests.fakehub.faults import status

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakehub import FakeHub

DEAD = "http://127.0.0.1:1"


def score(*arguments: str) -> Done:
    return run("score", "--format", "json", *arguments)


def report(*arguments: str, code: int = 0) -> Any:
    done = score(*arguments)
    assert done.code == code, done.err
    return done.json


def grow_old(hours: int) -> None:
    """Make the store's last checks look so much older."""
    with duckdb.connect(default_path()) as con:
        con.execute(f"update raw.repo_check set checked_at = checked_at - interval {hours} hour")


def test_each_thing_is_asked_for_once(hub: FakeHub) -> None:
    found = report("acme/top")
    paths = asked(hub)
    assert len(paths) == len(set(paths))
    assert {path.removeprefix("/api/") for path in paths if "resolve" not in path} == {
        "models/acme/top", "models/acme/left", "models/acme/right", "models/acme/root", "datasets/acme/data"
    }  # fmt: skip
    assert sum(path.endswith("/README.md") for path in paths) == 5
    assert sum(path.endswith("/LICENSE") for path in paths) == 1
    assert len(paths) == 11
    assert {each["id"] for each in found["lineage"]} == {"acme/left", "acme/right", "acme/root"}


def test_a_fresh_store_asks_nothing_of_the_hub(hub: FakeHub) -> None:
    first = report("acme/top")
    asked(hub)
    second = report("acme/top")
    assert asked(hub) == []
    assert (first["model"].pop("source"), second["model"].pop("source")) == ("hub", "store")
    assert second == first


def test_a_part_of_what_is_stored_asks_nothing_either(hub: FakeHub) -> None:
    report("acme/top")
    asked(hub)
    assert report("acme/right")["model"]["source"] == "store"
    assert report("acme/root")["model"]["source"] == "store"
    assert asked(hub) == []


def test_refresh_asks_for_everything_again(hub: FakeHub) -> None:
    report("acme/top")
    before = set(asked(hub))
    assert report("acme/top", "--refresh")["model"]["source"] == "hub"
    assert set(asked(hub)) == before


@pytest.mark.parametrize(
    ("hours", "arguments", "asks"),
    [(23, [], False), (25, [], True), (25, ["--max-age", "2d"], False), (2, ["--max-age", "90m"], True)],
)
def test_the_store_answers_up_to_max_age(
    hub: FakeHub, hours: int, arguments: list[str], *, asks: bool
) -> None:
    report("acme/alone")
    asked(hub)
    grow_old(hours)
    assert report("acme/alone", *arguments)["model"]["source"] == ("hub" if asks else "store")
    assert bool(asked(hub)) is asks


def test_one_stale_ancestor_is_asked_for_again(hub: FakeHub) -> None:
    report("acme/top")
    asked(hub)
    with duckdb.connect(default_path()) as con:
        con.execute(
            "update raw.repo_check set checked_at = checked_at - interval 2 day where repo_key = 'acme/root'"
        )
    report("acme/top")
    assert {path for path in asked(hub) if "resolve" not in path} == {"/api/models/acme/root"}


def test_what_changed_on_the_hub_shows_after_a_refresh(hub: FakeHub) -> None:
    assert report("acme/top")["grid"]["weights"]["level"] == 4
    hub.catalogue.push(model("acme/root", license="cc-by-nc-4.0", card="# Root\n\nNew terms.\n"))
    assert report("acme/top")["grid"]["weights"]["level"] == 4
    assert report("acme/top", "--refresh")["grid"]["weights"]["level"] < 4
    assert report("acme/top", "--offline")["grid"]["weights"]["level"] < 4
    (log,) = duckdb.connect(default_path()).execute(
        "select count(*) from raw.repo_log where repo_id = 'acme/root'"
    ).fetchall()  # fmt: skip
    assert log == (2,)


def test_a_looser_license_is_told_with_the_one_before(hub: FakeHub) -> None:
    for license_id in ("cc-by-nc-4.0", "mit"):
        hub.catalogue.push(model("acme/alone", license=license_id, card="# Alone\n"))
        found = report("acme/alone", "--refresh")
    (loosened,) = [each for each in found["findings"] if each["rule"] == "license-loosened"]
    assert "cc-by-nc-4.0 (level 2)" in loosened["evidence"]
    assert "mit (level 4)" in loosened["evidence"]
    again = report("acme/alone", "--offline")
    assert again["findings"] == found["findings"]
    with duckdb.connect(default_path()) as con:
        twice = con.execute("select count(*), count(distinct (path, commit)) from raw.text_seen").fetchone()
    assert twice == (2, 2)


def test_each_place_of_a_license_is_told(hub: FakeHub) -> None:
    license_ = report("acme/right")["model"]["license"]
    assert asked(hub)
    assert [(each["place"], each["source"]) for each in license_["places"]] == [
        ("file", "LICENSE"),
        ("tag", "mit"),
    ]
    text, tag = license_["places"]
    assert (tag["id"], tag["spdx"], tag["level"], tag["verdict"]) == ("mit", "MIT", 4, None)
    assert (text["id"], text["level"]) == (None, None)
    assert text["verdict"] in {"unread", "unverified"}
    assert text["url"].endswith("/LICENSE")


def test_offline_asks_nothing_and_says_so(hub: FakeHub) -> None:
    assert score("acme/alone", "--offline").code == 3
    report("acme/alone")
    asked(hub)
    grow_old(24 * 365)
    assert report("acme/alone", "--offline")["model"]["source"] == "store"
    assert asked(hub) == []


@pytest.mark.usefixtures("hub")
def test_an_answer_given_offline_is_not_called_the_hubs() -> None:
    report("acme/top")
    assert report("acme/left", "--offline")["model"]["source"] == "store"


def test_a_dead_network_falls_back_on_an_old_store(hub: FakeHub) -> None:
    report("acme/alone")
    asked(hub)
    grow_old(24 * 30)
    found = report("acme/alone", "--endpoint", DEAD, code=0)
    assert found["model"]["source"] == "store"
    assert any("could not be reached" in note for note in found["notes"])


def test_a_dead_network_without_a_store(hub: FakeHub) -> None:
    done = score("acme/alone", "--endpoint", DEAD)
    assert (done.code, done.out) == (3, "")
    assert done.err.count("\n") == 1
    assert "acme/alone: the Hub could not be reached" in done.err
    assert hub.requests == []


def test_an_ancestor_that_cannot_be_reached_leaves_the_answer_incomplete(
    hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hubaudit.hub.wire._back_off", lambda _: 0)
    hub.faults.add(status(500), path="/api/models/acme/root")
    found = report("acme/top", code=3)
    assert found["grid"]["weights"]["status"] == "unjudged"
    assert found["notes"]
    hub.faults.clear()
    asked(hub)
    assert report("acme/top")["grid"]["weights"]["level"] == 4
    assert {path for path in asked(hub) if "resolve" not in path} == {"/api/models/acme/root"}


def test_a_renamed_model_is_found_by_both_names(hub: FakeHub) -> None:
    found = report("old/name")
    assert (found["model"]["id"], found["model"]["asked_id"]) == ("New-Owner/Renamed", "old/name")
    asked(hub)
    again = report("old/name")
    assert (again["model"]["id"], again["model"]["source"]) == ("New-Owner/Renamed", "store")
    assert report("new-owner/renamed")["model"]["id"] == "New-Owner/Renamed"
    assert asked(hub) == []


def test_letter_case_does_not_matter(hub: FakeHub) -> None:
    assert report("ACME/Top")["model"]["id"] == "acme/top"
    asked(hub)
    assert report("acme/TOP")["model"]["source"] == "store"
    assert asked(hub) == []


def test_two_names_of_one_base_do_not_double_it(hub: FakeHub) -> None:
    hub.catalogue.put(
        model("acme/both", license="mit", card="x", base_model=["old/name", "New-Owner/Renamed"])
    )
    found = report("acme/both")
    assert [each["id"] for each in found["lineage"]] == ["New-Owner/Renamed"]


def test_a_gate_is_evidence_and_a_granted_token_opens_it(
    hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    shut = report("acme/gated")
    assert shut["grid"]["weights"]["level"] < 4
    assert all(claim["kind"] != "card-text" for claim in shut["model"]["claims"])
    monkeypatch.setenv("HF_TOKEN", "hf_mayNotRead")
    assert report("acme/gated", "--refresh")["grid"] == shut["grid"]
    monkeypatch.setenv("HF_TOKEN", "hf_mayRead")
    opened = report("acme/gated", "--refresh")
    assert [claim["kind"] for claim in opened["model"]["claims"]].count("card-text") == 1
    assert [seen.status for seen in hub.requests if seen.path.endswith("README.md")][-1] == 200


@pytest.mark.usefixtures("hub")
def test_a_private_model_is_shown_to_its_owner_only(monkeypatch: pytest.MonkeyPatch) -> None:
    done = score("acme/secret")
    assert (done.code, done.out) == (3, "")
    assert "acme/secret: the Hub does not show this model" in done.err
    monkeypatch.setenv("HF_TOKEN", "hf_mayRead")
    assert report("acme/secret", "--refresh")["model"]["id"] == "acme/secret"


@pytest.mark.usefixtures("hub")
def test_a_wrong_token_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_expired")
    done = score("acme/alone")
    assert (done.code, done.out) == (3, "")
    assert "acme/alone" in done.err
    assert "hf_expired" not in done.err


@pytest.mark.usefixtures("hub")
def test_a_disabled_model_is_reported_by_what_is_left_of_it() -> None:
    done = score("acme/off")
    assert done.code in {0, 3}
    assert done.out or done.err.count("\n") == 1


@pytest.mark.usefixtures("hub")
def test_typing_errors_are_met_with_near_ids() -> None:
    report("acme/alone")
    done = score("acme/alonee", "acme/alome")
    assert (done.code, done.json["models"]) == (3, [])
    first, second = done.err.splitlines()
    assert "acme/alonee" in first
    assert "acme/alome" in second
    assert all("Did you mean acme/alone?" in line for line in (first, second))


@pytest.mark.usefixtures("hub")
def test_a_missing_model_does_not_hide_the_others() -> None:
    done = score("acme/alone", "no/such-thing", "bare")
    assert done.code == 3
    assert [each["model"]["id"] for each in done.json["models"]] == ["acme/alone", "bare"]
    assert done.err.count("\n") == 1
    assert "no/such-thing: the Hub does not show this model" in done.err


@pytest.mark.usefixtures("hub")
def test_several_models_come_in_the_order_asked() -> None:
    report("acme/root")
    found = report("acme/top", "acme/root", "bare", "acme/top")
    assert [each["model"]["id"] for each in found["models"]] == ["acme/top", "acme/root", "bare"]


@pytest.mark.usefixtures("hub")
def test_a_store_in_use_costs_only_the_keeping() -> None:
    with duckdb.connect(default_path()):
        done = score("acme/alone")
    assert done.json["model"]["source"] == "hub"
    assert done.code == 0
    assert done.err.count("\n") >= 1
    assert "Traceback" not in done.err
    assert str(default_path()) in done.err


@pytest.mark.usefixtures("hub")
def test_a_broken_store_does_not_stop_an_answer() -> None:
    default_path().write_bytes(b"this is no database " * 1000)
    done = score("acme/alone")
    assert done.json["model"]["source"] == "hub"
    assert "not a valid DuckDB database" in done.err
    assert default_path().read_bytes().startswith(b"this is no database")


@pytest.mark.usefixtures("hub")
def test_texts_read_with_older_patterns_are_read_again_and_kept() -> None:
    before = report("acme/alone")
    with duckdb.connect(default_path()) as con:
        for table in ("text_scan", "mention", "link"):
            con.execute(f"update raw.{table} set version = 'older'")
        con.execute("delete from cache.answer")
    assert report("acme/alone", "--offline")["grid"] == before["grid"]
    with duckdb.connect(default_path()) as con:
        assert con.execute("select distinct version from raw.text_scan").fetchall() == [
            (reading_version(patterns()),)
        ]
        assert con.execute("select count(*) from raw.mention where version = 'older'").fetchall() == [(0,)]


def test_a_crawled_row_is_no_whole_record(hub: FakeHub, tmp_path: Path) -> None:
    crawl(CrawlOptions(default_path(), tmp_path, hub.url, kinds=[Kind.MODEL]))
    asked_before = len(hub.requests)
    assert report("acme/alone")["model"]["source"] == "hub"
    assert len(hub.requests) > asked_before
    assert report("acme/alone", "--offline")["model"]["source"] == "store"
