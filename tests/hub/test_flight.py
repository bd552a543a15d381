from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest

from hubaudit.hub.clients import PER_CLIENT, Clients
from hubaudit.hub.flight import FLOOR, START, InFlight

API, FILES = "api", "resolvers"


class Server:
    """Answers as many requests at a time as it has hands; the others wait until one is free."""

    def __init__(self, hands: int, seconds: float = 0.1) -> None:
        self.hands, self.seconds, self.now = hands, seconds, 1_000.0

    def clock(self) -> float:
        return self.now

    def round(self, flight: InFlight) -> int:
        """Send as many requests as may be under way, and let each be answered; return how many that were."""

        async def scenario() -> int:
            async with AsyncExitStack() as stack:
                count = flight.limit
                for _ in range(count):
                    await stack.enter_async_context(flight.place())
                took = self.seconds * max(1.0, count / self.hands)
                sent_at, self.now = self.now, self.now + took
                for _ in range(count):
                    flight.answered(FILES, sent_at)
                return count

        return asyncio.run(scenario())


def test_where_nobody_waits_more_are_sent_up_to_the_ceiling() -> None:
    server = Server(hands=1_000)
    flight = InFlight(64, server.clock)
    counts = [server.round(flight) for _ in range(30)]
    assert counts[0] == START
    assert counts == sorted(counts)
    assert counts[-1] == 64


def test_a_hub_that_becomes_slow_gets_fewer_and_then_more_again() -> None:
    server = Server(hands=1_000)
    flight = InFlight(64, server.clock)
    for _ in range(30):
        server.round(flight)
    server.hands = 8
    assert min(server.round(flight) for _ in range(10)) <= 24
    server.hands = 1_000
    assert [server.round(flight) for _ in range(60)][-1] == 64


def test_a_hub_that_is_far_away_gets_as_many_as_a_near_one() -> None:
    server = Server(hands=1_000)
    flight = InFlight(64, server.clock)
    for _ in range(30):
        server.round(flight)
    server.seconds *= 10
    assert [server.round(flight) for _ in range(100)][-1] == 64


def test_a_slow_route_does_not_slow_a_fast_one() -> None:
    now = [0.0]
    flight = InFlight(64, lambda: now[0])

    async def scenario() -> None:
        for _ in range(400):
            async with AsyncExitStack() as stack:
                for _ in range(flight.limit):
                    await stack.enter_async_context(flight.place())
                now[0] += 1.0
                flight.answered(API, now[0] - 1.0)
                flight.answered(FILES, now[0] - 0.01)

    asyncio.run(scenario())
    assert flight.limit == 64


def test_who_is_not_held_back_by_the_limit_does_not_raise_it() -> None:
    flight = InFlight(64, lambda: 0.0)

    async def scenario() -> None:
        for _ in range(100):
            async with flight.place():
                flight.answered(API, 0.0)

    asyncio.run(scenario())
    assert flight.limit == START


def test_one_fault_that_hits_all_counts_once() -> None:
    flight = InFlight(64, lambda: 0.0)

    async def scenario() -> None:
        async with AsyncExitStack() as stack:
            for _ in range(START):
                await stack.enter_async_context(flight.place())
            for _ in range(START):
                flight.failed()

    asyncio.run(scenario())
    assert flight.limit == START * 3 // 4


def test_failures_never_stop_all() -> None:
    flight = InFlight(64, lambda: 0.0)
    for _ in range(100):
        flight.failed()
    assert flight.limit == FLOOR
    assert InFlight(1, lambda: 0.0).limit == 1


@pytest.mark.parametrize("ceiling", [1, 3])
def test_no_more_are_under_way_than_allowed(ceiling: int) -> None:
    flight = InFlight(ceiling, lambda: 0.0)
    under_way: list[int] = []
    order: list[int] = []

    async def one(number: int) -> None:
        async with flight.place():
            under_way.append(flight._under_way)
            order.append(number)
            await asyncio.sleep(0)

    async def scenario() -> None:
        await asyncio.gather(*(one(number) for number in range(20)))

    asyncio.run(scenario())
    assert max(under_way) == ceiling
    assert order == list(range(20))


def test_who_gives_up_waiting_leaves_the_queue_to_the_next() -> None:
    flight = InFlight(1, lambda: 0.0)

    async def wait(came: list[str], name: str) -> None:
        async with flight.place():
            came.append(name)

    async def scenario() -> list[str]:
        came: list[str] = []
        async with flight.place():
            waiting = [asyncio.create_task(wait(came, name)) for name in "abc"]
            await asyncio.sleep(0)
            waiting[0].cancel()
        waiting[1].cancel()  # its call has come already: it passes it on
        await asyncio.gather(*waiting, return_exceptions=True)
        return came

    assert asyncio.run(scenario()) == ["c"]
    assert flight._under_way == 0


def test_a_client_has_no_more_requests_than_connections() -> None:
    async def scenario() -> None:
        clients = Clients()
        with clients.one() as first:
            assert len(clients) == 1
        async with AsyncExitStack() as stack:
            given = [stack.enter_context(clients.one()) for _ in range(2 * PER_CLIENT + 1)]
            assert len(clients) == len(set(given)) == 3
            assert {given.count(client) for client in set(given)} == {PER_CLIENT, 1}
        with clients.one():
            assert len(clients) == 3
        await clients.close()
        assert first.is_closed

    asyncio.run(scenario())
