"""`hubaudit crawl --id` and `--owner`: a part of the Hub, without a walk over the whole list."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from hubaudit.store.file import opened
from tests.audit.command import Done, asked, run
from tests.crawl.running import log_of
from tests.fakehub import FakeHub, dataset, model
from tests.fakehub.faults import status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("_no_waits")


@pytest.fixture
def store(home: Path) -> Path:
    return home / "hubaudit.duckdb"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    repos = [
        *(model(f"acme/m{number}", license="mit", card=f"# Card {number}\n") for number in range(7)),
        model("other/m", license="mit", card="# Other\n", files={"COPYING": "Do.\n"}),
        model("acme-2/m", card="# Not of acme\n"),
        dataset("acme/d", card="# Data\n"),
        dataset("other/d", card="# More data\n"),
    ]
    with FakeHub(repos) as running:
        monkeypatch.setenv("HF_ENDPOINT", running.url)
        yield running


def ask(store: Path, sql: str) -> list[Any]:
    with opened(store) as con:
        return con.execute(sql).fetchall()


def seen(store: Path) -> set[tuple[str, str]]:
    return set(ask(store, "select repo_id, path from store.raw.text_seen"))


def is_usage_error(done: Done) -> bool:
    return done.code == 2 and done.out == "" and re.fullmatch(r"hubaudit: [^\n]+\n", done.err) is not None


def test_an_id_is_asked_for_with_its_files_and_nothing_else(hub: FakeHub, store: Path) -> None:
    done = run("crawl", "--id", "other/m", "--id", "Other/M", "--id", "https://huggingface.co/acme/m1")
    assert done == Done(0, "models: 2 asked for, 2 shown\nfiles: 3 read, 0 absent, 0 not shown\n", "")
    assert seen(store) == {("other/m", "README.md"), ("other/m", "COPYING"), ("acme/m1", "README.md")}
    assert len(asked(hub)) == 5
    assert [(row[0], row[1], row[3], row[5]) for row in log_of(store)] == [
        ("model", "acme/m1", "found", "detail"),
        ("model", "other/m", "found", "detail"),
    ]
    runs = "select kind, requests, records, watermark from store.raw.crawl order by crawl_id"
    assert ask(store, runs) == [("id", 2, 2, None), ("files", 3, 3, None)]
    assert run("crawl", "--id", "other/m").out.startswith("models: 1 asked for, 1 shown\nfiles: 0 read")
    assert len(log_of(store)) == 2, "nothing had changed"


def test_an_id_of_a_data_set(hub: FakeHub, store: Path) -> None:
    done = run("crawl", "--id", "other/d", "--kind", "dataset", "--metadata-only")
    assert done == Done(0, "datasets: 1 asked for, 1 shown\n", "")
    assert (seen(store), log_of(store)[0][:2]) == (set(), ("dataset", "other/d"))
    assert asked(hub) == ["/api/datasets/other/d"]


@pytest.mark.usefixtures("hub")
def test_an_unknown_id_says_what_the_hub_said_and_stops_no_other(store: Path) -> None:
    done = run("crawl", "--id", "acme/m1", "--id", "acme/nope")
    assert (done.code, done.out.splitlines()[0]) == (3, "models: 2 asked for, 1 shown")
    assert done.err == (
        "hubaudit: acme/nope: missing or private; the Hub tells which only to a client with a token that may"
        " see it\n"
    )
    assert ("acme/m1", "README.md") in seen(store)


def test_a_renamed_id_and_a_hub_that_does_not_answer(hub: FakeHub, store: Path) -> None:
    hub.catalogue.rename("acme/m1", "else/m1")
    hub.faults.add(status(503), path="/api/models/acme/m2")
    done = run("crawl", "--id", "acme/m1", "--id", "acme/m2")
    assert (done.code, done.err) == (3, "hubaudit: acme/m2: 127.0.0.1 answered 503\n")
    assert {(row[1], row[3]) for row in log_of(store)} == {("acme/m1", "renamed"), ("else/m1", "found")}
    assert seen(store) == {("else/m1", "README.md")}


@pytest.mark.usefixtures("hub")
def test_ids_that_a_limit_leaves_are_named(store: Path) -> None:
    done = run("crawl", "--id", "acme/m1", "--budget-minutes", "0")
    assert (done.code, done.out) == (3, "models: 1 asked for, 0 shown\n")
    assert done.err == "hubaudit: acme/m1: not asked for, the limit of 0 minutes is reached\n"
    assert not store.exists()


def test_an_owner_is_listed_with_cards_and_moves_no_watermark(hub: FakeHub, store: Path) -> None:
    done = run("crawl", "--owner", "acme")
    assert done.code == 0
    assert done.out.splitlines() == [
        "models of acme: 7 listed, 7 changed",
        "datasets of acme: 1 listed, 1 changed",
        "files: 8 read, 7 absent, 0 not shown",
    ]
    lists = [request for request in hub.requests if request.path == "/api/models"]
    assert len(lists) == 2, "short pages, and only a missing link ends the list"
    assert {dict(request.query)["author"] for request in lists} == {"acme"}
    assert {repo_id.split("/")[0] for repo_id, _ in seen(store)} == {"acme"}
    assert ask(store, "select distinct kind, outcome from store.raw.crawl order by all") == [
        ("files", "complete"), ("owner", "complete"),
    ]  # fmt: skip
    assert ask(store, "select * from store.raw.crawl where watermark is not null") == []
    assert "full walk, 9 listed, 2 changed, 0 gone" in run("crawl", "--kind", "model").out


def test_an_owners_list_declares_nothing_gone_and_disturbs_no_walk(hub: FakeHub, store: Path) -> None:
    run("crawl", "--kind", "model", "--metadata-only")
    hub.catalogue.remove("acme/m3")
    run("crawl", "--kind", "model", "--full", "--metadata-only", "--max-requests", "1")
    hub.catalogue.change("acme/m1", gated="auto")
    done = run("crawl", "--owner", "acme", "--owner", "other", "--kind", "model", "--metadata-only")
    assert done.out.splitlines() == [
        "models of acme: 6 listed, 1 changed",
        "models of other: 1 listed, 0 changed",
    ]
    assert ask(store, "select * from store.raw.repo_log where outcome <> 'found'") == []
    asked(hub)
    assert ", 1 gone" in run("crawl", "--kind", "model", "--metadata-only").out
    assert "cursor" in dict(hub.requests[0].query), "the walk goes on where it was"


@pytest.mark.usefixtures("hub")
def test_an_owner_of_nothing_may_be_a_typing_error() -> None:
    done = run("crawl", "--owner", "acmee", "--owner", "acme-2")
    assert done.code == 3
    assert done.err == "hubaudit: acmee: the Hub lists nothing of an owner of this name\n"
    assert "models of acme-2: 1 listed, 1 changed\n" in done.out


def test_an_owners_list_that_a_limit_cuts_is_not_finished(hub: FakeHub, store: Path) -> None:
    done = run("crawl", "--owner", "acme", "--kind", "model", "--max-requests", "1", "--metadata-only")
    assert (done.code, done.out) == (
        3, "models of acme: 4 listed, 4 changed, not finished: the limit of 1 requests is reached\n",
    )  # fmt: skip
    asked(hub)
    assert run("crawl", "--owner", "other", "--kind", "model", "--metadata-only").code == 0
    assert ask(store, "select count(*) from store.raw.repo_log where repo_id = 'other/m'") == [(1,)]


@pytest.mark.parametrize(
    "options",
    [
        ["--id", "a/b", "--owner", "a"], ["--id", "a/b", "--full"], ["--owner", "a", "--since", "2026-08-01"],
        ["--owner", "a", "--limit", "5"], ["--id", "a/b", "--kind", "model", "--kind", "dataset"],
        ["--id", "a/b/c"], ["--id", "datasets/a/b"], ["--owner", "a/b"], ["--owner", "\x1b[31m"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_options_that_exclude_each_other_and_what_names_nothing(hub: FakeHub, options: list[str]) -> None:
    assert is_usage_error(run("crawl", *options))
    assert hub.requests == []
