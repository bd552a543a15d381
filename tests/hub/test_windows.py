"""How much of each window is used while work is left, and that no 429 is of our own making.

The fake Hub and the client share one clock, which only sleeping moves: a window of 300 s takes no time.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from hubaudit.hub import listing
from hubaudit.hub.client import Hub
from hubaudit.hub.listing import Sort
from hubaudit.model import Kind, Outcome
from tests.fakehub import Clock, FakeHub, Window, model
from tests.fakehub.faults import reset, status

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.fakehub.messages import Request

    Work = Callable[[Hub], Awaitable[Outcome]]

SHA = "ab" * 20
START = 1_800_000_000.0
WORKERS = 16


class Scene:
    """A Hub with a quota, and a client of it whose sleeps move the Hub's clock."""

    def __init__(self, bucket: str, quota: int, seconds: int = 5) -> None:
        self.clock = Clock(START)
        self.quota, self.seconds, self.bucket = quota, seconds, bucket
        self.hub: Hub | None = None
        repos = [model(f"acme/m{n}", card="A card.", sha=SHA) for n in range(3)]
        self.fake = FakeHub(repos, clock=self.clock, quota={bucket: Window(quota, seconds)})  # type: ignore[dict-item]  # one of the fake's buckets

    async def wait(self, seconds: float) -> None:
        """Sleep as all others do at the same time: to a moment, after what is under way has arrived."""
        until = self.clock() + seconds
        while self.hub and self.hub.quota._under_way:  # noqa: ASYNC110 - nothing signals that all is still
            await asyncio.sleep(0)
        self.clock.advance(max(0.0, until - self.clock()))

    def run(self, work: Work, count: int, workers: int = WORKERS) -> None:
        """Do the work so many times and check every answer."""

        async def worker(hub: Hub, todo: list[int]) -> list[Outcome]:
            outcomes = []
            while todo:
                todo.pop()
                outcomes.append(await work(hub))
            return outcomes

        async def scenario() -> list[Outcome]:
            async with Hub(self.fake.url, "", wait=self.wait, clock=self.clock) as hub:
                self.hub = hub
                todo = list(range(count))
                done = await asyncio.gather(*(worker(hub, todo) for _ in range(workers)))
                return [outcome for outcomes in done for outcome in outcomes]

        with self.fake:
            assert asyncio.run(scenario()) == [Outcome.FOUND] * count

    def check(self) -> None:
        """Print the use of every window; at least 95 % of each but the last, in which the work ran out."""
        used = [
            self.fake.quota._used[slot] for slot in sorted(self.fake.quota._used, key=lambda slot: slot[2])
        ]
        shares = [f"{count / self.quota:.1%}" for count in used]
        print(f"{self.bucket}, {self.quota} requests in {self.seconds} s:", *shares)  # noqa: T201 - the measurement itself
        assert len(used) >= 3
        assert min(used[:-1]) >= 0.95 * self.quota
        assert 429 not in {seen.status for seen in self.fake.requests}


async def page(hub: Hub) -> Outcome:
    return (await hub.page(Kind.MODEL, Sort.CREATED)).outcome


async def record(hub: Hub) -> Outcome:
    return (await hub.repo(Kind.MODEL, "acme/m0")).outcome


async def card(hub: Hub) -> Outcome:
    return (await hub.file(Kind.MODEL, "acme/m0", SHA, "README.md")).outcome


@pytest.mark.parametrize("quota", [20, 100, 500])
def test_one_request_after_another(quota: int) -> None:
    scene = Scene("api", quota)
    scene.run(page, quota * 5 // 2, workers=1)
    scene.check()


@pytest.mark.parametrize("quota", [7, 20, 100, 500])
def test_sixteen_requests_at_a_time(quota: int) -> None:
    scene = Scene("api", quota)
    scene.run(record, quota * 5 // 2)
    scene.check()


@pytest.mark.parametrize("both", [True, False])
def test_files_that_take_two_hops(*, both: bool) -> None:
    scene = Scene("resolvers", 100)
    scene.fake.quota.count_both_hops = both
    direct = "/api/resolve-cache/*"
    scene.fake.faults.add(status(404), path=direct, when=lambda request: request.param("etag") is None)
    scene.run(card, 100)
    scene.check()


@pytest.mark.parametrize(("each", "workers"), [(1, 1), (3, 1), (1, WORKERS)])
def test_a_stranger_shares_the_bucket(each: int, workers: int) -> None:
    scene = Scene("api", 500)

    def stranger(request: Request) -> None:
        for _ in range(each):
            scene.fake.quota.take(request)

    scene.fake.before = stranger
    scene.run(record, 1500 // (each + 1), workers)
    scene.check()


def test_a_window_that_was_spent_before_we_came() -> None:
    scene = Scene("api", 100)
    spent = iter(range(97))

    def spend(request: Request) -> None:
        for _ in spent:
            scene.fake.quota.take(request)

    scene.fake.before = spend
    scene.run(record, 230)
    scene.check()


def test_requests_that_were_torn_down_count_too() -> None:
    scene = Scene("api", 100, seconds=300)
    scene.fake.faults.rate(0.2, 3, reset())
    scene.run(record, 250, workers=4)
    assert 429 not in {seen.status for seen in scene.fake.requests}


def test_the_walk_of_a_whole_list_uses_its_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGE_SIZE", 2)
    scene = Scene("api", 40)
    scene.fake.catalogue.put(*(model(f"acme/n{n}") for n in range(217)))

    async def scenario() -> int:
        pages, next_url = 0, None
        async with Hub(scene.fake.url, "", wait=scene.wait, clock=scene.clock) as hub:
            scene.hub = hub
            while pages == 0 or next_url:
                found = await hub.page(Kind.MODEL, Sort.CREATED, next_url)
                pages, next_url = pages + 1, found.next_url
        return pages

    with scene.fake:
        assert asyncio.run(scenario()) == 110
    scene.check()
