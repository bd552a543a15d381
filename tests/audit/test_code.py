"""`hubaudit score` and the code that cards link: asked for at its host, kept, and not asked for again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from hubaudit.store.file import opened
from tests.audit.command import Done, run
from tests.fakecode import FakeCodeHost, repository
from tests.fakehub import FakeHub, model
from tests.store.raw import ask

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHIP = "acme/ship"
REPOS = (
    model(
        SHIP,
        license="mit",
        card="# Ship\n\nThe [training code](https://github.com/Acme/Harbour) is public.\n",
        files={"model.safetensors": "w"},
    ),
    model("acme/boat", license="mit", card="# Boat\n", files={"model.safetensors": "w"}),
)


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeCodeHost]:
    with FakeHub(REPOS) as hub, FakeCodeHost([repository("acme/harbour", "Apache-2.0")]) as host:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        monkeypatch.setenv("HUBAUDIT_CODE_HOST", host.url)
        monkeypatch.delenv("HUBAUDIT_NO_CODE_HOST")
        yield host


def cell(done: Done) -> tuple[int, list[str]]:
    found: dict[str, Any] = done.json["grid"]["data_processing_code"]
    return found["level"], [each["detail"] for each in found["evidence"]]


def score(*more: str) -> Done:
    return run("score", SHIP, "--format", "json", *more)


def kept(home: Path) -> list[tuple[Any, ...]]:
    store = home / "hubaudit.duckdb"
    return ask(store, "select repo, outcome, license from store.raw.code_repo order by all")


def test_the_license_comes_from_the_code_host(host: FakeCodeHost, home: Path) -> None:
    done = score()
    assert (done.code, done.err) == (0, "")
    assert cell(done) == (4, ["github.com/acme/harbour, license Apache-2.0"])
    assert host.asked == ["acme/harbour"]
    assert kept(home) == [("acme/harbour", "found", "Apache-2.0")]


def test_a_fresh_answer_is_not_asked_for_again(host: FakeCodeHost, home: Path) -> None:
    score()
    host.requests.clear()
    with opened(home / "hubaudit.duckdb", write=True) as con:
        con.execute("delete from store.cache.answer")  # made again from what was kept
    assert cell(score())[0] == 4
    assert host.asked == []


def test_an_old_answer_is_asked_for_by_its_etag(host: FakeCodeHost, home: Path) -> None:
    score()
    left = host.left
    assert cell(score("--refresh")) == (4, ["github.com/acme/harbour, license Apache-2.0"])
    assert host.left == left
    host.repos["acme/harbour"] = repository("acme/harbour", None)
    assert cell(score("--refresh")) == (3, ["github.com/acme/harbour, no license that github.com knows"])
    assert kept(home) == [("acme/harbour", "found", None)]


def test_code_that_is_gone_is_no_code(host: FakeCodeHost) -> None:
    host.repos.clear()
    assert cell(score()) == (1, ["github.com/acme/harbour, not to be found at github.com"])


def test_a_spent_quota_is_told_and_nothing_is_kept(host: FakeCodeHost, home: Path) -> None:
    host.left = 0
    done = score()
    assert done.code == 0
    assert "the license of 1 linked code repositories was not looked at: the code host's quota" in done.err
    assert cell(done) == (3, ["github.com/acme/harbour, license not looked at"])
    assert kept(home) == []
    host.left = 60
    assert cell(score())[0] == 4, "what was not looked at is looked at the next time"


def test_an_older_answer_stands_where_the_host_cannot_be_asked(host: FakeCodeHost) -> None:
    score()
    host.left = 0
    done = score("--refresh")
    assert (cell(done)[0], done.err) == (4, "")


@pytest.mark.parametrize("option", ["--no-code-host", "--offline"])
def test_nobody_is_asked_when_told_so(host: FakeCodeHost, option: str) -> None:
    score("--no-code-host")
    assert cell(score(option)) == (3, ["github.com/acme/harbour, license not looked at"])
    assert host.asked == []
    assert cell(score())[0] == 4


def test_the_environment_can_tell_it_as_well(host: FakeCodeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBAUDIT_NO_CODE_HOST", "1")
    assert cell(score())[0] == 3
    assert host.asked == []


def test_nobody_is_asked_where_no_code_is_linked(host: FakeCodeHost) -> None:
    run("score", "acme/boat")
    assert host.asked == []


def test_a_bad_address_is_a_usage_error(host: FakeCodeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBAUDIT_CODE_HOST", "ftp://code.example")
    done = score()
    assert (done.code, "HUBAUDIT_CODE_HOST" in done.err) == (2, True)
    assert host.asked == []


def test_the_token_of_the_code_host_never_reaches_the_hub(
    host: FakeCodeHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "ghp_secret")
    done = score()
    assert [request.token for request in host.requests] == ["ghp_secret"]
    assert "ghp_secret" not in done.out + done.err
