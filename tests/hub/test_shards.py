"""Clients of 16 connections each: opened when the others are busy, closed together."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from typing import TYPE_CHECKING

from hubaudit.hub.shards import SIZE, Shards
from hubaudit.model import Kind
from tests.hub.simulated import Simulated

if TYPE_CHECKING:
    from hubaudit.hub.client import Hub


def test_one_client_is_enough_for_sixteen_requests() -> None:
    shards = Shards()
    with ExitStack() as lent:
        clients = {lent.enter_context(shards.one()) for _ in range(SIZE)}
        assert (len(clients), len(shards)) == (1, 1)
        assert lent.enter_context(shards.one()) not in clients
        assert len(shards) == 2
    with shards.one() as client:
        assert client in clients
    asyncio.run(shards.aclose())


def test_all_are_closed_at_the_end() -> None:
    shards = Shards()
    with ExitStack() as lent:
        clients = [lent.enter_context(shards.one()) for _ in range(3 * SIZE + 1)]
    asyncio.run(shards.aclose())
    assert len(set(clients)) == 4
    assert all(client.is_closed for client in clients)


def test_a_hub_that_stays_fast_gets_four_and_a_single_request_gets_one() -> None:
    async def ask(hub: Hub, count: int) -> int:
        await asyncio.gather(*(hub.repo(Kind.MODEL, "a/b") for _ in range(count)))
        return len(hub._wire._shards)

    assert Simulated().run(lambda hub: ask(hub, 1)) == 1
    assert Simulated().run(lambda hub: ask(hub, 400)) == 4
