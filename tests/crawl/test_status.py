"""`hubaudit status`: how the store stands, whether it is whole, and a copy of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from hubaudit.crawl import lists
from hubaudit.store.file import opened, published
from tests.audit.command import run
from tests.fakehub import FakeHub, dataset, model
from tests.fakehub.faults import status as answers
from tests.store.raw import raw_tables
from tests.store.test_file import held

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("_no_waits")
LAWS = {
    "texts-match-their-name": "update store.raw.text set text = 'another'",
    "looks-have-their-text": "delete from store.raw.text",
    "changes-have-their-run": "delete from store.raw.crawl",
    "found-records-are-kept": "update store.raw.repo_log set record = null",
    "complete-runs-have-ended": "update store.raw.crawl set finished_at = null",
    "counters-stand-once": "insert into store.raw.popularity select 'model', 'x', now(), 1, 1 from range(2)",
    "findings-end-after-they-began": (
        "insert into store.raw.finding"
        " values ('r', 'a/b', 'a/b', 'e', null, [], '2026-01-02', '2026-01-01', null)"
    ),
}


@pytest.fixture
def store(home: Path) -> Path:
    return home / "hubaudit.duckdb"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    repos = [model("acme/m", license="mit", card="# M"), model("acme/n"), dataset("acme/d", card="# D")]
    with FakeHub(repos) as running:
        monkeypatch.setenv("HF_ENDPOINT", running.url)
        yield running


def broken(checked: str) -> list[str]:
    return [line for line in checked.splitlines() if line.startswith("broken\t")]


def test_without_a_store_it_says_how_one_comes_about(store: Path) -> None:
    assert run("status").out == "There is no store yet: `hubaudit crawl` makes one.\n"
    assert run("status", "--check").code == 2
    assert not store.exists()
    assert run("status", "--format", "json").json["store"] is None


def test_what_was_read_and_what_is_due(hub: FakeHub, store: Path) -> None:
    assert run("crawl", "--metadata-only").code == 0
    told = run("status", "--format", "json").json
    assert told["schema_version"] == 1
    assert told["store"]["path"] == str(store)
    assert told["store"]["changes"] == 3
    assert told["store"]["published_bytes"] > 0
    models, datasets = told["lists"]
    # README.md of each, and LICENSE of the one that has a license
    assert (models["kind"], models["shown"], models["waiting_files"]) == ("model", 2, 3)
    assert (datasets["kind"], datasets["shown"], datasets["waiting_files"]) == ("dataset", 1, 1)
    due = datetime.fromisoformat(models["next_full_walk"]) - datetime.fromisoformat(models["complete_to"])
    assert due == lists.FULL_EVERY
    newest, oldest = told["runs"]
    assert (oldest["crawl_id"], oldest["kind"], oldest["records"]) == (1, "full", 2)
    assert (newest["crawl_id"], newest["repo_kind"], newest["outcome"]) == (2, "dataset", "complete")

    assert run("crawl").code == 0
    told = run("status", "--format", "json").json
    assert [each["waiting_files"] for each in told["lists"]] == [0, 0]
    assert told["store"]["texts"] == 2
    assert hub.requests


def test_a_walk_left_half_way(hub: FakeHub) -> None:
    hub.faults.add(answers(500), path="/api/models")
    assert run("crawl", "--kind", "model").code == 3
    (models, _) = run("status", "--format", "json").json["lists"]
    assert models["unfinished_walk"] == {"mode": "full", "pages": 0, "records": 0}
    assert models["complete_to"] is None
    assert "full walk after 0 pages" in run("status").out


def test_a_full_walk_is_due_after_seven_days(hub: FakeHub, store: Path) -> None:
    assert run("crawl", "--metadata-only").code == 0
    with opened(store, write=True) as con:
        con.execute("update store.raw.crawl set watermark = ?", [datetime.now(UTC) - timedelta(days=8)])
    assert hub.requests
    assert run("status", "--format", "json").json["lists"][0]["next_full_walk"] is None


@pytest.mark.usefixtures("hub")
def test_it_does_not_wait_for_a_writer(store: Path, offline_env: dict[str, str]) -> None:
    assert run("crawl").code == 0
    writer = held(store, "write", offline_env)
    try:
        done = run("status")
        assert done.code == 0
        assert done.err.count("reading its copy") == 1
        assert run("status", "--check").code == 3
    finally:
        writer.communicate("")


@pytest.mark.usefixtures("hub")
def test_a_whole_store_is_found_whole(store: Path) -> None:
    assert run("crawl").code == 0
    done = run("status", "--check")
    assert done.code == 0
    assert broken(done.out) == []
    assert done.out.count("ok\tstore: ") == done.out.count("ok\tcopy: ") == len(LAWS) + 2
    assert done.out.count("ok\tcache: ") == 2
    assert {each["state"] for each in run("status", "--check", "--format", "json").json["rows"]} == {"ok"}
    assert store.exists()


@pytest.mark.usefixtures("hub")
@pytest.mark.parametrize("law", LAWS)
def test_a_broken_law_is_found(store: Path, law: str) -> None:
    assert run("crawl").code == 0
    with opened(store, write=True) as con:
        con.execute(LAWS[law])
    done = run("status", "--check")
    assert done.code == 3
    assert broken(done.out)
    assert all(line.startswith("broken\tstore: ") for line in broken(done.out))
    assert "hubaudit import" in done.err


@pytest.mark.usefixtures("hub")
def test_damage_is_found_and_named(store: Path, home: Path) -> None:
    assert run("crawl").code == 0
    published(store).write_bytes(b"no database")
    content = bytearray(store.read_bytes())
    for place in range(3 * 4096 + 256 * 1024, len(content), 256 * 1024):
        content[place] ^= 255
    store.write_bytes(content)
    (page,) = (home / "cache" / "walks" / "model").glob("page-*.zst")
    page.write_bytes(page.read_bytes()[:-5])
    done = run("status", "--check")
    assert done.code == 3
    assert [line.split("\t")[1] for line in broken(done.out)] == [
        "store: every table can be read",
        "copy: every table can be read",
        "cache: the pages of the last walk over models can be read",
    ]
    assert "Traceback" not in done.err


@pytest.mark.usefixtures("hub")
def test_a_backup(store: Path, tmp_path: Path) -> None:
    assert run("crawl").code == 0
    target = tmp_path / "backup.duckdb"
    assert run("status", "--backup", str(target)).out.startswith(f"{target}: a copy of {store}, ")
    assert raw_tables(target) == raw_tables(store)
    assert run("status", "--backup", str(target)).code == 2
    assert run("status", "--backup", str(target), "--check").code == 2


def test_every_law_is_broken_by_a_test() -> None:
    from hubaudit.warehouse.queries import queries_folder  # noqa: PLC0415 - for this test alone

    assert {path.stem for path in (queries_folder() / "check").glob("*.sql")} == LAWS.keys()


def test_a_probe_tells_what_the_hub_is(hub: FakeHub, store: Path) -> None:
    told = run("status", "--probe", "--format", "json").json
    assert {"verdict", "question", "seen"} == set(told["columns"])
    verdicts = [row["verdict"] for row in told["rows"]]
    assert len(verdicts) > 20
    assert verdicts.count("holds") > verdicts.count("does not hold")
    assert 0 < len(hub.requests) <= 25
    assert not store.exists()
    assert run("status", "--probe", "--check").code == 2


def test_a_probe_of_no_hub_tells_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")  # nobody listens on port 9
    done = run("status", "--probe", "--format", "json")
    assert {row["verdict"] for row in done.json["rows"]} == {"could not tell"}
