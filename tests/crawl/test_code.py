"""A crawl and the code that cards link: what is due is asked for, within limits, and the rest waits."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
from huggingface_hub import constants

from hubaudit.crawl import code
from hubaudit.store.file import opened
from tests.audit.command import Done, run
from tests.fakecode import FakeCodeHost, repository
from tests.fakehub import FakeHub, model
from tests.store.raw import ask

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LINKS = {
    "acme/a": "The [training code](https://github.com/acme/a-code) is public.",
    "acme/b": "The [training code](https://github.com/acme/b-code) is public.",
    "other/c": "Code for [data preparation](https://github.com/other/c-train) is public.",
    "acme/d": "Here is the [inference code](https://github.com/acme/d-code).",
    "acme/e": "From [OLMo](https://github.com/allenai/OLMo).",
    "acme/f": "We release our training code.\n\nSee [here](https://github.com/acme/f-code).",
}
DUE = ["acme/a-code", "acme/b-code", "acme/f-code", "allenai/olmo", "other/c-train"]


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FakeHub, Path]]:
    """Serve the models, with a store in which their cards were read."""
    repos = [model(name, license="mit", card=f"# Card\n\n{text}\n") for name, text in LINKS.items()]
    folder = tmp_path_factory.mktemp("read")
    store = folder / "store.duckdb"
    with FakeHub(repos) as hub, pytest.MonkeyPatch.context() as patch:
        patch.setattr(constants, "HF_HUB_DISABLE_IMPLICIT_TOKEN", True)  # read once a process
        patch.setenv("HUBAUDIT_CACHE", str(folder / "cache"))
        common = ("--db", str(store))
        assert run("crawl", "--kind", "model", *common, "--endpoint", hub.url, "--no-code-host").code == 0
        assert run("audit", *common).code == 0
        yield hub, store


@pytest.fixture
def host(hub: tuple[FakeHub, Path], home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeCodeHost]:
    running, store = hub
    shutil.copy(store, home / "hubaudit.duckdb")
    with FakeCodeHost([repository(name) for name in DUE[:4]]) as host:
        monkeypatch.setenv("HF_ENDPOINT", running.url)
        monkeypatch.setenv("HUBAUDIT_CODE_HOST", host.url)
        monkeypatch.delenv("HUBAUDIT_NO_CODE_HOST")
        yield host


def crawl(*more: str) -> Done:
    return run("crawl", "--kind", "model", *more)


def kept(home: Path) -> list[tuple[Any, ...]]:
    return ask(
        home / "hubaudit.duckdb", "select repo, outcome, license from store.raw.code_repo order by all"
    )


def test_linked_code_is_asked_for_once(host: FakeCodeHost, home: Path) -> None:
    done = crawl()
    assert done.code == 0
    assert "code: 4 found, 1 gone, 0 not shown\n" in done.out
    assert sorted(host.asked) == DUE
    assert kept(home) == [
        *((name, "found", "MIT") for name in DUE[:4]),
        (DUE[4], "missing-or-private", None),
    ]
    assert "code:" not in crawl().out
    assert host.asked == []


def test_an_audit_after_it_knows_the_licenses(host: FakeCodeHost, home: Path) -> None:
    assert host.asked == []
    crawl()
    run("audit")
    level = (
        "select level from audit.grid.cell where repo_id = 'acme/a' and component = 'data_processing_code'"
    )
    assert run("query", "--sql", level.replace("audit.", ""), "--format", "json").out.strip()
    with opened(home / "hubaudit.duckdb") as con:
        con.execute(f"attach '{home / 'hubaudit.audit.duckdb'}' as audit (read_only)")
        assert con.execute(level).fetchall() == [(4,)]


def test_the_oldest_look_comes_first_and_the_rest_waits(host: FakeCodeHost, home: Path) -> None:
    crawl()
    host.requests.clear()
    with opened(home / "hubaudit.duckdb", write=True) as con:
        con.execute("update store.raw.code_repo set looked_at = '2026-01-02' where repo <> 'acme/b-code'")
        con.execute("update store.raw.code_repo set looked_at = '2026-01-01' where repo = 'allenai/olmo'")
        con.execute("delete from store.raw.code_repo where repo = 'other/c-train'")
    host.left = 2
    done = crawl()
    assert done.code == 0
    assert host.asked[0] == "other/c-train"
    assert "wait for the next run: the code host's quota is spent for 30 min" in done.out


def test_a_look_of_a_week_ago_is_taken_again_by_its_etag(host: FakeCodeHost, home: Path) -> None:
    crawl()
    left = host.left
    with opened(home / "hubaudit.duckdb", write=True) as con:
        con.execute(
            "update store.raw.code_repo set looked_at = now() - interval 8 day where outcome = 'found'"
        )
    assert "code: 4 found, 0 gone, 0 not shown\n" in crawl().out
    assert host.left == left
    assert [name for name, *_ in kept(home)] == DUE


def test_a_host_that_is_away_keeps_nothing(
    host: FakeCodeHost, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUBAUDIT_CODE_HOST", "http://127.0.0.1:1")
    done = crawl()
    assert done.code == 0
    assert (
        "code: 0 found, 0 gone, 0 not shown; 5 wait for the next run: no connection to 127.0.0.1" in done.out
    )
    assert (host.asked, kept(home)) == ([], [])


def test_one_repository_that_fails_holds_up_no_other(host: FakeCodeHost, home: Path) -> None:
    host.refused["acme/a-code"] = 403, {"message": "You have exceeded a secondary rate limit"}
    done = crawl()
    assert "code: 3 found, 1 gone, 0 not shown; 1 wait for the next run: 403 You have exceeded" in done.out
    assert [name for name, *_ in kept(home)] == DUE[1:]


@pytest.mark.parametrize(("option", "value"), [("--id", "acme/a"), ("--owner", "other")])
def test_a_part_of_the_list_has_its_own_code(host: FakeCodeHost, option: str, value: str) -> None:
    run("crawl", "--kind", "model", option, value)
    assert host.asked == {"--id": ["acme/a-code"], "--owner": ["other/c-train"]}[option]


@pytest.mark.parametrize("option", ["--no-code-host", "--metadata-only"])
def test_nobody_is_asked_when_told_so(host: FakeCodeHost, option: str) -> None:
    assert "code:" not in crawl(option).out
    assert host.asked == []


def test_requests_to_the_code_host_count_for_the_limit(
    host: FakeCodeHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code, "_PORTION", 1)
    done = crawl("--max-requests", "3")  # one of them for the list, in which nothing is new
    assert len(host.asked) == 2
    assert "3 wait for the next run: the limit of 3 requests is reached" in done.out


def test_the_run_is_written_down(host: FakeCodeHost, home: Path) -> None:
    crawl()
    runs = ask(
        home / "hubaudit.duckdb",
        "select requests, records, outcome, watermark from store.raw.crawl where kind = 'code'",
    )
    assert runs == [(len(host.requests), 5, "complete", None)]
