"""What is tried again, how often, and after which waits."""

from __future__ import annotations

import asyncio

import httpx
import pytest
import respx

from hubaudit.hub.client import Hub
from hubaudit.model import Kind, Outcome
from tests.hub.helpers import HUB, Time, ask_repo

URL = f"{HUB}/api/models/a/b"
FOUND = httpx.Response(200, json={"id": "a/b"})


@respx.mock
@pytest.mark.parametrize("status", [204, 206, 408, 429, 500, 502, 503, 504, 520, 529])
def test_a_passing_failure_is_tried_six_times(status: int) -> None:
    respx.get(URL).respond(status)
    time = Time()
    answer = ask_repo(time=time)
    assert answer.outcome is Outcome.UNREACHABLE
    assert str(status) in answer.detail
    assert len(respx.calls) == 6
    assert [low <= sleep <= low + 1 for low, sleep in zip((0.5, 1, 2, 4, 8), time.sleeps, strict=True)] == [
        True
    ] * 5


@respx.mock
def test_the_waits_have_jitter() -> None:
    respx.get(URL).respond(500)
    first, second = Time(), Time()
    ask_repo(time=first)
    ask_repo(time=second)
    assert first.sleeps != second.sleeps


@respx.mock
@pytest.mark.parametrize(
    "body",
    [
        b"<html>Maintenance</html>",
        b"",
        b'{"id": "a/b"',
        b"[]",
        b"null",
        b'{"_id": "x"}',
        b'{"id": 1}',
        b'{"id": "../x"}',
        b'{"id": "a/b\\u0000"}',
        b'{"id": "a/b", "x": "\xff"}',
        '{"id": "a/b"}'.encode("utf-16"),
        b'{"id": "a/b", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"id": "a/b", "x": ' + b"1" * 5000 + b"}",
    ],
)
def test_nonsense_with_status_200_is_tried_again(body: bytes) -> None:
    respx.get(URL).mock(side_effect=[httpx.Response(200, content=body), FOUND])
    assert ask_repo().outcome is Outcome.FOUND
    assert len(respx.calls) == 2


@respx.mock
def test_lasting_nonsense_is_unreachable() -> None:
    respx.get(URL).respond(200, html="<h1>Maintenance</h1>")
    answer = ask_repo()
    assert (answer.outcome, answer.record, answer.repo_id) == (Outcome.UNREACHABLE, None, None)
    assert "maintenance page" in answer.detail


@respx.mock
@pytest.mark.parametrize(
    ("error", "tries"),
    [
        (httpx.ConnectError("[Errno -2] Name or service not known"), 3),
        (httpx.ConnectTimeout(""), 2),
        (httpx.ProxyError("502 Bad Gateway"), 3),
        (httpx.ReadTimeout(""), 3),
        (httpx.ReadError("reset"), 6),
        (httpx.RemoteProtocolError("peer closed connection"), 6),
        (httpx.WriteError("reset"), 6),
    ],
)
def test_a_connection_that_fails_is_worth_a_few_tries(error: httpx.TransportError, tries: int) -> None:
    respx.get(URL).mock(side_effect=error)
    answer = ask_repo()
    assert answer.outcome is Outcome.UNREACHABLE
    assert "hub.test" in answer.detail
    assert len(respx.calls) == tries


@respx.mock
def test_a_dead_network_is_noticed_soon() -> None:
    respx.get(URL).mock(side_effect=httpx.ConnectError("no route to host"))
    time = Time()
    ask_repo(time=time)
    assert 0 < sum(time.sleeps) < 1.5


@respx.mock
@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "30", "RateLimit": '"api";r=0;t=200'}, 30),
        ({"Retry-After": "Fri, 15 Jan 2027 08:00:42 GMT"}, 42),
        ({"RateLimit": '"api";r=0;t=200'}, 200),
        ({"RateLimit": '"api";r=7;t=200'}, 200),
    ],
)
def test_a_429_is_waited_out_as_it_says(headers: dict[str, str], seconds: float) -> None:
    respx.get(URL).mock(side_effect=[httpx.Response(429, headers=headers), FOUND])
    time = Time()
    assert ask_repo(time=time).outcome is Outcome.FOUND
    assert len([sleep for sleep in time.sleeps if sleep]) == 1
    assert seconds + 1 <= max(time.sleeps) <= seconds + 2


@respx.mock
def test_a_quota_that_stays_spent_ends_after_two_windows() -> None:
    respx.get(URL).respond(429, headers={"RateLimit": '"api";r=0;t=300'})
    time = Time()
    answer = ask_repo(time=time)
    assert answer.outcome is Outcome.UNREACHABLE
    assert "429" in answer.detail
    assert sum(time.sleeps) < 610


@respx.mock
def test_a_429_that_asks_for_too_much_patience_ends_at_once() -> None:
    respx.get(URL).respond(429, headers={"Retry-After": "86400"})
    time = Time()
    answer = ask_repo(time=time)
    assert answer.outcome is Outcome.UNREACHABLE
    assert "asks to wait 86400 s" in answer.detail
    assert sum(time.sleeps) == 0


@respx.mock
def test_a_429_does_not_pass_on_the_address_of_who_asked() -> None:
    respx.get(URL).respond(429, text="We had to rate limit your IP (192.0.2.7).")
    assert "192.0.2.7" not in ask_repo().detail


@respx.mock
def test_answers_of_every_kind_feed_the_quota() -> None:
    respx.get(URL).respond(404, headers={"RateLimit": '"api";r=0;t=77', "X-Error-Code": "RepoNotFound"})
    time = Time()

    async def scenario() -> tuple[Outcome, Outcome]:
        async with Hub(HUB, "", wait=time.wait, clock=time.clock) as hub:
            first = await hub.repo(Kind.MODEL, "a/b")
            assert hub.quota.pause("api") == 77
            second = await hub.repo(Kind.MODEL, "a/b")
            assert hub.requests == 2
            return first.outcome, second.outcome

    assert asyncio.run(scenario()) == (Outcome.DELETED, Outcome.DELETED)
    assert len(time.sleeps) == 1
    assert 78 <= time.sleeps[0] <= 79


@respx.mock
def test_a_spent_bucket_does_not_hold_up_the_other() -> None:
    respx.get(URL).respond(200, json={"id": "a/b"}, headers={"RateLimit": '"resolvers";r=0;t=99'})
    time = Time()

    async def scenario() -> float:
        async with Hub(HUB, "", wait=time.wait, clock=time.clock) as hub:
            hub.quota.heard("resolvers", 200, {"RateLimit": '"resolvers";r=0;t=99'})
            await hub.repo(Kind.MODEL, "a/b")
            return hub.quota.pause("resolvers")

    assert asyncio.run(scenario()) == 99
    assert time.sleeps == []


@respx.mock
@pytest.mark.parametrize("error", [KeyboardInterrupt, asyncio.CancelledError])
def test_an_interruption_is_not_an_answer(error: type[BaseException]) -> None:
    def interrupt(_: httpx.Request) -> httpx.Response:
        raise error

    respx.get(URL).mock(side_effect=interrupt)
    with pytest.raises(error):
        ask_repo()


@respx.mock
def test_no_more_requests_are_under_way_than_agreed() -> None:
    under_way, most = 0, 0

    async def answer(request: httpx.Request) -> httpx.Response:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        for _ in range(5):
            await asyncio.sleep(0)
        under_way -= 1
        return httpx.Response(200, json={"id": request.url.path.removeprefix("/api/models/")})

    respx.get(url__startswith=f"{HUB}/api/").mock(side_effect=answer)

    async def scenario() -> set[str | None]:
        async with Hub(HUB, "", in_flight=3) as hub:
            answers = await asyncio.gather(*(hub.repo(Kind.MODEL, f"a/b{n}") for n in range(20)))
            return {answer.repo_id for answer in answers}

    assert asyncio.run(scenario()) == {f"a/b{n}" for n in range(20)}
    assert most == 3
