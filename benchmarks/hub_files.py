"""A Hub that never was on disk, as JSON lines packed in zstd, and in a store through `hubaudit import`."""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

import orjson
import zstandard

from benchmarks.hub_records import dataset, model
from hubaudit.store.file import opened
from hubaudit.store.imports import Dump, import_dump

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from benchmarks.hub_shape import Hub
    from hubaudit.store.imports import Imported

HUB = "https://huggingface.co"
AT = datetime(2026, 9, 26, tzinfo=UTC)
NIGHT = 60  # one model in so many changes
_CHANGED = 7  # which of them
_GONE = 3  # one of so many repositories of the day before is named as a base
_PIECE = 50_000  # records that a process writes at a time
_LINES = 1_000


def changed_in(hub: Hub) -> range:
    """Return the numbers of the models that another night changes."""
    return range(_CHANGED, hub.models, NIGHT)


def write(hub: Hub, kind: str, path: Path, numbers: Sequence[int] | None = None, night: int = 0) -> int:
    """Write records as JSON lines on all cores, each process one piece at a time; return how many."""
    numbers = range(hub.models if kind == "model" else hub.datasets) if numbers is None else numbers
    parts = [
        (hub, kind, path.with_suffix(f".{first}"), numbers[first : first + _PIECE], night)
        for first in range(0, len(numbers), _PIECE)
    ]
    if len(parts) == 1:
        _write_part(*parts[0])
    else:
        with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
            for done in [pool.submit(_write_part, *part) for part in parts]:
                done.result()
    with path.open("wb") as out:
        for _, _, part, *_ in parts:
            with part.open("rb") as packed:
                shutil.copyfileobj(packed, out)
            part.unlink()
    return len(numbers)


def _write_part(hub: Hub, kind: str, path: Path, numbers: Sequence[int], night: int) -> None:
    lines = (orjson.dumps(model(hub, n, night) if kind == "model" else dataset(hub, n)) for n in numbers)
    _pack(path, lines)


def _pack(path: Path, lines: Iterable[bytes]) -> None:
    with path.open("wb") as file, zstandard.ZstdCompressor(1).stream_writer(file) as out:
        for each in lines:
            out.write(each + b"\n")


def gone(hub: Hub) -> Iterator[dict[str, Any]]:
    """Yield records that the list had the day before: bases that can no longer be had."""
    for owner in range(0, 9, _GONE):
        for number in range(max(1, hub.models // 100)):
            name = f"gone{owner}/model-{number}"
            yield {
                "_id": f"{owner:08x}{number:016x}",
                "id": name,
                "sha": f"{number:040x}",
                "tags": ["region:us"],
            }


def take(store: Path, path: Path, kind: str, at: datetime, *, is_whole: bool = False) -> Imported:
    """Put a file into the store as `hubaudit import` does."""
    with opened(store, write=True) as con:
        return import_dump(con, Dump(str(path), kind, HUB, at, is_whole))


def fill(hub: Hub, store: Path, folder: Path) -> list[Imported]:
    """Make a store of the Hub: what was there a day before, then the whole lists of models and data sets."""
    before, models, datasets = (folder / f"{name}.jsonl.zst" for name in ("before", "model", "dataset"))
    _pack(before, map(orjson.dumps, gone(hub)))
    write(hub, "model", models)
    write(hub, "dataset", datasets)
    taken = [
        take(store, before, "model", AT - timedelta(days=1)),
        take(store, models, "model", AT, is_whole=True),
        take(store, datasets, "dataset", AT, is_whole=True),
    ]
    for path in (before, models, datasets):
        path.unlink()
    return taken
