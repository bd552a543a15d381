"""Whether kills change what `hubaudit diff` tells: `python -m benchmarks.crawl_radar [KILLS]`.

Four real states of a part of the Hub (../shared/real/radar, or HUBAUDIT_SHARED) are served one after another
by the fake Hub, and each is crawled by processes of their own that are killed (SIGKILL) at random points,
KILLS (50) in all, and then by one that may finish. Afterwards `diff` between any two must be the difference
of the files, change by change. Prints what was done; ends with 1 on any difference.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections import Counter
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from hubaudit.audit.history import diff
from tests.conftest import ROOT
from tests.crawl.running import expected, killed, last_walk, serve, start, state_of
from tests.fakehub import FakeHub, Window
from tests.fakehub.records import load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.crawl.running import State
    from tests.fakehub import Repo

_SEED = 20261123


def main() -> None:
    """Crawl, kill, compare."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    shared = Path(os.environ.get("HUBAUDIT_SHARED") or ROOT.parent / "shared")
    files = sorted((shared / "real" / "radar").glob("*.jsonl.zst"))
    if not files:
        sys.exit(f"no recorded states in {shared}; HUBAUDIT_SHARED names the folder")
    recorded = [load([path]) for path in files]
    states = [state_of(repos) for repos in recorded]
    chance = random.Random(_SEED)  # noqa: S311 - repeatable chance is the point
    with TemporaryDirectory() as folder, FakeHub(quota={"api": Window(10**6)}) as hub:
        moments = []
        for number, repos in enumerate(recorded):
            share = kills * (number + 1) // len(recorded) - kills * number // len(recorded)
            moments.append(_crawled(hub, repos, Path(folder), share, chance))
        sys.exit(_compare(Path(folder) / "store.duckdb", states, moments))


def _crawled(hub: FakeHub, repos: Sequence[Repo], folder: Path, kills: int, chance: random.Random) -> str:
    """Serve one state, kill crawls of it, let one finish; return its moment."""
    serve(hub, repos)
    began, longest, where = time.monotonic(), 4.0, Counter[str]()
    while where.total() < kills:
        asked, after = len(hub.requests), chance.random() * longest
        if killed(hub, folder, os.environ, after, size=1000):
            where[_place(len(hub.requests) - asked)] += 1
        else:
            longest = max(0.1, min(longest, after))  # it was over by then
    process = start(hub, folder, os.environ, "--full", size=1000)
    out, narration = process.communicate()
    if process.returncode:
        sys.exit(f"a crawl that nobody killed ended with {process.returncode}: {out}{narration}")
    print(f"{len(repos):,} models, killed {dict(where)}, {time.monotonic() - began:.0f} s; {out.strip()}")
    return last_walk(folder / "store.duckdb")


def _place(requests: int) -> str:
    """Say how far a process had come, by the requests it sent itself."""
    return "among its first ten requests" if requests < 10 else "later"


def _compare(store: Path, states: Sequence[State], moments: Sequence[str]) -> int:
    wrong = 0
    for before, after in combinations(range(len(states)), 2):
        changes = diff(store, moments[before], moments[after])[2]
        found = Counter((change.id, change.field, change.old, change.new) for change in changes)
        wanted = Counter(expected(states, before, after))
        fields = Counter(change.field for change in changes)
        lacking, too_many = (wanted - found).total(), (found - wanted).total()
        wrong += lacking + too_many
        print(f"{before + 1} to {after + 1}: {len(changes)} changes, {lacking} lacking, {too_many} too many")
        print(f"    {dict(fields.most_common())}")
    return 1 if wrong else 0


if __name__ == "__main__":
    main()
