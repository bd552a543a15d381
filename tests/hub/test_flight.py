"""How many requests are under way: more while the Hub stays fast, fewer when it slows down or fails."""

from __future__ import annotations

import asyncio

import pytest

from hubaudit.hub.flight import CEILING, FLOOR, START, Flight
from hubaudit.hub.quota import API, RESOLVERS
from tests.hub.simulated import Loop

FAST = 0.05


async def fly(flight: Flight, seconds: float, count: int, route: str = API, workers: int = 200) -> list[int]:
    """Do so many requests, each of which takes so long, as fast as the limit lets; return the limits."""
    limits: list[int] = []

    async def worker() -> None:
        while len(limits) < count:
            begun = await flight.enter()
            await asyncio.sleep(seconds)
            flight.answered(route, begun, seconds)
            flight.leave()
            limits.append(flight.limit)

    await asyncio.gather(*(worker() for _ in range(workers)))
    return limits


def flown(flight: Flight, *stretches: tuple[float, int]) -> list[list[int]]:
    """Return the limits in each stretch of (seconds an answer, answers)."""

    async def scenario() -> list[list[int]]:
        return [await fly(flight, seconds, count) for seconds, count in stretches]

    with asyncio.Runner(loop_factory=Loop) as runner:
        return runner.run(scenario())


def test_it_begins_in_the_middle() -> None:
    assert Flight().limit == START


def test_it_grows_to_the_ceiling_while_answers_come_as_fast_as_before() -> None:
    (limits,) = flown(Flight(), (FAST, 1000))
    assert limits == sorted(limits)
    assert (limits[0], limits[-1]) == (START, CEILING)


def test_it_falls_when_answers_take_longer_and_grows_again() -> None:
    fast, slowed, recovered = flown(Flight(), (FAST, 1000), (FAST * 8, 400), (FAST, 1000))
    assert (fast[-1], recovered[-1]) == (CEILING, CEILING)
    assert min(slowed) == FLOOR


def test_a_little_slower_is_no_queue() -> None:
    assert flown(Flight(), (FAST, 100), (FAST * 1.4, 2000))[1][-1] == CEILING


def test_it_settles_where_a_queue_begins() -> None:
    """A server that answers 20 at once and keeps the others waiting."""
    limits = []

    async def scenario() -> None:
        flight, served, now = Flight(), asyncio.Semaphore(20), asyncio.get_running_loop().time

        async def worker() -> None:
            for _ in range(60):
                begun, start = await flight.enter(), now()
                async with served:
                    await asyncio.sleep(FAST)
                flight.answered(API, begun, now() - start)
                flight.leave()
                limits.append(flight.limit)

        await asyncio.gather(*(worker() for _ in range(100)))

    with asyncio.Runner(loop_factory=Loop) as runner:
        runner.run(scenario())
    assert all(20 <= limit < CEILING for limit in limits[1000:])


def test_a_hub_that_has_become_slower_for_good_is_used_as_well_as_before() -> None:
    assert flown(Flight(), (FAST, 1000), (FAST * 10, 2000))[1][-1] == CEILING


def test_a_limit_that_held_nobody_back_does_not_move() -> None:
    async def scenario() -> int:
        flight = Flight()
        await fly(flight, FAST, 100, workers=3)
        await fly(flight, FAST * 9, 100, workers=3)
        return flight.limit

    with asyncio.Runner(loop_factory=Loop) as runner:
        assert runner.run(scenario()) == START


def test_each_route_has_its_own_latency() -> None:
    async def scenario() -> int:
        flight = Flight()
        for _ in range(12):
            await fly(flight, FAST, 64, API)
            await fly(flight, FAST * 6, 64, RESOLVERS)
        return flight.limit

    with asyncio.Runner(loop_factory=Loop) as runner:
        assert runner.run(scenario()) == CEILING


def test_a_few_answers_from_a_cache_are_no_measure_of_the_others() -> None:
    async def scenario() -> int:
        flight = Flight()
        for _ in range(30):
            for number in range(flight.limit):
                begun = flight._round
                flight._was_full = True
                flight.answered(API, begun, FAST / 50 if number % 4 == 0 else FAST)
        return flight.limit

    assert asyncio.run(scenario()) == CEILING


def test_the_failures_of_one_round_count_once() -> None:
    flight = Flight()
    for _ in range(10):
        flight.failed(0)
    assert flight.limit == 11
    flight.failed(1)
    assert flight.limit == 7
    for begun in range(2, 20):
        flight.failed(begun)
    assert flight.limit == FLOOR


@pytest.mark.parametrize("most", [1, 3, 4, 20])
def test_it_never_exceeds_what_it_was_allowed(most: int) -> None:
    flight = Flight(most)
    assert flight.limit <= most
    assert set(flown(flight, (FAST, 500))[0][-100:]) == {most}
    flight.failed(flight._round)
    assert min(most, FLOOR) <= flight.limit <= most


def test_answers_that_take_no_time_at_all_are_no_error() -> None:
    assert flown(Flight(), (0, 1000))[0][-1] == CEILING


def test_who_stops_waiting_for_a_place_takes_none() -> None:
    async def scenario() -> None:
        flight = Flight(1)
        await flight.enter()
        waiting = asyncio.ensure_future(flight.enter())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        flight.leave()
        await asyncio.wait_for(flight.enter(), 1)

    asyncio.run(scenario())
