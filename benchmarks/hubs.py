"""A realistic Hub of any size: `python -m benchmarks.hubs MODELS STORE` tells what was asked for and came.

--cards SHARE and --giant SHARE as in benchmarks/audit_scale.py, --seed N for another Hub. The records go
through `hubaudit import`; benchmarks/hub_records.py tells what they hold, benchmarks/hub_cards.py what cards.
"""

from __future__ import annotations

import argparse
import json
import time
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.hub_cards import add_cards
from benchmarks.hub_check import checked
from benchmarks.hub_files import AT, changed_in, fill, take, write
from benchmarks.hub_shape import Hub, shares
from benchmarks.talk_grid import SHARED

if TYPE_CHECKING:
    from collections.abc import Callable

SUMMARY = SHARED / "real" / "hub_summary_2026-09-25.json"
_DATASETS = 3  # one data set for so many models, as 1 of 3 million


def realistic(models: int, *, giant: float = 0.0, seed: int = 1) -> Hub:
    """Return a Hub of so many models by the published counts."""
    counts = json.loads(SUMMARY.read_text(encoding="utf-8"))
    return Hub(shares(counts), models, models // _DATASETS, seed, giant)


def build(hub: Hub, folder: Path, cards: float, tell: Callable[[str], None]) -> Path:
    """Make the Hub's store in a folder, with cards for that share of its models."""
    store, begun = folder / "store.duckdb", time.monotonic()
    taken = fill(hub, store, folder)
    if refused := sum(each.odd for each in taken):
        tell(f"REFUSED: {refused} records")
    records, seconds = sum(each.records for each in taken), time.monotonic() - begun
    tell(f"made and imported {records:,} records in {seconds:.0f} s")
    if cards:
        tell(f"dealt the facts of {add_cards(store, folder, cards):,} cards out")
    return store


def night(hub: Hub, folder: Path, *, with_root: bool = False) -> int:
    """Let a night pass over the store in a folder; return how many models it changed."""
    lines = folder / "night.jsonl.zst"
    numbers = [*([min(hub.roots)] if with_root else []), *changed_in(hub)]
    write(hub, "model", lines, numbers, night=1)
    return take(folder / "store.duckdb", lines, "model", AT + timedelta(days=1)).changed


def main() -> None:
    """Make a store, and say how it came out."""
    parser = argparse.ArgumentParser(description="A realistic Hub of any size, in a store")
    parser.add_argument("models", type=int)
    parser.add_argument("store", type=Path)
    parser.add_argument("--cards", type=float, default=0.0)
    parser.add_argument("--giant", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    if not SUMMARY.exists():
        print(f"skipped: no {SUMMARY}; HUBAUDIT_SHARED names the folder of the shared records")
        return
    hub = realistic(asked.models, giant=asked.giant, seed=asked.seed)
    with TemporaryDirectory(dir=asked.store.parent) as folder:
        made = build(hub, Path(folder), asked.cards, print)
        made.rename(asked.store)
    print("\n".join(checked(hub, asked.store)))


if __name__ == "__main__":
    main()
