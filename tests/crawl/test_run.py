"""`hubaudit crawl` night after night: which walk is due, what it logs, and where it stops."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from hubaudit.crawl import lists
from hubaudit.store.file import opened
from tests.audit.command import Done, run
from tests.crawl.helpers import edited, models
from tests.crawl.running import log_of, told
from tests.fakehub import FakeHub, Window, dataset, fields, model
from tests.fakehub.faults import reset, status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("_no_waits")


@pytest.fixture
def store(home: Path) -> Path:
    return home / "hubaudit.duckdb"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    with FakeHub(models(12), quota={"api": Window(100_000)}) as running:
        monkeypatch.setenv("HF_ENDPOINT", running.url)
        yield running


def crawl(*options: str) -> Done:
    return run("crawl", "--kind", "model", "--metadata-only", *options)


def changes(before: int, after: int) -> set[Any]:
    return told(run("diff", f"crawl:{before}", f"crawl:{after}", "--format", "json").out)


def ask(store: Path, sql: str) -> list[Any]:
    with opened(store) as con:
        return con.execute(sql).fetchall()


def test_the_first_run_walks_all_and_the_next_what_changed(hub: FakeHub) -> None:
    hub.catalogue.put(dataset("acme/d"))
    assert run("crawl", "--metadata-only").out.splitlines() == [
        "models: full walk, 12 listed, 12 changed, 0 gone",
        "datasets: full walk, 1 listed, 1 changed, 0 gone",
    ]
    hub.catalogue.push(model("acme/m007", license="mit"))
    assert crawl() == Done(0, "models: delta walk, 10 listed, 1 changed, 0 gone\n", "")
    assert {change[:2] for change in changes(1, 3) if change[0].startswith("acme/m")} == {
        ("acme/m007", "license"), ("acme/m007", "sha"),
    }  # fmt: skip


def test_a_full_walk_is_due_after_seven_days(hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    crawl()
    assert len(hub.requests) == 3
    assert "delta" in crawl().out
    monkeypatch.setattr(lists, "FULL_EVERY", timedelta(0))
    assert "full" in crawl().out


def test_what_a_delta_cannot_see_the_full_walk_finds(hub: FakeHub) -> None:
    crawl()
    hub.catalogue.change("acme/m009", gated="manual")
    hub.catalogue.rename("acme/m011", "else/m011")
    hub.catalogue.remove("acme/m010")
    assert "0 changed, 0 gone" in crawl().out
    assert crawl("--full").out == "models: full walk, 11 listed, 2 changed, 1 gone\n"
    assert changes(2, 3) == {
        ("acme/m009", "gated", "false", "manual"),
        ("else/m011", "renamed", "acme/m011", "else/m011"),
        ("acme/m010", "gone", "acme/m010", None),
    }
    assert crawl("--full").out == "models: full walk, 11 listed, 0 changed, 0 gone\n"


def test_gone_and_returned(hub: FakeHub) -> None:
    crawl()
    repo = hub.catalogue.get("acme/m005")
    hub.catalogue.remove("acme/m005")
    crawl("--full")
    hub.catalogue.put(repo)
    crawl("--full")
    assert changes(1, 2) == {("acme/m005", "gone", "acme/m005", None)}
    assert changes(2, 3) == {("acme/m005", "returned", None, "acme/m005")}
    assert changes(1, 3) == set()


def test_another_repository_under_the_same_id(hub: FakeHub, store: Path) -> None:
    crawl()
    given = {"_id": "f" * 24, "license": "mit", "createdAt": "2026-08-28T12:30:00.000Z"}
    hub.catalogue.put(model("acme/m005", **given))
    assert crawl("--full").out == "models: full walk, 12 listed, 1 changed, 1 gone\n"
    hub.requests.clear()
    assert crawl("--full").out == "models: full walk, 12 listed, 0 changed, 0 gone\n"
    assert {seen.path for seen in hub.requests} == {"/api/models"}, "nobody need be asked"
    assert changes(1, 2) == {
        ("acme/m005", "gone", "acme/m005", None),
        ("acme/m005", "added", None, "acme/m005"),
    }
    last = "select arg_max(hub_id, observed_at) from store.raw.repo_log where repo_id = 'acme/m005'"
    assert ask(store, last) == [("f" * 24,)]


def test_a_name_that_was_left_and_taken_leads_nowhere_else(hub: FakeHub, store: Path) -> None:
    crawl()
    hub.catalogue.rename("acme/m005", "else/m005")
    hub.catalogue.put(model("acme/m005", createdAt="2026-08-28T12:30:00.000Z", _id="f" * 24))
    crawl("--full")
    assert changes(1, 2) == {
        ("else/m005", "renamed", "acme/m005", "else/m005"),
        ("acme/m005", "added", None, "acme/m005"),
    }
    assert ask(store, "select * from store.raw.repo_log where outcome = 'renamed'") == []


def test_a_repository_that_the_list_skips_is_not_gone(hub: FakeHub) -> None:
    crawl()
    hub.faults.add(edited(lambda rows: [row for row in rows if row["id"] != "acme/m004"]), path="/api/models")
    assert crawl("--full").out == "models: full walk, 11 listed, 0 changed, 0 gone\n"
    assert hub.requests[-1].path == "/api/models/acme/m004"


def test_what_cannot_be_asked_for_is_asked_by_the_next_run(hub: FakeHub) -> None:
    crawl()
    hub.catalogue.remove("acme/m004")
    hub.faults.add(reset(), path="/api/models/*")
    done = crawl("--full")
    assert done.code == 3
    assert "0 gone, not finished: " in done.out
    hub.faults.clear()
    hub.requests.clear()
    assert crawl().out.splitlines()[0] == "models: full walk, 11 listed, 0 changed, 1 gone"
    assert hub.requests[0].path == "/api/models/acme/m004", "the list was read"


@pytest.mark.parametrize("limit", [("--limit", "5"), ("--max-requests", "1"), ("--budget-minutes", "0")])
@pytest.mark.usefixtures("hub")
def test_a_limit_ends_the_run_and_the_next_one_goes_on(store: Path, limit: tuple[str, str]) -> None:
    first = crawl(*limit)
    assert (first.code, first.err) == (3, "")
    assert first.out.endswith("is reached; run it again to go on\n")
    listed = len(log_of(store))
    assert listed in {0, 5}
    assert crawl().out == f"models: full walk, 12 listed, {12 - listed} changed, 0 gone\n"
    runs = ask(store, "select crawl_id, outcome, records from store.raw.crawl")
    assert runs == [(1, "complete", 12)]


def test_a_limit_of_records_is_of_each_list(hub: FakeHub) -> None:
    hub.catalogue.put(*(dataset(f"acme/d{number}") for number in range(7)))
    done = run("crawl", "--limit", "5", "--metadata-only")
    assert done.code == 3
    assert [line.split(",")[1] for line in done.out.splitlines()] == [" 5 listed", " 5 listed"]


def test_since_reads_from_that_date_and_leaves_no_gap(hub: FakeHub, store: Path) -> None:
    hub.requests.clear()
    assert (
        crawl("--since", "2026-08-28T21:30:00").out == "models: delta walk, 10 listed, 10 changed, 0 gone\n"
    )
    assert ask(store, "select watermark from store.raw.crawl") == [(None,)], (
        "nothing vouches for what was before"
    )
    assert "full walk" in crawl().out
    assert "delta walk, 10 listed, 0 changed" in crawl("--since", "2026-08-28T21:30:00").out
    kept = ask(store, "select crawl_id from store.raw.crawl where watermark is not null")
    assert kept == [(2,), (3,)]


@pytest.mark.usefixtures("hub")
def test_since_after_the_last_run_does_not_hide_what_lies_between(store: Path) -> None:
    crawl()
    crawl("--since", (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S"))
    assert ask(store, "select crawl_id from store.raw.crawl where watermark is not null") == [(1,)]


@pytest.mark.usefixtures("hub")
def test_a_walk_that_gives_way_to_another_loses_no_page(store: Path) -> None:
    crawl("--max-requests", "2")
    store.unlink()
    assert crawl("--since", "2026-08-29T00:00:00").out.startswith("models: delta walk, 5 listed, 0 changed")
    assert len(log_of(store)) == 10


def test_a_hub_that_dies_is_one_line_and_the_next_run_goes_on(hub: FakeHub, store: Path) -> None:
    hub.faults.add(status(503), when=lambda request: request.param("cursor") is not None)
    done = crawl()
    assert (done.code, done.out.count("\n"), done.err) == (3, 1, "")
    assert "5 listed, 5 changed, 0 gone, not finished: 127.0.0.1 answered 503" in done.out
    hub.faults.clear()
    assert crawl().out == "models: full walk, 12 listed, 7 changed, 0 gone\n"
    assert len(log_of(store)) == 12


def test_a_hub_that_was_never_there_leaves_no_row(hub: FakeHub, store: Path) -> None:
    hub.faults.add(status(503))
    done = crawl()
    assert (done.code, done.out.count("\n")) == (3, 1)
    assert log_of(store) == []


def test_an_expired_cursor_and_a_refused_field(hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.faults.add(status(410), times=1, when=lambda request: request.param("cursor") is not None)
    known = [name for name in fields.EXPAND["model"] if name != "gguf"]
    monkeypatch.setattr(fields, "EXPAND", {**fields.EXPAND, "model": known})
    assert crawl() == Done(
        0, "models: full walk, 12 listed, 12 changed, 0 gone; the Hub refuses these fields now: gguf\n", ""
    )


@pytest.mark.parametrize("field", ["gated", "tags", "disabled", "sha"])
def test_a_field_that_the_hub_no_longer_tells_has_not_changed(hub: FakeHub, field: str) -> None:
    hub.catalogue.put(model("acme/m003", license="mit", gated="auto", createdAt="2026-08-28T20:00:00.000Z"))
    crawl()
    hub.faults.add(edited(lambda rows: [{k: v for k, v in row.items() if k != field} for row in rows]))
    crawl("--full")
    assert changes(1, 2) == set()


def test_odd_records_are_kept_and_stop_nothing(hub: FakeHub, store: Path) -> None:
    odd: list[dict[str, Any]] = [
        {},
        {"id": None},
        {"id": 5},
        {"_id": "x"},
        {"id": ["x"], "_id": 7},
        {"id": ""},
    ]
    fine = [
        {"id": "acme/no-key"},
        {"id": "acme/odd", "_id": "k", "tags": {"no": "list"}, "gated": [1], "sha": 5},
        {"id": "acme/half", "_id": "h", "cardData": "\ud800"},
        {"id": "acme/nul\0", "_id": "n"},
    ]
    hub.faults.add(edited(lambda rows: [*rows, *odd, *fine, *fine]))
    for changed in (16, 0):
        assert f", {changed} changed, 0 gone" in crawl("--full").out
    kept = ask(store, "select distinct record::varchar from store.raw.odd_record order by all")
    assert len(kept) == len(odd)
    hub.faults.clear()
    assert ", 12 listed, 0 changed, 3 gone" in crawl("--full").out, "the id with a NUL cannot be asked for"


def test_score_after_crawl_and_crawl_after_score(hub: FakeHub, store: Path) -> None:
    hub.catalogue.put(model("acme/m001", license="mit", card="# Card\n", files={"model.safetensors": "x"},
                            createdAt="2026-08-28T22:00:00.000Z"))  # fmt: skip
    crawl()
    offline = run("score", "acme/m001", "--offline", "--format", "json").json
    assert (offline["model"]["license"]["tag"], offline["model"]["source"]) == ("mit", "store")
    assert offline["signature"] == "4/?/-/-/?"
    run("score", "acme/m002", "--refresh")
    before = log_of(store)
    assert "0 changed" in crawl("--full").out
    assert log_of(store) == before


def test_a_crawl_keeps_the_list_of_files(hub: FakeHub) -> None:
    run("score", "acme/m002")
    before = run("score", "acme/m002", "--offline", "--format", "json").json["grid"]
    hub.catalogue.change("acme/m002", gated="auto")
    assert "12 listed, 12 changed" in crawl("--full").out
    after = run("score", "acme/m002", "--offline", "--format", "json").json["grid"]
    assert after["weights"]["level"] is not None
    assert [cell for cell in after if after[cell]["status"] != before[cell]["status"]] == []
