"""The token goes to the endpoint's origin and to no other, whatever the Hub answers to whichever question."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx
import pytest
import respx

from hubaudit.hub.client import Hub
from hubaudit.hub.faults import Stop
from hubaudit.hub.listing import Sort
from hubaudit.model import Kind
from tests.hub.helpers import COMMIT, HUB, TOKEN, Time

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Question = Callable[[Hub], Awaitable[object]]

ELSEWHERE = {
    "another host": "https://evil.test",
    "a host below": "https://evil.hub.test",
    "a host that begins alike": "https://hub.test.evil.test",
    "another port": "https://hub.test:8443",
    "plain http": "http://hub.test",
    "a user before another host": "https://hub.test@evil.test",
    "no scheme": "//evil.test",
    "a CDN": "https://cdn.test",
}
PATHS = {
    "repo": "/api/models/a/b",
    "file": f"/api/resolve-cache/models/a/b/{COMMIT}/README.md",
    "page": "/api/models",
    "look": "/api/models/a/b",
}


async def _looked(hub: Hub) -> object:
    reply = await hub.look("/api/models/a/b")
    try:
        return await hub.look(reply.headers["Location"])
    except Stop as stop:
        return stop


QUESTIONS: dict[str, Question] = {
    "repo": lambda hub: hub.repo(Kind.MODEL, "a/b"),
    "file": lambda hub: hub.file(Kind.MODEL, "a/b", COMMIT, "README.md"),
    "page": lambda hub: hub.page(Kind.MODEL, Sort.CREATED),
    "look": _looked,
}


def ask(question: Question) -> object:
    async def scenario() -> object:
        time = Time()
        async with Hub(HUB, TOKEN, wait=time.wait, clock=time.clock) as hub:
            return await question(hub)

    return asyncio.run(scenario())


def origins_told() -> set[str]:
    """Return the origins of all requests that carried the token, in whatever place."""
    seen = [call.request for call in respx.calls]
    assert seen
    return {
        f"{request.url.scheme}://{request.url.netloc.decode()}"
        for request in seen
        if TOKEN in f"{request.url} {request.headers!r}" or TOKEN in request.headers.get("Authorization", "")
    }


@respx.mock
@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("place", ELSEWHERE)
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_redirect_takes_the_token_nowhere(question: str, place: str, status: int) -> None:
    location = {"Location": f"{ELSEWHERE[place]}{PATHS[question]}", "X-Linked-Size": "5"}
    respx.get(url__startswith=HUB + PATHS[question]).respond(status, headers=location)
    respx.route().respond(200, text="[{}]")
    ask(QUESTIONS[question])
    assert origins_told() == {HUB}


@respx.mock
@pytest.mark.parametrize("place", ELSEWHERE)
def test_a_link_takes_the_token_nowhere(place: str) -> None:
    respx.route().respond(
        200, text="[{}]", headers={"Link": f'<{ELSEWHERE[place]}/api/models?cursor=x>; rel="next"'}
    )
    ask(lambda hub: hub.page(Kind.MODEL, Sort.CREATED))
    assert (origins_told(), len(respx.calls)) == ({HUB}, 1)


@respx.mock
@pytest.mark.parametrize("place", ["https://evil.test/x", "http://hub.test/x", "//evil.test/x", "x:", ""])
def test_a_look_goes_to_the_endpoint_only(place: str) -> None:
    respx.route().respond(200)
    try:
        ask(lambda hub: hub.look(place))
    except Stop:
        assert not respx.calls
    else:
        assert {call.request.url.host for call in respx.calls} == {"hub.test"}


@respx.mock
def test_a_look_is_sent_once_and_says_how_it_ended() -> None:
    respx.get(f"{HUB}/api/models", params={"limit": "2"}).respond(503, text="later")

    async def scenario() -> tuple[int, int]:
        async with Hub(HUB, TOKEN) as hub:
            reply = await hub.look("/api/models", [("limit", "2")], headers={"If-None-Match": '"x"'})
            return reply.status, hub.requests

    assert asyncio.run(scenario()) == (503, 1)
    assert respx.calls.last.request.headers["If-None-Match"] == '"x"'
    respx.get(f"{HUB}/api/models", params={"limit": "2"}).mock(side_effect=httpx.ReadError("reset"))
    with pytest.raises(Stop, match="broke"):
        asyncio.run(scenario())
