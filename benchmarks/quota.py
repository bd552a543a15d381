"""How much of the Hub's quota is used, and what a request costs: `python -m benchmarks.quota`.

A fake Hub in a process of its own counts the requests of each window; the client is the real one, over real
connections. First files are fetched without a bound from a Hub that takes its time, by one client of 64
connections as the baseline and by 1, 2 and 4 shards of 16. Then come scenes with more work than one window
lets through: of each window with work left to its end at least 95 % must be used, and no request may be
refused (429).
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import resource
import statistics
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from unittest.mock import patch

from hubaudit.hub import listing, shards
from hubaudit.hub.client import Hub
from hubaudit.hub.listing import Sort
from hubaudit.model import Kind, Outcome
from tests.fakehub import FakeHub, Window, model
from tests.fakehub.faults import drip

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator
    from multiprocessing.connection import Connection

    from tests.fakehub.quota import Bucket

ROUNDS = 5
BUDGET = 0.95  # performance.md
LATENCY = 0.15
SPARE = 0.8  # of the rate that was reached: what a machine with other work can be asked for
ENOUGH = 1_000_000  # requests: no bound
AT_ONCE = 500  # files asked for together
PER_PAGE = 2  # rows: a page is a request, however long
SHA = "ab" * 20


@dataclass(frozen=True)
class Scene:
    """`needed` requests of a bucket, of which a window of so many seconds lets `quota` through."""

    bucket: Bucket
    quota: int
    seconds: int
    needed: int
    latency: float = 0  # seconds until a body has come


@dataclass(frozen=True)
class Cost:
    """What some requests took: seconds, and seconds of the processor in the client's process."""

    requests: int
    seconds: float
    processor: float

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds

    @property
    def each(self) -> float:
        """Milliseconds of the processor for one request."""
        return 1000 * self.processor / self.requests


def main() -> None:
    """Print the measurements. Exit code 1 if a window was wasted or a request refused."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=600, help="in each round without a bound")
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores for the client and the fake Hub together")
    _unbounded(options.requests)
    held = [_plan("api", 1_000), _plan("resolvers", 5_000)]  # the free plan
    sys.exit(0 if all(held) else 1)


def _plan(bucket: Bucket, quota: int) -> bool:
    """See how fast 5 s are; use the quota in them, or where that is too fast, each of the two by itself."""
    rate, _ = _bounded(Scene(bucket, quota, 5, quota * 9 // 10))  # less than a window lets through
    if 5 * rate >= quota:
        return _bounded(Scene(bucket, quota, 5, quota * 33 // 10))[1]
    print(f"  the bound is the machine, not the quota's {quota / 5:.0f} requests/s")
    seconds = next(seconds for seconds in range(10, 601, 5) if SPARE * seconds * rate >= quota)
    fitting = max(100, int(SPARE * 5 * rate) // 10 * 10)
    slower = Scene(bucket, quota, seconds, quota * 21 // 10), Scene(bucket, fitting, 5, fitting * 33 // 10)
    return all([_bounded(scene)[1] for scene in slower])  # noqa: C419 - the second also behind a first that fails


def _unbounded(requests: int) -> None:
    """Compare numbers of clients."""
    print(f"\nfiles that take {LATENCY} s, medians of {ROUNDS} rounds of {requests} requests")
    ways = {"1 client of 64": (64, 64), "1 shard of 16": (16, 16), "2 shards": (16, 32), "4 shards": (16, 64)}
    costs: dict[str, list[Cost]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, (size, in_flight) in ways.items():
            with (
                _fake(Scene("resolvers", ENOUGH, 300, requests, LATENCY)) as (url, _),
                patch.object(shards, "SIZE", size),
            ):
                costs[name].append(_measured(_files(url, requests, in_flight, steady=True), requests))
    for name, seen in costs.items():
        rate, each = (
            statistics.median(values) for values in zip(*((c.rate, c.each) for c in seen), strict=True)
        )
        print(f"  {name:<15}{rate:6.0f} requests/s  {each:5.2f} ms of the processor each")


def _bounded(scene: Scene) -> tuple[float, bool]:
    """Print how each window was used; return the requests a second, and whether the budget is held."""
    print(f"\n{scene.bucket}: {scene.needed:,} requests, {scene.quota:,} allowed in {scene.seconds} s")
    with _fake(scene) as (url, counted):
        work = _list(url, scene.needed) if scene.bucket == "api" else _files(url, scene.needed)
        time.sleep(scene.seconds - time.time() % scene.seconds)  # to a window's beginning
        cost = _measured(work, scene.needed)
        counted.send("stop")
        used, refused = counted.recv()
    shares = [count / scene.quota for count in used]
    for number, (count, share) in enumerate(zip(used, shares, strict=True), 1):
        left = "" if number < len(used) else ", no work was left to its end"
        print(f"  window {number}: {count:,} of {scene.quota:,} {scene.bucket} requests, {share:.1%}{left}")
    print(f"  {refused} refused (429), {cost.rate:.0f} requests/s, {cost.each:.2f} ms of the processor each")
    return cost.rate, not refused and len(shares) > 1 and min(shares[:-1]) >= BUDGET


async def _files(url: str, count: int, in_flight: int = 64, *, steady: bool = False) -> None:
    async with Hub(url, "", in_flight=in_flight) as hub:
        if steady:  # not how the number in flight comes about is measured, but what it costs
            hub._wire.flight._least = hub._wire.flight._limit = in_flight  # noqa: SLF001 - the same
        for start in range(0, count, AT_ONCE):
            numbers = range(start, min(start + AT_ONCE, count))
            files = (hub.file(Kind.MODEL, f"acme/m{n % 10}", SHA, "README.md") for n in numbers)
            outcomes = {answer.outcome for answer in await asyncio.gather(*files)}
            if outcomes != {Outcome.FOUND}:
                sys.exit(f"the measurement is void: {outcomes}")


async def _list(url: str, pages: int) -> None:
    with patch.object(listing, "PAGE_SIZE", PER_PAGE):
        async with Hub(url, "") as hub:
            next_url = None
            for _ in range(pages):
                page = await hub.page(Kind.MODEL, Sort.CREATED, next_url)
                next_url = page.next_url
                if next_url is None:
                    sys.exit(f"the measurement is void: {page.outcome} {page.detail}")


def _measured(work: Coroutine[None, None, None], requests: int) -> Cost:
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    asyncio.run(work)
    after = resource.getrusage(resource.RUSAGE_SELF)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(requests, time.perf_counter() - start, processor)


@contextmanager
def _fake(scene: Scene) -> Iterator[tuple[str, Connection]]:
    """Serve a Hub; yield its URL, and a connection that answers a word with what was counted."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(scene, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        yield ours.recv(), ours
    finally:
        ours.close()
        process.join()


def _serve(scene: Scene, client: Connection) -> None:
    repos = [model(f"acme/m{number}", card="A card.", sha=SHA) for number in range(10)]
    if scene.bucket == "api":
        repos += [model(f"acme/n{number}") for number in range(PER_PAGE * scene.needed + 1)]
    with FakeHub(repos, quota={scene.bucket: Window(scene.quota, scene.seconds)}) as hub:
        if scene.latency:
            hub.faults.add(drip(scene.latency))
        client.send(hub.url)
        try:
            client.recv()
        except EOFError:
            return
    used = {slot: count for (name, _, slot), count in hub.quota._used.items() if name == scene.bucket}  # noqa: SLF001 - the fake's own count
    windows = [used.get(slot, 0) for slot in range(min(used), max(used) + 1)]
    client.send((windows, sum(seen.status == 429 for seen in hub.requests)))


if __name__ == "__main__":
    main()
