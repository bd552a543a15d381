"""How fast findings are written in each format: `python -m benchmarks.formats [FINDINGS]`.

Against `json.dumps` of the same rows, which makes nothing harmless; medians of five rounds in one run, by the
time of the processor. A quarter of the evidence is not ASCII.
"""

from __future__ import annotations

import json
import statistics
import sys
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.listing import cost
from hubaudit.audit.rules import rules
from hubaudit.audited import Standing
from hubaudit.report.listing import findings_csv, findings_jsonl
from hubaudit.report.sarif import findings_sarif

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

ROUNDS = 5
EVIDENCE = ("license mit (level 4) here, but acme/base is under llama3 (level 3)",) * 3 + (
    "tag mit, but the text says: “for research only” 研究",
)


def findings(count: int) -> Iterator[Standing]:
    """Yield so many findings, as a store has them."""
    for number in range(count):
        model = f"acme/model-{number}"
        yield Standing(
            model, rules()[number % len(rules())].id, "high", EVIDENCE[number % 4],
            "https://huggingface.co/acme/base", (model, "acme/base"), "2026-11-01T00:00:00Z", number, 3,
        )  # fmt: skip


def bare(rows: Iterable[Standing]) -> Iterator[str]:
    """Write JSON as the standard library does."""
    return (json.dumps(asdict(row), ensure_ascii=False) for row in rows)


def sarif(rows: Iterable[Standing]) -> Iterator[str]:
    """Write SARIF without a baseline."""
    return findings_sarif(rows, rules(), coverage={})


WAYS: dict[str, Callable[[Iterable[Standing]], Iterator[str]]] = {
    "json.dumps": bare,
    "jsonl": findings_jsonl,
    "csv": findings_csv,
    "sarif": sarif,
}


def written(way: Callable[[Iterable[Standing]], Iterator[str]], rows: Iterable[Standing]) -> int:
    """Write all, keep nothing, and return how many characters it was."""
    return sum(map(len, way(rows)))


def main(count: int) -> None:
    """Measure each way, in turns, and print findings a second and the ratio to the first."""
    rows = list(findings(count))
    taken: dict[str, list[float]] = {name: [] for name in WAYS}
    for _ in range(ROUNDS):
        for name, way in WAYS.items():
            taken[name].append(cost(partial(written, way, rows)).cpu)
    least = statistics.median(taken["json.dumps"])
    for name, seconds in taken.items():
        median = statistics.median(seconds)
        print(f"{name:<10} {count / median:>9,.0f} findings a second   x{median / least:.1f} the time")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
