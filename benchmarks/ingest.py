"""What it costs to take the Hub's list into the store: `python -m benchmarks.ingest [RECORDS...]`.

The recorded list is laid out as the pages that a walk leaves on disk, many times over under other names, so
that fixed costs do not count. Medians of 5 rounds beside `orjson.loads` of the same bytes (one core), by the
clock and in CPU time of all cores: where other programs run, half the CPU ratio is what two free cores take.

json     the pages' records as JSON, kept nowhere: unpacking and one parse
text     the same into a table of one packed column, on disk: what keeping them verbatim costs at least
listed   the same with names, columns and the hash of a change, not on disk
walk     the whole way into the log of an empty store: what `hubaudit crawl` does with its pages
again    the same list once more, nothing has changed: the weekly whole walk
import   the same records as one file of JSON lines: `hubaudit import`

The budget is for the whole way, and `text` alone takes it: the record is kept as sent, so its bytes are read,
parsed once to find its end and once for its columns, and packed with zstd. What comes on top are 17 columns
on disk and two more tables.
"""

from __future__ import annotations

import os
import statistics
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import duckdb
import orjson
import zstandard

from benchmarks.listing import OBSERVED_AT, Cost, cost, multiplied, pages, recorded
from hubaudit.store import walks
from hubaudit.store.changes import recall_last
from hubaudit.store.file import opened
from hubaudit.store.imports import Dump, import_dump
from hubaudit.store.runs import begin_run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hubaudit.store.page import PageFile

ROUNDS = 5
BUDGET = 1.5  # times `orjson.loads`; performance.md
SIZES = (12_322, 246_440)
_OBJECTS = "read_json_objects($files, format = 'array')"


def main() -> None:
    """Print each way's time against orjson's, and what a record takes at rest."""
    print(f"medians of {ROUNDS} rounds, {os.cpu_count()} cores, DuckDB {duckdb.__version__}, budget {BUDGET}")
    for size in [int(word) for word in sys.argv[1:]] or SIZES:
        with TemporaryDirectory() as folder:
            _measure(Path(folder), size)


def _measure(folder: Path, size: int) -> None:
    sent = pages(folder / "pages", multiplied(recorded(), size))
    bodies = [zstandard.decompress(page.path.read_bytes()) for page in sent]
    dump = folder / "list.jsonl.zst"
    dump.write_bytes(zstandard.compress(b"\n".join(map(orjson.dumps, multiplied(recorded(), size)))))
    store = folder / "store.duckdb"
    ways: dict[str, Callable[[], object]] = {
        "json": lambda: _scan(sent),
        "text": lambda: _keep_text(store, sent),
        "listed": lambda: _list(store, sent),
        "import": lambda: _import(store, dump),
        "walk": lambda: _walk(store, sent),
        "again": lambda: _walk(store, sent),
    }
    print(f"\n{size:,} records, {sum(map(len, bodies)) / size:,.0f} bytes each as sent")
    taken: dict[str, list[Cost]] = {name: [] for name in ("orjson", *ways)}
    for _ in range(ROUNDS):
        taken["orjson"].append(cost(lambda: _parse(bodies)))
        for name, way in ways.items():
            if name != "again":
                store.unlink(missing_ok=True)
            taken[name].append(cost(way))
    _print(taken)
    print(f"  at rest {store.stat().st_size / size:,.0f} bytes a record in the store")


def _print(taken: dict[str, list[Cost]]) -> None:
    base = Cost(*(statistics.median(column) for column in zip(*taken["orjson"], strict=True)))
    for name, costs in taken.items():
        wall, cpu = (statistics.median(column) for column in zip(*costs, strict=True))
        print(
            f"  {name:<8}{wall:8.3f} s {wall / base.wall:6.2f} times orjson.loads; CPU {cpu / base.cpu:6.2f}"
        )


def _parse(bodies: Sequence[bytes]) -> None:
    for body in bodies:  # one page at a time: many objects alive at once would slow it threefold
        orjson.loads(body)


def _scan(sent: Sequence[PageFile]) -> None:
    with duckdb.connect() as con:
        con.execute(f"select sum(strlen(json::varchar)) from {_OBJECTS}", _files(sent))


def _keep_text(store: Path, sent: Sequence[PageFile]) -> None:
    with duckdb.connect(str(store)) as con:
        con.execute("create table text (record json using compression zstd)")
        con.execute(f"insert into text select json from {_OBJECTS}", _files(sent))


def _files(sent: Sequence[PageFile]) -> dict[str, list[str]]:
    return {"files": [str(page.path) for page in sent]}


def _list(store: Path, sent: Sequence[PageFile]) -> None:
    with opened(store, write=True) as con:
        recall_last(con, "model")
        walks.read_pages(con, "model", sent)


def _walk(store: Path, sent: Sequence[PageFile]) -> None:
    with opened(store, write=True) as con:
        crawl_id = begin_run(con, "full", "model", OBSERVED_AT)
        walks.apply_walk(con, crawl_id, "model", sent, is_whole=True)


def _import(store: Path, dump: Path) -> None:
    with opened(store, write=True) as con:
        import_dump(con, Dump(str(dump), "model", "https://hub.example", OBSERVED_AT))


if __name__ == "__main__":
    main()
