"""How much of each window of the Hub's quota is used: `python -m benchmarks.quota`.

A fake Hub with the free plan's quota (1,000 API requests and 5,000 files a window) and windows of a few
seconds is asked by a process of its own, in real time: for records and files, many at a time, and for a list,
one page after the other. Printed for each window: how many requests were sent of how many, and refusals
(429), of which there must be none. A window in which work was left to its end must be used to 95 %; the
first, which had begun before, and the last are not held to that.

Two cores carry the client and the fake, so 5,000 files take longer than 5 seconds, and so do 1,000 pages that
wait for each other: their windows are as long as this machine needs. Files have a window of 5 seconds, too,
with a quota that the machine can use up. Last, the rate and the CPU time of a request, with at most 16, 32
and 64 requests under way at a time.
"""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from tests.conftest import ROOT
from tests.fakehub import FakeHub, Window, model

if TYPE_CHECKING:
    from tests.fakehub.quota import Bucket

SHARE = 0.95
SHA = "ab" * 20
_TOKEN = "hf_bench"  # noqa: S105 - known to the fake Hub alone
_CLIENT = """
import asyncio, sys, time
from hubaudit.hub.client import Hub
from hubaudit.hub import listing
from hubaudit.hub.listing import Sort
from hubaudit.model import Kind

async def pages(hub, count):
    next_url = None
    for _ in range(count):
        page = await hub.page(Kind.MODEL, Sort.CREATED, next_url)
        assert page.outcome == "found", page
        next_url = page.next_url

async def many(ask, count):
    todo = iter(range(count))
    async def worker():
        for _ in todo:
            answer = await ask()
            assert answer.outcome == "found", answer
    await asyncio.gather(*(worker() for _ in range(64)))

async def records(hub, count):
    await many(lambda: hub.repo(Kind.MODEL, "bench/m0"), count)

async def files(hub, count):
    await many(lambda: hub.file(Kind.MODEL, "bench/m0", sys.argv[5], "README.md"), count)

async def main():
    url, what, count, in_flight = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    async with Hub(url, "hf_bench", in_flight=in_flight) as hub:
        began = time.monotonic()
        await {"pages": pages, "records": records, "files": files}[what](hub, count)
        took, cpu = time.monotonic() - began, time.process_time()
        wire = hub._wire
        print(f"{count / took:,.0f} requests/s, {1000 * cpu / count:.2f} ms of CPU a request,"
              f" {wire._flight.limit} at a time in the end, {len(wire._clients)} clients")

listing.PAGE_SIZE = 1
asyncio.run(main())
"""


def main() -> None:
    """Measure both buckets; end with 1 when a window was not used, or the Hub refused."""
    print(f"{sys.version.split()[0]}, windows to be used to {SHARE:.0%}")
    good = [
        _windows("api", "records", Window(1_000, 5), 3_300),
        _windows("api", "pages", Window(1_000, 10), 3_300),
        _windows("resolvers", "files", Window(5_000, 30), 12_500),
        _windows("resolvers", "files", Window(1_000, 5), 3_300),
    ]
    for in_flight in (16, 32, 64):
        _rate(in_flight)
    sys.exit(0 if all(good) else 1)


def _windows(bucket: Bucket, what: str, window: Window, count: int) -> bool:
    with _hub(bucket, window, pages=count if what == "pages" else 1) as hub:
        print(f"\n{what}: {window.quota:,} requests in {window.seconds} s, {count:,} to send")
        print(f"  {_client(hub, what, count, 64)}")
        slots = sorted((slot, used) for slot, used in hub.quota._used.items() if slot[0] == bucket)  # noqa: SLF001 - the fake's own count
        refused = sum(seen.status == 429 for seen in hub.requests)
    for number, (_, used) in enumerate(slots, 1):
        print(f"  window {number}: {used:>5,} of {window.quota:,}, {used / window.quota:.1%}")
    print(f"  refused: {refused}")
    # the first window was under way when the client came
    return not refused and all(used >= SHARE * window.quota for _, used in slots[1:-1])


def _rate(in_flight: int) -> None:
    with _hub("resolvers", Window(10**6, 300), pages=1) as hub:
        print(f"at most {in_flight} under way: {_client(hub, 'files', 4_000, in_flight)}")


def _hub(bucket: Bucket, window: Window, pages: int) -> FakeHub:
    repos = [model(f"bench/m{n}", card="A card.", sha=SHA) for n in range(pages)]
    hub = FakeHub(repos, quota={bucket: window})
    hub.accounts.grant(_TOKEN)
    return hub


def _client(hub: FakeHub, what: str, count: int, in_flight: int) -> str:
    command = [sys.executable, "-c", _CLIENT, hub.url, what, str(count), str(in_flight), SHA]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout.strip()


if __name__ == "__main__":
    main()
