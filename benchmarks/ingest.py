"""What it costs to take the Hub's list into the store: `python -m benchmarks.ingest`.

The recorded list is laid out as the pages that a walk leaves on disk, once as it is and once many times over
under other names, so that fixed costs do not count. Medians of 5 rounds, each into an empty store and beside
`orjson.loads` of the same bytes:

read     pages into records, as `read_json` gives them
typed    the same, with the typed columns and the hash of a change
walk     the whole way into the log: what `hubaudit crawl` does with its pages
import   the same records as one file of JSON lines: `hubaudit import`
"""

from __future__ import annotations

import json
import os
import statistics
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import duckdb
import orjson
import zstandard

from hubaudit.store import walks
from hubaudit.store.file import opened
from hubaudit.store.imports import Dump, import_dump
from hubaudit.store.runs import begin_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROUNDS = 5
BUDGET = 1.5  # times `orjson.loads`; performance.md
ROOT = Path(__file__).resolve().parents[1]
LIST = "real/radar/2026-08-20T0600.jsonl.zst"
_PAGE = 1000
_OBSERVED_AT = datetime(2026, 8, 20, 6, tzinfo=UTC)
_READ = "create or replace temp table read as select $kind as kind, * from ({pages})"


def main() -> None:
    """Print each way's time against orjson's, and what a record takes at rest."""
    shared = Path(os.environ.get("HUBAUDIT_SHARED") or ROOT.parent / "shared")
    records = _recorded(shared / LIST)
    print(f"medians of {ROUNDS} rounds, {os.cpu_count()} cores, DuckDB {duckdb.__version__}, budget {BUDGET}")
    for times in (1, 20):
        with TemporaryDirectory() as folder:
            _measure(Path(folder), list(_multiplied(records, times)))


def _recorded(path: Path) -> list[dict[str, Any]]:
    with path.open("rb") as packed:
        text = zstandard.ZstdDecompressor().stream_reader(packed).read()
    return [json.loads(line) for line in text.splitlines()]


def _multiplied(records: list[dict[str, Any]], times: int) -> Iterator[dict[str, Any]]:
    for turn in range(times):
        for record in records:
            yield record | {
                "_id": f"{record['_id'][:-2]}{turn:02x}{record['_id'][-2:]}",
                "id": f"{record['id']}-{turn}",
            }


def _measure(folder: Path, records: list[dict[str, Any]]) -> None:
    lines = [_page_line(records[start : start + _PAGE]) for start in range(0, len(records), _PAGE)]
    pages = [_written(folder / f"page-{number:05}.jsonl.zst", line) for number, line in enumerate(lines)]
    dump = _written(folder / "list.jsonl.zst", b"\n".join(map(orjson.dumps, records)))
    store = folder / "store.duckdb"
    ways: dict[str, Callable[[], object]] = {
        "read": lambda: _read(pages),
        "typed": lambda: _typed(pages),
        "walk": lambda: _walk(store, pages),
        "import": lambda: _import(store, dump),
    }
    print(f"\n{len(records):,} records, {sum(map(len, lines)) / len(records):,.0f} bytes each as sent")
    seconds: dict[str, list[float]] = {name: [] for name in ("orjson", *ways)}
    for _ in range(ROUNDS):
        seconds["orjson"].append(_seconds(lambda: _parse(lines)))
        for name, way in ways.items():
            store.unlink(missing_ok=True)
            seconds[name].append(_seconds(way))
    base = statistics.median(seconds["orjson"])
    for name, taken in seconds.items():
        median = statistics.median(taken)
        print(f"  {name:<8}{median:7.3f} s  {median / base:5.2f} times orjson.loads")
    print(f"  at rest {store.stat().st_size / len(records):,.0f} bytes a record in the store")


def _page_line(records: list[dict[str, Any]]) -> bytes:
    page = {
        "url": "https://hub.example/api/models",
        "observed_at": _OBSERVED_AT.isoformat(),
        "records": records,
    }
    return orjson.dumps(page)


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(zstandard.compress(content + b"\n"))
    return path


def _seconds(way: Callable[[], object]) -> float:
    start = time.perf_counter()
    way()
    return time.perf_counter() - start


def _parse(lines: list[bytes]) -> None:
    for line in lines:  # one page at a time: many objects alive at once would slow it threefold
        orjson.loads(line)


def _read(pages: list[Path]) -> None:
    sql = walks._FILES.format(longest=1 << 24)  # noqa: SLF001 - the very statement is measured
    with duckdb.connect() as con:
        con.execute(_READ.format(pages=sql), {"kind": "model", "files": [str(page) for page in pages]})


def _typed(pages: list[Path]) -> None:
    with duckdb.connect() as con:
        walks._read(con, "model", pages)  # noqa: SLF001 - the same


def _walk(store: Path, pages: list[Path]) -> None:
    with opened(store, write=True) as con:
        crawl_id = begin_run(con, "full", "model", _OBSERVED_AT)
        walks.apply_walk(con, crawl_id, "model", pages, is_whole=True)


def _import(store: Path, dump: Path) -> None:
    with opened(store, write=True) as con:
        import_dump(con, Dump(str(dump), "model", "https://hub.example", _OBSERVED_AT), store.parent)


if __name__ == "__main__":
    main()
