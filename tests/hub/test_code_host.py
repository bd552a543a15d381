"""The code host's answers on one repository, its quota, and where its token goes."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import respx

from hubaudit.errors import UsageError
from hubaudit.hub.code_host import CodeHost
from hubaudit.hub.settings import code_host_from_environment, code_token_from_environment
from hubaudit.model import Outcome
from tests.fakecode import FakeCodeHost, repository
from tests.hub.helpers import TOKEN, Time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hubaudit.coded import CodeAnswer

API = "https://code.test"
RECORD = repository("Acme/Harbour", "Apache-2.0")


@pytest.fixture
def host() -> Iterator[FakeCodeHost]:
    with FakeCodeHost([RECORD, repository("acme/bare", None)]) as running:
        yield running


def ask(address: str, *names: str, token: str = "", known: CodeAnswer | None = None) -> list[CodeAnswer]:
    async def scenario() -> list[CodeAnswer]:
        async with CodeHost(address, token, wait=Time().wait) as host:
            return [await host.repo(name, known) for name in names]

    return asyncio.run(scenario())


def ask_one(address: str, name: str = "acme/harbour", **given: Any) -> CodeAnswer:
    (answer,) = ask(address, name, **given)
    return answer


def test_a_repository_is_found_with_its_license(host: FakeCodeHost) -> None:
    answer = ask_one(host.url)
    assert (answer.host, answer.repo, answer.outcome) == ("github.com", "acme/harbour", Outcome.FOUND)
    assert (answer.license, answer.is_archived, answer.is_fork, answer.renamed_to) == (
        *("Apache-2.0", False, False),
        None,
    )
    assert answer.url == f"{host.url}/repos/acme/harbour"
    assert host.asked == ["acme/harbour"]


@pytest.mark.parametrize(
    ("license_id", "told"), [(None, None), ("NOASSERTION", "NOASSERTION"), ("", None), ("a\nb", "a b")]
)
def test_what_is_said_of_a_license_is_told_as_it_is(
    host: FakeCodeHost, license_id: str | None, told: str | None
) -> None:
    host.repos["acme/harbour"] = repository("acme/harbour", license_id)
    assert ask_one(host.url).license == told


@pytest.mark.parametrize("license_field", ["MIT", [], 7, {"spdx_id": 7}, {"key": "mit"}])
def test_a_license_of_another_shape_is_none(host: FakeCodeHost, license_field: object) -> None:
    host.repos["acme/harbour"] = RECORD | {"license": license_field}
    assert ask_one(host.url).license is None


def test_an_archived_fork_is_told(host: FakeCodeHost) -> None:
    host.repos["acme/harbour"] = RECORD | {"archived": True, "fork": True}
    answer = ask_one(host.url)
    assert (answer.is_archived, answer.is_fork) == (True, True)


@pytest.mark.parametrize(
    ("status", "body", "outcome", "words"),
    [
        (404, {"message": "Not Found"}, Outcome.MISSING, "404 Not Found"),
        (410, {"message": "Gone"}, Outcome.MISSING, "410 Gone"),
        (451, {"message": "Unavailable due to DMCA takedown"}, Outcome.DISABLED, "DMCA takedown"),
        (
            403,
            {"message": "Repository access blocked", "block": {"reason": "tos"}},
            Outcome.DISABLED,
            "blocked",
        ),
        (403, {"message": "Resource not accessible"}, Outcome.REFUSED, "403 Resource not accessible"),
        (409, {"message": "Conflict"}, Outcome.REFUSED, "409 Conflict"),
        (400, {"message": ["x"]}, Outcome.REFUSED, "400"),
        (401, {"message": "Bad credentials"}, Outcome.UNREACHABLE, "unset GITHUB_TOKEN"),
        (403, {"message": "You have exceeded a secondary rate limit"}, Outcome.UNREACHABLE, "rate limit"),
        (500, {}, Outcome.UNREACHABLE, "answered 500"),
        (200, {"message": "maintenance"}, Outcome.UNREACHABLE, "without a repository's record"),
        (200, {"full_name": "a/b\n\x1b[2J"}, Outcome.UNREACHABLE, "without a repository's record"),
        (304, {}, Outcome.REFUSED, "304"),
    ],
)
def test_each_answer_has_its_outcome(
    host: FakeCodeHost, status: int, body: dict[str, Any], outcome: Outcome, words: str
) -> None:
    host.refused["acme/harbour"] = status, body
    answer = ask_one(host.url)
    assert answer.outcome is outcome
    assert words in answer.detail
    assert (answer.license, answer.etag, answer.renamed_to) == (None, None, None)


@pytest.mark.parametrize(("field", "outcome"), [("private", Outcome.MISSING), ("disabled", Outcome.DISABLED)])
def test_what_not_everybody_may_see_is_not_there(host: FakeCodeHost, field: str, outcome: Outcome) -> None:
    host.repos["acme/harbour"] = RECORD | {field: True}
    answer = ask_one(host.url, token=TOKEN)
    assert (answer.outcome, answer.license, answer.etag) == (outcome, None, None)


def test_a_host_that_is_away_could_not_be_looked_at() -> None:
    answer = ask_one("http://127.0.0.1:1")
    assert (answer.outcome, answer.license) == (Outcome.UNREACHABLE, None)
    assert "no connection to 127.0.0.1" in answer.detail


def test_a_renamed_repository_is_followed(host: FakeCodeHost) -> None:
    host.moved["old/name"] = "acme/harbour"
    answer = ask_one(host.url, "old/name")
    assert (answer.repo, answer.outcome, answer.license) == ("old/name", Outcome.FOUND, "Apache-2.0")
    assert answer.renamed_to == "Acme/Harbour"


def test_a_circle_of_redirects_ends(host: FakeCodeHost) -> None:
    host.moved |= {"a/b": "c/d", "c/d": "a/b"}
    answer = ask_one(host.url, "a/b")
    assert (answer.outcome, answer.detail) == (Outcome.REFUSED, "more than 2 redirects")


def test_what_has_not_changed_is_told_again_and_costs_nothing(host: FakeCodeHost) -> None:
    first = ask_one(host.url)
    assert first.etag
    before = host.left
    again = ask_one(host.url, known=first)
    assert host.left == before
    assert again.looked_at >= first.looked_at
    assert again.license == first.license
    assert host.requests[-1].headers["if-none-match"] == first.etag


def test_what_has_changed_is_told_anew(host: FakeCodeHost) -> None:
    first = ask_one(host.url)
    host.repos["acme/harbour"] = repository("acme/harbour", "MIT")
    again = ask_one(host.url, known=first)
    assert (again.license, again.etag != first.etag) == ("MIT", True)


def test_a_tag_that_no_header_may_hold_is_not_sent_again() -> None:
    with respx.mock:
        for tag in (b"\xe9", b"x" * 101, b""):
            answer = httpx.Response(200, json=repository("a/b"), headers=[(b"ETag", tag)])
            respx.get(f"{API}/repos/a/b").mock(answer)
            assert ask_one(API, "a/b").etag is None


def test_a_spent_quota_ends_the_asking_at_once(host: FakeCodeHost) -> None:
    host.left = 3
    answers = ask(host.url, *(f"acme/{number}" for number in range(9)))
    asked = len(host.asked)
    assert asked <= 3
    assert [answer.outcome for answer in answers[:asked]] == [Outcome.MISSING] * asked
    assert {answer.outcome for answer in answers[asked:]} == {Outcome.UNREACHABLE}
    assert "quota is spent for 30 min; with GITHUB_TOKEN it is larger" in answers[-1].detail


def test_a_quota_that_others_spent_is_no_answer(host: FakeCodeHost) -> None:
    host.left = 0
    first, second = ask(host.url, "acme/harbour", "acme/bare", token=TOKEN)
    assert {first.outcome, second.outcome} == {Outcome.UNREACHABLE}
    assert first.detail == second.detail == "the code host's quota is spent for 30 min"
    assert host.asked == ["acme/harbour"]


@pytest.mark.parametrize("status", [403, 429])
def test_retry_after_is_respected(status: int) -> None:
    with respx.mock:
        route = respx.get(f"{API}/repos/a/b").respond(status, headers={"Retry-After": "61"})
        answers = ask(API, "a/b", "a/b")
        assert [answer.outcome for answer in answers] == [Outcome.UNREACHABLE] * 2
        assert "spent for 2 min" in answers[0].detail
        assert route.call_count == 1


def test_the_token_goes_to_the_host_and_into_no_log(
    host: FakeCodeHost, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    host.moved["old/name"] = "acme/harbour"
    answer = ask_one(host.url, "old/name", token=TOKEN)
    assert [request.headers["authorization"] for request in host.requests] == [f"Bearer {TOKEN}"] * 2
    assert TOKEN not in caplog.text + repr(answer)


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.test/", "https://code.test:8443/", "http://code.test/", "https://x@code.test/"],
)
def test_a_redirect_to_another_origin_is_not_followed(elsewhere: str) -> None:
    with respx.mock(assert_all_called=False) as sent:
        sent.get(f"{API}/repos/a/b").respond(301, headers={"Location": f"{elsewhere}repositories/1"})
        sent.route(name="elsewhere").respond(json=RECORD)
        answer = ask_one(API, "a/b", token=TOKEN)
        assert not sent["elsewhere"].called
    assert answer.outcome is Outcome.REFUSED
    assert "not followed" in answer.detail


def test_no_token_of_the_hub_is_ever_sent(host: FakeCodeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    monkeypatch.setenv("HUBAUDIT_CODE_HOST", host.url)

    async def scenario() -> None:
        async with CodeHost() as asking:
            await asking.repo("acme/harbour")

    asyncio.run(scenario())
    assert [request.token for request in host.requests] == [None]


def test_the_environment_names_host_and_token(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (code_host_from_environment(), code_token_from_environment()) == ("https://api.github.com", None)
    monkeypatch.setenv("HUBAUDIT_CODE_HOST", "http://127.0.0.1:80/")
    monkeypatch.setenv("GITHUB_TOKEN", f" {TOKEN}\n")
    assert (code_host_from_environment(), code_token_from_environment()) == ("http://127.0.0.1:80", TOKEN)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HUBAUDIT_CODE_HOST", "ftp://x"),
        ("HUBAUDIT_CODE_HOST", "https://me:secret@x"),
        ("GITHUB_TOKEN", "sec ret"),
    ],
)
def test_bad_settings_are_named_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(UsageError, match=name) as error:
        CodeHost()
    assert value not in str(error.value)


def test_a_broken_connection_is_tried_again() -> None:
    with respx.mock:
        route = respx.get(f"{API}/repos/a/b")
        route.side_effect = [httpx.ReadError("gone"), httpx.Response(200, json=repository("a/b"))]
        assert ask_one(API, "a/b").outcome is Outcome.FOUND
