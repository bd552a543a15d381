"""The client at the bound of its quota, in simulated time: windows, latencies and clocks are exact.

Every scene has more work than one window lets through. Each window that has work left to its end must be
used for 95 %, and the Hub must not have to refuse anything.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from hubaudit.hub import listing
from hubaudit.hub.listing import Sort
from hubaudit.model import Kind, Outcome
from tests.fakehub import Window, model
from tests.fakehub.faults import status
from tests.hub.simulated import Simulated

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from hubaudit.hub.client import Hub
    from tests.fakehub.messages import Reply, Request

    Work = Callable[[Hub, int], Awaitable[Outcome]]

SHA = "ab" * 20
SHORT = 2  # seconds
BUCKETS = ["api", "resolvers"]


async def record(hub: Hub, number: int) -> Outcome:
    return (await hub.repo(Kind.MODEL, f"acme/m{number % 3}")).outcome


async def card(hub: Hub, number: int) -> Outcome:
    return (await hub.file(Kind.MODEL, f"acme/m{number % 3}", SHA, "README.md")).outcome


WORK: dict[str, Work] = {"api": record, "resolvers": card}


def scene(
    bucket: str, quota: int, seconds: int = SHORT, *, latency: float = 0.01, past: float = 0
) -> Simulated:
    simulated = Simulated(latency, past=past)
    simulated.fake.catalogue.put(*(model(f"acme/m{n}", card="A card.", sha=SHA) for n in range(3)))
    simulated.fake.quota.windows[bucket] = Window(quota, seconds)  # type: ignore[index]  # one of its buckets
    return simulated


def used(simulated: Simulated, bucket: str) -> list[int]:
    """Return the requests counted in each window from the first to the last one, unused windows included."""
    slots = {slot: count for (name, _, slot), count in simulated.fake.quota._used.items() if name == bucket}
    return [slots.get(slot, 0) for slot in range(min(slots), max(slots) + 1)]


def do(simulated: Simulated, bucket: str, count: int) -> list[int]:
    """Do the work at once, check that all of it was done, and return how the windows were used."""

    async def all_of_it(hub: Hub) -> list[Outcome]:
        return await asyncio.gather(*(WORK[bucket](hub, number) for number in range(count)))

    assert simulated.run(all_of_it) == [Outcome.FOUND] * count
    assert 429 not in {seen.status for seen in simulated.fake.requests}
    return used(simulated, bucket)


@pytest.mark.parametrize("past", [0, 0.4, 1])
@pytest.mark.parametrize("bucket", BUCKETS)
def test_short_windows_are_used_for_95_percent(bucket: str, past: float) -> None:
    windows = do(scene(bucket, 40, past=past), bucket, 150)
    assert len(windows) == 4
    assert min(windows[:-1]) >= 38


@pytest.mark.parametrize("bucket", BUCKETS)
def test_long_windows_are_used_as_well(bucket: str) -> None:
    windows = do(scene(bucket, 200, 300, latency=0.3), bucket, 420)
    assert len(windows) == 3
    assert min(windows[:-1]) >= 190


@pytest.mark.parametrize("both", [True, False])
def test_both_hops_of_a_file_are_counted_or_one(*, both: bool) -> None:
    simulated = scene("resolvers", 40)
    simulated.fake.quota.count_both_hops = both
    direct = "/api/resolve-cache/*"
    simulated.fake.faults.add(status(404), path=direct, when=lambda request: request.param("etag") is None)
    assert min(do(simulated, "resolvers", 50)[:-1]) >= 38


@pytest.mark.parametrize("bucket", BUCKETS)
def test_a_stranger_uses_the_same_quota(bucket: str) -> None:
    simulated = scene(bucket, 100, 5)
    simulated.fake.before = lambda request: void(simulated.fake.quota.take(request))
    assert min(do(simulated, bucket, 150)[:-1]) >= 95


def test_both_buckets_at_once_do_not_hold_each_other_up() -> None:
    simulated = scene("api", 40)
    simulated.fake.quota.windows["resolvers"] = Window(60, 3)

    async def both(hub: Hub) -> list[Outcome]:
        work = [record(hub, n) for n in range(90)] + [card(hub, n) for n in range(130)]
        return await asyncio.gather(*work)

    assert set(simulated.run(both)) == {Outcome.FOUND}
    assert 429 not in {seen.status for seen in simulated.fake.requests}
    assert min(used(simulated, "api")[:-1]) >= 38
    assert min(used(simulated, "resolvers")[:-1]) >= 57


def test_a_list_whose_pages_follow_one_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGE_SIZE", 2)
    simulated = scene("api", 40)
    simulated.fake.catalogue.put(*(model(f"acme/n{n}") for n in range(197)))

    async def walked(hub: Hub) -> int:
        page, pages = await hub.page(Kind.MODEL, Sort.CREATED), 1
        while page.next_url:
            page, pages = await hub.page(Kind.MODEL, Sort.CREATED, page.next_url), pages + 1
        return pages

    assert simulated.run(walked) == 100
    assert 429 not in {seen.status for seen in simulated.fake.requests}
    assert min(used(simulated, "api")[:-1]) >= 38


@pytest.mark.parametrize("bucket", BUCKETS)
def test_seconds_that_are_rounded_down_cost_one_early_request(bucket: str) -> None:
    """The fake rounds up; a Hub that rounds down lets who believes it come up to a second too early."""
    simulated = scene(bucket, 60, 5, past=0.3)

    def rounded_down(_request: Request, reply: Reply) -> Reply:
        told, _, seconds = reply.headers["RateLimit"].rpartition("t=")
        headers = {**reply.headers, "RateLimit": f"{told}t={int(seconds) - 1}"}
        return replace(reply, headers=headers)

    simulated.fake.faults.add(rounded_down)
    windows = do(simulated, bucket, 150)
    assert len(windows) == 3
    assert min(windows[:-1]) >= 57


@pytest.mark.parametrize("jump", [-3600, -30, -2, 2, 30, 3600])
def test_a_clock_that_is_set_right_in_between(jump: float) -> None:
    simulated = scene("api", 60, 5, latency=0.1)
    simulated.clock = lambda: simulated.fake.clock() + (jump if simulated.loop.now > 0.25 else 0)
    windows = do(simulated, "api", 150)
    assert len(windows) == 3
    assert min(windows[:-1]) >= 57


@pytest.mark.parametrize("offset", [-86_400, -0.5, 0.5, 86_400])
def test_a_clock_that_is_wrong_all_the_time(offset: float) -> None:
    simulated = scene("resolvers", 60, 5)
    simulated.clock = lambda: simulated.fake.clock() + offset
    assert min(do(simulated, "resolvers", 150)[:-1]) >= 57


def test_a_new_window_is_entered_by_one_and_then_by_all() -> None:
    simulated = scene("api", 100, 5, latency=0.1)
    arrived: list[float] = []
    simulated.fake.before = lambda _: arrived.append(simulated.loop.now)
    do(simulated, "api", 150)
    first, *others = [moment for moment in arrived if moment >= 5]
    assert first < 5.3
    assert min(others) >= first + 0.1
    assert sum(moment < first + 0.2 for moment in others) >= 16


def test_more_are_under_way_while_the_hub_stays_fast() -> None:
    simulated = scene("api", 5000, 300)
    do(simulated, "api", 500)
    assert simulated.most == 64


def test_a_hub_that_becomes_slow_is_left_in_peace() -> None:
    simulated = scene("api", 5000, 300)
    simulated.capacity = 10
    do(simulated, "api", 300)
    assert simulated.most < 32


@pytest.mark.parametrize(("code", "falls"), [(500, True), (503, True), (429, False)])
def test_a_hub_in_trouble_gets_less_to_do_but_not_for_a_spent_quota(code: int, *, falls: bool) -> None:
    simulated = scene("api", 5000, 300)
    simulated.fake.faults.add(status(code, Retry_After="1"), times=3)

    async def asked(hub: Hub) -> int:
        await asyncio.gather(*(record(hub, n) for n in range(3)))
        return hub._wire.flight.limit

    limit = simulated.run(asked)
    assert (limit < 16) is falls


def test_a_cancelled_crowd_leaves_nothing_behind() -> None:
    simulated = scene("api", 40, 300)

    async def cancelled(hub: Hub) -> tuple[int, int, Outcome]:
        crowd = [asyncio.ensure_future(record(hub, n)) for n in range(200)]
        await asyncio.sleep(0.025)  # some are answered, some under way, most in line
        for one in crowd:
            one.cancel()
        await asyncio.gather(*crowd, return_exceptions=True)
        left_behind = simulated.under_way, len(hub.quota._under_way)
        return (*left_behind, await record(hub, 0))

    assert simulated.run(cancelled) == (0, 0, Outcome.FOUND)


def void(_: object) -> None:
    """Forget a result."""
