"""Records of repositories: outcomes, renames, and redirects that are not followed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

import httpx
import pytest
import respx

from hubaudit.model import Kind, Outcome
from tests.hub.helpers import HUB, TOKEN, Time, ask_repo

if TYPE_CHECKING:
    from pathlib import Path

API = f"{HUB}/api/models"


def record(repo_id: str = "a/b", **more: object) -> bytes:
    return json.dumps({"_id": "0" * 24, "id": repo_id, **more}).encode()


def redirect(location: str, status: int = 307) -> httpx.Response:
    return httpx.Response(status, headers={"Location": location}, text="Temporary Redirect.")


@respx.mock
def test_a_record_is_handed_over_byte_for_byte() -> None:
    body = b'{ "id" : "a/b",\n "gated": "manual", "disabled": true, "x": 1e400, "\\ud83d": "\xc3\xa9" }'
    respx.get(f"{API}/a/b").respond(200, content=body)
    answer = ask_repo(time=Time())
    assert (answer.kind, answer.asked_id, answer.repo_id) == (Kind.MODEL, "a/b", "a/b")
    assert (answer.outcome, answer.record, answer.detail) == (Outcome.FOUND, body, "")
    assert answer.url == f"{API}/a/b"
    assert answer.observed_at == datetime.fromtimestamp(Time().now, UTC)


@respx.mock
def test_a_request_is_honest_and_carries_the_token_only_if_there_is_one() -> None:
    route = respx.get(f"{API}/gpt2").respond(200, content=record("gpt2"))
    ask_repo("gpt2")
    ask_repo("gpt2", token=TOKEN)
    anonymous, known = (call.request.headers for call in route.calls)
    assert anonymous["User-Agent"].startswith("hubaudit/")
    assert anonymous["Accept-Encoding"] == "gzip"
    assert "Authorization" not in anonymous
    assert known["Authorization"] == f"Bearer {TOKEN}"


@respx.mock
def test_a_rename_is_followed_without_the_query_of_its_location() -> None:
    respx.get(f"{API}/Old/Name").mock(redirect("/api/models/old/name?expand=private#x"))
    respx.get(f"{API}/old/name").mock(redirect(f"{API}/new/name", 301))
    final = respx.get(f"{API}/new/name").respond(200, content=record("new/name"))
    answer = ask_repo("Old/Name", token=TOKEN)
    assert (answer.outcome, answer.asked_id, answer.repo_id) == (Outcome.FOUND, "Old/Name", "new/name")
    assert answer.url == f"{API}/new/name"
    assert final.calls.last.request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert final.calls.last.request.url.query == b""


@respx.mock
def test_a_rename_to_what_is_gone_is_gone() -> None:
    respx.get(f"{API}/a/b").mock(redirect("/api/models/c/d"))
    respx.get(f"{API}/c/d").respond(401, json={"error": "Invalid username or password."})
    answer = ask_repo()
    assert (answer.outcome, answer.repo_id, answer.record) == (Outcome.MISSING, None, None)


@respx.mock
@pytest.mark.parametrize(
    ("way", "reason"), [("abab", "circle"), ("aa", "circle"), ("abcd", "more than 2 redirects")]
)
def test_redirects_come_to_an_end(way: str, reason: str) -> None:
    for here, there in pairwise(way):
        respx.get(f"{API}/x/{here}").mock(redirect(f"/api/models/x/{there}"))
    answer = ask_repo("x/a")
    assert answer.outcome is Outcome.REFUSED
    assert reason in answer.detail


@respx.mock
@pytest.mark.parametrize(
    "location",
    [
        "https://evil.test/api/models/a/b",
        "https://hub.test:444/api/models/c/d",
        "http://hub.test/api/models/c/d",
        "https://me:pass@hub.test/api/models/c/d",
        "/login?next=x",
        "https://[broken",
        "",
    ],
)
def test_a_redirect_elsewhere_is_not_followed(location: str) -> None:
    respx.get(f"{API}/a/b").mock(redirect(location))
    answer = ask_repo(token=TOKEN)
    assert answer.outcome is Outcome.REFUSED
    assert len(respx.calls) == 1
    assert "pass" not in answer.detail


@respx.mock
@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_a_clear_answer_is_not_asked_for_twice(status: int) -> None:
    respx.get(f"{API}/a/b").respond(status)
    time = Time()
    assert ask_repo(time=time).outcome is not Outcome.UNREACHABLE
    assert (len(respx.calls), time.sleeps) == (1, [])


@respx.mock
@pytest.mark.parametrize(
    "repo_id",
    [
        "",
        "..",
        "a/..",
        "../b",
        "a/b/c",
        "a/b?x=1",
        "a/b#x",
        "a%2fb",
        "a b",
        "a/b\n",
        "a/\ud800",
        "https://x/y",
    ],
)
def test_what_is_no_id_is_not_sent(repo_id: str) -> None:
    answer = ask_repo(repo_id)
    assert answer.outcome is Outcome.REFUSED
    assert "not a repository's id" in answer.detail
    assert not respx.calls


@respx.mock
def test_a_cookie_is_not_kept() -> None:
    respx.get(f"{API}/a/b").mock(
        httpx.Response(307, headers={"Location": "/api/models/c/d", "Set-Cookie": "session=1; Path=/"})
    )
    route = respx.get(f"{API}/c/d").respond(200, content=record("c/d"))
    assert ask_repo().outcome is Outcome.FOUND
    assert "Cookie" not in route.calls.last.request.headers


@respx.mock
def test_a_netrc_file_adds_no_password(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = home / ".netrc"
    netrc.write_text("machine hub.test login me password secret")
    monkeypatch.setenv("NETRC", str(netrc))
    route = respx.get(f"{API}/a/b").respond(200, content=record())
    assert ask_repo().outcome is Outcome.FOUND
    assert "Authorization" not in route.calls.last.request.headers


@respx.mock
def test_the_token_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    respx.get(f"{API}/a/b").respond(401, text="Invalid credentials in Authorization header")
    answer = ask_repo(token=TOKEN)
    assert "hf auth login" in answer.detail
    assert TOKEN not in caplog.text + repr(answer)
