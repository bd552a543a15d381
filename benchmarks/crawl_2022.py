"""Whether a crawl with cards tells what an import tells: `python -m benchmarks.crawl_2022 [MODELS [KILLS]]`.

The Hub of 2022-02-21 (../shared/real/hub_2022-02-21.jsonl.zst, or HUBAUDIT_SHARED; all 29,432 models, or the
first MODELS) is served by the fake Hub in a process of its own. `hubaudit crawl` reads its list, its cards
and what license files it guesses; `hubaudit import` reads the file itself into another store. Prints how long
both took, the crawl's time for a request against bare httpx (16 at a time) in the same run, and how many rows
of the raw tables differ; ends with 1 if any does. tests/crawl/twins.py says what must differ, and why.

With KILLS so many crawls are killed (SIGKILL) before the one that is timed, each within twelve seconds.

The recording has no license files, and lacks two cards. Where a file was there but is not recorded, the fake
Hub refuses (403) rather than claim that it is absent; such answers are counted.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import duckdb
import httpx
import zstandard

from hubaudit.store.file import attached
from tests.conftest import ROOT
from tests.crawl.twins import differences, other_looks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NAME = "hub_2022-02-21.jsonl.zst"
_DATE = "2022-02-21"
_AT_ONCE = 16  # as many requests as hubaudit's client sends at a time
_SEED = 20261124
_SAMPLE = 3_000  # files for the baseline


def main() -> None:
    """Serve, crawl, import, compare."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else None
    kills = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    recording = Path(os.environ.get("HUBAUDIT_SHARED") or ROOT.parent / "shared") / "real" / _NAME
    if not recording.is_file():
        sys.exit(f"there is no {recording}; HUBAUDIT_SHARED names the folder of recorded records")
    with TemporaryDirectory() as name:
        folder = Path(name)
        dump = _first(recording, count, folder)
        crawled, imported = folder / "crawled.duckdb", folder / "imported.duckdb"
        environment = os.environ | {"HUBAUDIT_CACHE": str(folder / "cache"), "HUBAUDIT_DB": str(crawled)}
        with _served(dump) as url:
            environment["HF_ENDPOINT"] = url
            _kill(environment, kills)
            crawl = _run(environment, "crawl", "--kind", "model")
            _print_speed(crawled, crawl, url)
        _run(environment | {"HUBAUDIT_DB": str(imported)}, "import", str(dump), "--date", _DATE)
        sys.exit(_compare(crawled, imported))


def _first(recording: Path, count: int | None, folder: Path) -> Path:
    """Return the recording, or a copy of its first lines."""
    if count is None:
        return recording
    with zstandard.open(recording, "rt", encoding="utf-8") as lines:
        part = folder / _NAME.removesuffix(".zst")
        part.write_text("".join(line for line, _ in zip(lines, range(count), strict=False)), "utf-8")
    return part


@contextmanager
def _served(dump: Path) -> Iterator[str]:
    """Serve the file with a quota that holds nobody up; yields the address."""
    quota = [f"--quota={bucket}=100000000:300" for bucket in ("api", "resolvers")]
    command = [sys.executable, "-m", "tests.fakehub", "--records", str(dump), *quota]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as hub:
        assert hub.stdout is not None  # noqa: S101 - it was asked for
        try:
            yield hub.stdout.readline().strip()
        finally:
            hub.terminate()


def _kill(environment: Mapping[str, str], kills: int) -> None:
    """Start so many crawls and kill each somewhere on its way."""
    chance = random.Random(_SEED)  # noqa: S311 - repeatable chance is the point
    command = [sys.executable, "-m", "hubaudit", "crawl", "--kind", "model"]
    killed = 0
    for _ in range(kills):
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as process:
            with suppress(subprocess.TimeoutExpired):
                process.wait(chance.uniform(1, 12))
            process.kill()
        killed += process.returncode == -signal.SIGKILL
    if kills:
        print(f"killed {killed} of {kills}")


def _run(environment: Mapping[str, str], *arguments: str) -> float:
    """Run hubaudit; return the seconds it took."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "hubaudit", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.monotonic() - began
    print(f"hubaudit {arguments[0]}: {seconds:.1f} s\n  " + "\n  ".join(done.stdout.splitlines()))
    if done.returncode:
        sys.exit(f"it ended with {done.returncode}: {done.stderr}")
    return seconds


def _print_speed(store: Path, seconds: float, url: str) -> None:
    with duckdb.connect() as con, attached(con, store):
        runs = con.execute("select kind, requests, records from store.raw.crawl order by crawl_id").fetchall()
        asked = con.execute(
            "select url from store.raw.text_seen order by hash(repo_id) limit ?", [_SAMPLE]
        ).fetchall()
    timed = sum(number for kind, number, _ in runs if kind != "files") + runs[-1][1]
    for kind, number, records in runs:
        print(f"  {kind}: {number:,} requests for {records:,}")
    ours = seconds / float(timed)
    theirs = asyncio.run(_bare(f"{url}/", [address for (address,) in asked])) / len(asked)
    print(f"  {1 / ours:,.0f} requests/s, the whole command; bare httpx {1 / theirs:,.0f}/s:")
    print(f"  {ours / theirs:.2f} times the time of bare httpx for a request, all writing included")


async def _bare(base: str, addresses: list[str]) -> float:
    """Ask for these addresses and read the answers; return the seconds."""
    slots = asyncio.Semaphore(_AT_ONCE)
    async with httpx.AsyncClient(base_url=base, limits=httpx.Limits(max_connections=_AT_ONCE)) as client:

        async def ask(address: str) -> None:
            async with slots:
                await client.get(address)

        began = time.monotonic()
        await asyncio.gather(*(ask(address) for address in addresses))
        return time.monotonic() - began


def _compare(crawled: Path, imported: Path) -> int:
    wrong = 0
    for name, (alike, ours, theirs) in differences(crawled, imported).items():
        print(f"{name}: {alike:,} alike, {len(ours)} only crawled, {len(theirs)} only imported")
        for row in (*ours[:2], *theirs[:2]):
            print(f"  {ascii(row)[:200]}")
        wrong += len(ours) + len(theirs)
    for (path, outcome), count in sorted(other_looks(crawled).items()):
        print(f"{path}: {count:,} {outcome}")
    return 1 if wrong else 0


if __name__ == "__main__":
    main()
