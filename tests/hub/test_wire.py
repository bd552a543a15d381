"""Faults on real sockets: resets, cut bodies, drips, ports where nobody listens."""

from __future__ import annotations

import asyncio
import gzip
import socket
from typing import TYPE_CHECKING

import pytest

from hubaudit.hub.client import Hub
from hubaudit.model import Kind, Outcome
from tests.hub.helpers import COMMIT, TOKEN, Time
from tests.hub.wireserver import drip, moved, ok, raw, reset, serving

if TYPE_CHECKING:
    from hubaudit.model import FileAnswer, RepoAnswer
    from tests.hub.wireserver import Answer

RECORD = b'{"id": "a/b"}'
GZIPPED = gzip.compress(RECORD)


def ask(*answers: Answer, token: str = "") -> tuple[RepoAnswer, list[bytes]]:
    async def scenario() -> tuple[RepoAnswer, list[bytes]]:
        time = Time()
        async with (
            serving(*answers) as (endpoint, requests),
            Hub(endpoint, token, wait=time.wait, clock=time.clock) as hub,
        ):
            return await hub.repo(Kind.MODEL, "a/b"), requests

    return asyncio.run(scenario())


BROKEN = {
    "reset": reset,
    "closed": raw(b""),
    "cut head": raw(b"HTTP/1.1 200 OK\r\nContent-Le"),
    "cut body": raw(b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n" + RECORD[:5]),
    "cut chunk": raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n" + RECORD[:5]),
    "bad chunk": raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n"),
    "cut gzip": raw(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + GZIPPED[:-4]),
    "cut JSON": raw(b"HTTP/1.1 200 OK\r\n\r\n" + RECORD[:5]),
    "no HTTP": raw(b"SSH-2.0-OpenSSH_9.9\r\n"),
    "endless header": raw(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n"),
    "520": raw(b"HTTP/1.1 520 \r\nContent-Length: 0\r\n\r\n"),
}


@pytest.mark.parametrize("fault", BROKEN.values(), ids=BROKEN)
def test_a_broken_answer_is_asked_for_again(fault: Answer) -> None:
    answer, requests = ask(fault, ok(RECORD))
    assert (answer.outcome, answer.record) == (Outcome.FOUND, RECORD)
    assert len(requests) == 2


def test_a_server_that_always_resets_is_unreachable() -> None:
    answer, requests = ask(reset)
    assert answer.outcome is Outcome.UNREACHABLE
    assert "broke" in answer.detail
    assert len(requests) == 6


def test_a_slow_drip_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hubaudit.hub.wire.DEADLINE", 0.1)
    answer, requests = ask(drip)
    assert answer.outcome is Outcome.UNREACHABLE
    assert "within 0.1 s" in answer.detail
    assert len(requests) == 3


def test_a_gzip_body_in_chunks_is_read() -> None:
    chunked = b"".join(b"1\r\n%c\r\n" % byte for byte in GZIPPED) + b"0\r\n\r\n"
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n"
    answer, _ = ask(raw(head + chunked))
    assert (answer.outcome, answer.record) == (Outcome.FOUND, RECORD)


def test_control_characters_of_a_header_reach_nobody() -> None:
    head = b"HTTP/1.1 403 No\r\nX-Error-Message: \x1b[2J\xe2\x80\xaegone\xff\r\nContent-Length: 0\r\n\r\n"
    answer, requests = ask(raw(head))
    assert answer.outcome in {Outcome.REFUSED, Outcome.UNREACHABLE}
    assert answer.detail.isprintable()
    assert requests


def test_a_port_where_nobody_listens_is_given_up_after_three_tries() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        endpoint = f"http://127.0.0.1:{server.getsockname()[1]}"
    time = Time()

    async def scenario() -> tuple[RepoAnswer, FileAnswer, int]:
        async with Hub(endpoint, TOKEN, wait=time.wait, clock=time.clock) as hub:
            repo = await hub.repo(Kind.MODEL, "a/b")
            return repo, await hub.file(Kind.MODEL, "a/b", COMMIT, "README.md"), hub.requests

    repo, file, requests = asyncio.run(scenario())
    assert (repo.outcome, file.outcome, requests) == (Outcome.UNREACHABLE, Outcome.UNREACHABLE, 6)
    assert "no connection to 127.0.0.1" in repo.detail
    assert sum(time.sleeps) < 3


@pytest.mark.parametrize("store_is_open", [True, False])
def test_the_token_stays_with_its_port(*, store_is_open: bool) -> None:
    """The same host on another port is another origin: small files may come from there, the token stays."""

    async def scenario() -> tuple[FileAnswer, bytes, list[bytes]]:
        store_answer = ok(b"card") if store_is_open else raw(b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n")
        async with serving(store_answer) as (store, stolen):
            redirect = moved(f"{store}/blob", b"X-Linked-Size: 4\r\n")
            async with serving(redirect) as (endpoint, asked), Hub(endpoint, TOKEN) as hub:
                answer = await hub.file(Kind.MODEL, "a/b", COMMIT, "README.md")
                return answer, asked[0], stolen

    answer, asked, stolen = asyncio.run(scenario())
    assert answer.outcome is (Outcome.FOUND if store_is_open else Outcome.REFUSED)
    assert TOKEN.encode() in asked
    assert len(stolen) == 1
    assert b"authorization" not in stolen[0].lower()
    assert TOKEN.encode() not in stolen[0]


def test_a_record_is_never_fetched_from_another_port() -> None:
    async def scenario() -> tuple[RepoAnswer, list[bytes]]:
        async with (
            serving(ok(RECORD)) as (other, stolen),
            serving(moved(f"{other}/api/models/a/b")) as (endpoint, _),
            Hub(endpoint, TOKEN) as hub,
        ):
            return await hub.repo(Kind.MODEL, "a/b"), stolen

    answer, stolen = asyncio.run(scenario())
    assert (answer.outcome, stolen) == (Outcome.REFUSED, [])
