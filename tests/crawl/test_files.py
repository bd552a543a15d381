"""Cards and license files of a crawl: read once a commit, in order, within limits, whatever goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from hubaudit.crawl import batches
from hubaudit.store.file import opened
from tests.audit.command import Done, asked, run
from tests.fakehub import FakeHub, Window, dataset, model
from tests.fakehub.faults import cut, cut_gzip, empty, html200, reset, status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.fakehub.quota import Bucket

pytestmark = pytest.mark.usefixtures("_no_waits")
TERMS = "You may look at it.\n"
WIDE: dict[Bucket, Window] = {"api": Window(100_000), "resolvers": Window(100_000)}


def repos() -> list[Any]:
    """Make a Hub on which every kind of answer to a file occurs."""
    return [
        model("acme/card", license="mit", card="# Card\n", files={"LICENSE": "MIT License\n"}),
        model("acme/custom", license="other", license_name="own", card="# O\n", files={"LICENSE.md": TERMS}),
        model("acme/linked", license="other", license_link="TERMS", card="# L\n", files={"TERMS": TERMS}),
        model("acme/bare", card=None),
        model("acme/gated", license="mit", gated="auto", card="# Gated\n"),
        model("acme/off", license="mit", disabled=True, card="# Off\n"),
        model("acme/huge", card="x" * (10 * 2**20 + 1)),
        dataset("acme/data", license="cc-by-4.0", card="# Data\n", files={"LICENSE": "not asked for"}),
    ]  # fmt: skip


@pytest.fixture
def store(home: Path) -> Path:
    return home / "hubaudit.duckdb"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    with FakeHub(repos(), quota=WIDE) as running:
        monkeypatch.setenv("HF_ENDPOINT", running.url)
        yield running


def ask(store: Path, sql: str) -> list[Any]:
    with opened(store) as con:
        return con.execute(sql).fetchall()


def seen(store: Path) -> dict[tuple[str, str], str]:
    """Return how each look at a file ended."""
    rows = ask(store, "select repo_id, path, outcome from store.raw.text_seen order by observed_at")
    assert len(rows) == len({(repo_id, path) for repo_id, path, _ in rows})
    return {(repo_id, path): outcome for repo_id, path, outcome in rows}


def files_line(done: Done) -> str:
    return done.out.splitlines()[-1]


def files_asked(hub: FakeHub) -> list[str]:
    return [path for path in asked(hub) if "/resolve" in path]


ALL = {
    ("acme/card", "README.md"): "found",
    ("acme/card", "LICENSE"): "found",
    ("acme/custom", "README.md"): "found",
    ("acme/custom", "LICENSE"): "absent",
    ("acme/custom", "LICENSE.md"): "found",
    ("acme/custom", "LICENSE.txt"): "absent",
    ("acme/linked", "README.md"): "found",
    ("acme/linked", "LICENSE"): "absent",
    ("acme/linked", "LICENSE.md"): "absent",
    ("acme/linked", "LICENSE.txt"): "absent",
    ("acme/linked", "TERMS"): "found",
    ("acme/bare", "README.md"): "absent",
    ("acme/huge", "README.md"): "too-large",
    ("acme/data", "README.md"): "found",
}


def test_what_can_be_read_is_read_once(hub: FakeHub, store: Path) -> None:
    done = run("crawl")
    assert (done.code, files_line(done)) == (0, "files: 7 read, 6 absent, 1 not shown")
    assert seen(store) == ALL
    assert len(files_asked(hub)) == len(ALL)
    assert ask(store, "select count(*), count(distinct text) from store.raw.text") == [(6, 6)], "TERMS once"
    assert ask(store, "select * from store.raw.mention") == [], "an audit reads them"
    again = run("crawl", "--full")
    assert (again.code, files_line(again)) == (0, "files: 0 read, 0 absent, 0 not shown")
    assert files_asked(hub) == []


def test_a_new_commit_is_read_and_another_change_is_not(hub: FakeHub, store: Path) -> None:
    run("crawl")
    asked(hub)
    hub.catalogue.push(model("acme/card", license="mit", card="# Newer\n"))
    hub.catalogue.change("acme/bare", gated="auto")
    assert files_line(run("crawl", "--full")) == "files: 1 read, 1 absent, 0 not shown"
    assert len(files_asked(hub)) == 2
    sql = "select text from store.raw.text_seen join store.raw.text using (blob) where repo_id = 'acme/card'"
    assert ("---\nlicense: mit\n---\n# Newer\n",) in ask(store, sql)


def test_metadata_only_asks_for_no_file(hub: FakeHub, store: Path) -> None:
    assert "files" not in run("crawl", "--metadata-only").out
    assert (files_asked(hub), seen(store)) == ([], {})


def test_a_score_reads_the_cards_that_a_crawl_brought(hub: FakeHub) -> None:
    hub.catalogue.put(model("acme/claims", license="mit", card="This is an open source model.\n"))
    run("crawl", "--kind", "model")
    asked(hub)
    claims = run("score", "acme/claims", "--offline", "--format", "json").json["model"]["claims"]
    assert "card-text" in {claim["kind"] for claim in claims}
    assert asked(hub) == []


def test_files_have_a_run_of_their_own(hub: FakeHub, store: Path) -> None:
    run("crawl")
    total = len(asked(hub))
    runs = (
        "select kind, repo_kind, records, outcome, watermark is null from store.raw.crawl order by crawl_id"
    )
    assert ask(store, runs) == [
        ("full", "model", 7, "complete", False),
        ("full", "dataset", 1, "complete", False),
        ("files", None, len(ALL), "complete", True),
    ]
    assert ask(store, "select sum(requests) from store.raw.crawl") == [(total,)]
    run("crawl")
    assert len(ask(store, "select * from store.raw.crawl where kind = 'files'")) == 1, "nothing was asked"


def test_files_that_a_limit_leaves_wait_for_the_next_run(hub: FakeHub, store: Path) -> None:
    first = run("crawl", "--kind", "model", "--max-requests", "4")
    assert first.code == 0, "the list is complete"
    assert files_line(first) == (
        "files: 1 read, 1 absent, 0 not shown; 7 wait for the next run: the limit of 4 requests is reached"
    )
    assert len(hub.requests) == 4
    assert ask(store, "select records, outcome from store.raw.crawl where kind = 'files'") == [
        (2, "incomplete")
    ]
    late = run("crawl", "--kind", "model", "--budget-minutes", "0")
    assert late.code == 3, "this list is not"
    assert run("crawl").code == 0
    assert seen(store) == ALL


def test_an_unfinished_list_ends_with_3_though_its_files_are_read(hub: FakeHub, store: Path) -> None:
    hub.catalogue.put(*(model(f"acme/more{number}") for number in range(9)))
    done = run("crawl", "--kind", "model", "--limit", "5")
    assert (done.code, done.out.count("\n")) == (3, 2)
    assert len({repo_id for repo_id, _ in seen(store)}) <= 5


def test_what_the_network_swallows_is_asked_again(hub: FakeHub, store: Path) -> None:
    hub.faults.add(status(503), path="*acme/card*README.md")
    done = run("crawl")
    assert (done.code, files_line(done)) == (
        0, "files: 6 read, 6 absent, 1 not shown; 1 wait for the next run: 127.0.0.1 answered 503",
    )  # fmt: skip
    assert ("acme/card", "README.md") not in seen(store)
    hub.faults.clear()
    asked(hub)
    assert files_line(run("crawl")) == "files: 1 read, 0 absent, 0 not shown"
    assert len(files_asked(hub)) == 1
    assert seen(store) == ALL


def test_a_hub_that_goes_silent_is_left_alone(
    hub: FakeHub, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "_SILENCE", 3)
    monkeypatch.setattr(batches, "_AT_ONCE", 1)
    hub.faults.add(status(500), path="*/resolve*")
    done = run("crawl", "--kind", "model")
    assert (done.code, files_line(done)) == (
        0, "files: 0 read, 0 absent, 0 not shown; 9 wait for the next run: 127.0.0.1 answered 500",
    )  # fmt: skip
    assert len(set(files_asked(hub))) == 3
    assert seen(store) == {}
    hub.faults.clear()
    run("crawl")
    assert seen(store) == ALL


def test_a_third_of_the_answers_faulty_changes_no_text(hub: FakeHub, store: Path) -> None:
    run("crawl", "--metadata-only")
    faults = cut(), cut_gzip(), empty(), html200(), reset(), status(429), status(500), status(503)
    hub.faults.rate(1 / 3, 20261124, *faults)
    lines = [files_line(run("crawl")) for _ in range(2)]
    hub.faults.clear()
    lines.append(files_line(run("crawl")))
    assert "wait" not in lines[-1]
    texts = ask(store, "select text from store.raw.text order by all")
    store.unlink()
    run("crawl", "--full")
    assert texts == ask(store, "select text from store.raw.text order by all")
    assert seen(store) == ALL


def test_the_most_loaded_come_first_and_before_them_what_changed(hub: FakeHub, store: Path) -> None:
    run("crawl", "--kind", "model", "--metadata-only")
    with opened(store, write=True) as con:
        con.execute("update store.raw.crawl set watermark = '2030-01-01'")  # the next walk is a delta
        counted = (
            "select kind, coalesce(hub_id, lower(repo_id)), now(), length(repo_id), 0 from store.raw.repo_log"
        )
        con.execute(f"insert into store.raw.popularity {counted}")
    hub.catalogue.push(model("acme/bare", card="# Card at last\n"))
    asked(hub)
    run("crawl", "--kind", "model", "--max-requests", "1000")
    order = list(dict.fromkeys("/".join(path.split("/")[4:6]) for path in files_asked(hub)))
    assert order.index("acme/bare") == 0
    assert set(order) == {"acme/bare", "acme/custom", "acme/linked", "acme/card", "acme/huge"}
