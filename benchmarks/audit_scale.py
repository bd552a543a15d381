"""What an audit of the whole Hub costs: `python -m benchmarks.audit_scale [SIZES...]`.

Hubs of 100,000 to 3,000,000 models unless told, and a third as many data sets (benchmarks/hubs.py). Every
figure is of a process of its own, by its clock, its CPU and the most memory it held:

audit    `hubaudit audit` over the store, all tables, and the history of its findings
night    one model in sixty has changed: the tables brought up to date
full     the same from the beginning; each table of the two must hold the same rows
sql      those tables that tell the level of the weights and four rules, from the records, no text read
dicts    the same in plain Python dictionaries, and `polars` in polars; each must say the same of every model

--cards SHARE    so many models have a card, with what the readers found in recorded ones; 0 unless told
--root           the night also changes the license of the root with the most children
--giant SHARE    so many models name that root as their base
--rounds N       medians of so many rounds; three up to 300,000 models, else one
--folder FOLDER  where stores and tables lie: 3,000,000 models need 15 GB
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.audit_scale_steps import STEPS
from benchmarks.hub_check import checked
from benchmarks.hubs import build, night, realistic
from benchmarks.score_compare import unequal
from benchmarks.talk_grid import SHARED

SIZES = (100_000, 300_000, 1_000_000, 3_000_000)
BASELINES = ("dicts", "polars")
_SMALL, _ROUNDS = 300_000, 3


@dataclass(frozen=True, slots=True)
class Taken:
    """What a step took: seconds, and the most MB in memory and of temporary files."""

    wall: float
    cpu: float
    memory: int
    disk: int
    said: str

    def __str__(self) -> str:
        spilled = f", {self.disk:,} MB beside it" if self.disk else ""
        return f"{self.wall:9.2f} s, CPU {self.cpu:8.2f} s, peak {self.memory:>6,} MB{spilled}"


def main() -> None:
    """Print all of it for each size, and how the cost of a model grows."""
    asked = _options()
    if not SHARED.is_dir():
        print(f"skipped: no shared records at {SHARED}; HUBAUDIT_SHARED names the folder")
        return
    print(f"{os.cpu_count()} cores")
    first: dict[str, float] = {}
    for size in asked.sizes or SIZES:
        with TemporaryDirectory(dir=asked.folder) as folder:
            for name, cost in _measure(Path(folder), size, asked).items():
                grown = cost / first.setdefault(name, cost)
                print(f"  {name:<7}{cost * 1000:7.3f} ms CPU a model, {grown:.2f} times the first size")


def _measure(folder: Path, size: int, asked: argparse.Namespace) -> dict[str, float]:
    """Make one Hub and measure all; return the CPU seconds a model of each step."""
    hub = realistic(size, giant=asked.giant)
    print(f"{size:,} models, {hub.datasets:,} data sets, {asked.cards:.0%} with a card that was read")
    build(hub, folder, asked.cards, lambda words: print(f"  {words}", flush=True))
    print("\n".join(f"  {line}" for line in checked(hub, folder / "store.duckdb")), flush=True)
    rounds = asked.rounds or (_ROUNDS if size <= _SMALL else 1)
    taken = {"sql": _median("sql", folder, rounds)}
    for name in BASELINES:
        taken[name] = _median(name, folder, rounds)
        faster = taken[name].wall / taken["sql"].wall
        wrong = unequal(folder / "sql", folder / name)
        print(
            f"  {name}: sql is {faster:.2f} times as fast; {wrong or 'the same of every model'}", flush=True
        )
    taken["audit"] = _median("audit", folder, 1)
    changed = night(hub, folder, with_root=asked.root)
    taken |= {name: _median(name, folder, rounds) for name in ("night", "full")}
    same = _run("compare", folder).said
    faster, cpu = taken["full"].wall / taken["night"].wall, taken["full"].cpu / taken["night"].cpu
    print(
        f"  {changed:,} changed: night {faster:.1f} times as fast as full, CPU {cpu:.1f}; {same}", flush=True
    )
    return {name: each.cpu / size for name, each in taken.items()}


def _median(name: str, folder: Path, rounds: int) -> Taken:
    runs = [_run(name, folder) for _ in range(rounds)]
    middle = Taken(
        statistics.median(run.wall for run in runs),
        statistics.median(run.cpu for run in runs),
        max(run.memory for run in runs),
        max(run.disk for run in runs),
        runs[-1].said,
    )
    print(f"  {name:<7}{middle}{f', median of {rounds}' if rounds > 1 else ''}{runs[-1].said}", flush=True)
    return middle


def _run(name: str, folder: Path) -> Taken:
    """Run a step in a process of its own, and look at its temporary files while it works."""
    command = [sys.executable, "-m", "benchmarks.audit_scale", "--child", name, str(folder)]
    disk = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        while process.poll() is None:
            disk = max(disk, _temporary(folder))
            time.sleep(0.2)
        told = process.stdout.read() if process.stdout else ""
    if process.returncode:
        sys.exit(f"{name} failed")
    return Taken(**json.loads(told.splitlines()[-1]), disk=disk >> 20)


def _temporary(folder: Path) -> int:
    """Return the bytes of DuckDB's temporary files."""
    total = 0
    for path in folder.rglob("duckdb_temp*"):
        with suppress(OSError):
            total += path.stat().st_blocks * 512
    return total


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="What an audit of the whole Hub costs")
    parser.add_argument("sizes", nargs="*", type=int)
    parser.add_argument("--cards", type=float, default=0.0)
    parser.add_argument("--giant", type=float, default=0.0)
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--root", action="store_true")
    parser.add_argument("--folder", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        print(json.dumps(STEPS[sys.argv[2]](Path(sys.argv[3]))))
    else:
        main()
