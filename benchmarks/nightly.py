"""What a night costs in a store of many records: `python -m benchmarks.nightly [RECORDS...]`.

100,000 and 1,000,000 unless told. Medians of 3 rounds, each on a copy of the same store in a process of its
own, whose peak of memory is printed, too:

delta    put a walk over the 5 % into the log that changed
again    put a walk over the whole list into it, of which 2 % changed
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.history import changed_in, walk, with_commits
from benchmarks.listing import OBSERVED_AT, URL, Cost, cost, pages
from hubaudit.store.file import opened
from hubaudit.store.page import PageFile
from hubaudit.store.runs import begin_run
from hubaudit.store.walks import apply_walk

if TYPE_CHECKING:
    from collections.abc import Sequence

ROUNDS = 3
SIZES = (100_000, 1_000_000)
_SHARES = {"delta": 20, "again": 50}


def main() -> None:
    """Print both for each size, and how the cost of a record grows from the first size to the last."""
    if sys.argv[1:2] == ["--child"]:
        _child(Path(sys.argv[2]), Path(sys.argv[3]), is_whole=sys.argv[4] == "again")
        return
    print(f"medians of {ROUNDS} rounds, {os.cpu_count()} cores")
    cpu: dict[str, list[float]] = {name: [] for name in _SHARES}
    for size in [int(word) for word in sys.argv[1:]] or SIZES:
        with TemporaryDirectory() as folder:
            for name, (each, changed, peak) in _measure(Path(folder), size).items():
                cpu[name].append(each.cpu / size)
                print(
                    f"  {size:>9,} records  {name:<6}{each.wall:8.2f} s, CPU {each.cpu:7.2f} s,"
                    f" {changed:,} changed, peak {peak >> 10:,} MB",
                    flush=True,
                )
    for name, costs in cpu.items():
        print(
            f"  {name:<6}a record of the last store costs {costs[-1] / costs[0]:.2f} times that of the first"
        )


def _measure(folder: Path, size: int) -> dict[str, tuple[Cost, int, int]]:
    store = folder / "store.duckdb"
    records = list(with_commits(size))
    walk(store, folder, records, OBSERVED_AT, is_whole=True)
    at = OBSERVED_AT + timedelta(days=1)
    measured = {}
    for name, share in _SHARES.items():
        fresh = records.copy()
        numbers = list(changed_in(fresh, 1, share))
        sent = folder / name
        pages(sent, fresh if name == "again" else [fresh[number] for number in numbers], at)
        rounds = [_in_child(store, sent, name) for _ in range(ROUNDS)]
        each = Cost(*(statistics.median(column) for column in zip(*(one[0] for one in rounds), strict=True)))
        if {one[1] for one in rounds} != {len(numbers)}:
            sys.exit(f"{name}: {len(numbers)} changed, and the log has {rounds[0][1]} of them")
        measured[name] = each, len(numbers), max(one[2] for one in rounds)
    return measured


def _in_child(store: Path, sent: Path, name: str) -> tuple[Cost, int, int]:
    copy = store.with_suffix(".copy")
    shutil.copy(store, copy)
    command = [sys.executable, "-m", "benchmarks.nightly", "--child", str(copy), str(sent), name]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    wall, cpu, changed, peak = done.stdout.split()
    return Cost(float(wall), float(cpu)), int(changed), int(peak)


def _child(store: Path, folder: Path, *, is_whole: bool) -> None:
    at = OBSERVED_AT + timedelta(days=1)
    files = sorted(folder.glob("*.zst"))
    changed: list[int] = []
    taken = cost(lambda: changed.append(_apply(store, files, at, is_whole=is_whole)))
    print(taken.wall, taken.cpu, *changed, peak())


def peak() -> int:
    """Return the most kB that this process held. What getrusage tells a child begins at its parent's peak."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1])  # type: ignore[index]  # Linux has it


def _apply(store: Path, files: Sequence[Path], at: datetime, *, is_whole: bool) -> int:
    counts = [int(file.with_suffix("").read_text()) for file in files]
    sent = [PageFile(file, URL, at, count) for file, count in zip(files, counts, strict=True)]
    with opened(store, write=True) as con:
        crawl_id = begin_run(con, "full" if is_whole else "delta", "model", at)
        return apply_walk(con, crawl_id, "model", sent, is_whole=is_whole).changed


if __name__ == "__main__":
    main()
