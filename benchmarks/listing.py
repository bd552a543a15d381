"""The recorded list, many times over under other names, laid out as the pages that a walk leaves on disk."""

from __future__ import annotations

import itertools
import json
import os
import resource
import time
from datetime import UTC, datetime
from hashlib import sha1
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
import zstandard

from hubaudit.store.page import PageFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

ROOT = Path(__file__).resolve().parents[1]
OBSERVED_AT = datetime(2026, 8, 20, 6, tzinfo=UTC)
URL = "https://hub.example/api/models?sort=createdAt&limit=1000"
PAGE = 1000
_LIST = "real/radar/2026-08-20T0600.jsonl.zst"


class Cost(NamedTuple):
    """Seconds by the clock, and of all cores: the second holds on a machine that has other things to do."""

    wall: float
    cpu: float


def recorded() -> list[dict[str, Any]]:
    """Return the records of the newest recorded list in `HUBAUDIT_SHARED`, else ../shared."""
    shared = Path(os.environ.get("HUBAUDIT_SHARED") or ROOT.parent / "shared")
    with (shared / _LIST).open("rb") as packed:
        text = zstandard.ZstdDecompressor().stream_reader(packed).read()
    return [json.loads(line) for line in text.splitlines()]


def multiplied(records: list[dict[str, Any]], total: int) -> Iterator[dict[str, Any]]:
    """Yield so many records: the given ones again and again, each time with ids of their own."""
    for number, record in enumerate(itertools.islice(itertools.cycle(records), total)):
        turn = number // len(records)
        yield record | {"_id": f"{record['_id'][:-4]}{turn:04x}", "id": f"{record['id']}-{turn}"}


def commit(number: int, night: int = 0) -> str:
    """Return a commit of so many a night: the recorded list was not asked for them, as a crawl does."""
    return sha1(f"{number} {night}".encode(), usedforsecurity=False).hexdigest()


def pages(
    folder: Path, records: Iterable[dict[str, Any]], observed_at: datetime = OBSERVED_AT
) -> list[PageFile]:
    """Write the records as pages, seen at that moment."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for number, rows in enumerate(_batched(records)):
        path = folder / f"page-{number:05}.json.zst"
        path.write_bytes(zstandard.ZstdCompressor(write_checksum=True).compress(orjson.dumps(rows)))
        path.with_suffix("").write_text(str(len(rows)))
        written.append(PageFile(path, f"{URL}&cursor={number}", observed_at, len(rows)))
    return written


def cost(way: Callable[[], object]) -> Cost:
    """Run it and return what it took."""
    start, before = time.perf_counter(), _cpu()
    way()
    return Cost(time.perf_counter() - start, _cpu() - before)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _batched(records: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    left = iter(records)
    while rows := list(itertools.islice(left, PAGE)):
        yield rows
