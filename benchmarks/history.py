"""What it costs to keep every change: `python -m benchmarks.history [RECORDS] [NIGHTS]`.

A recorded list (../shared/real/radar, or HUBAUDIT_SHARED) is multiplied to RECORDS (100,000) under other
names, with a commit each, and imported. Then NIGHTS (30) follow, in each of which 2 % have a new commit and
date, and a tenth of these another license. Printed:

at rest   bytes a changed record took: in the store's file as it stands, after `compact`, and in the sealed
          nights of `hubaudit export` (budget 200), beside a full snapshot (Parquet) of every night
night     seconds of a night's delta and of a full re-listing, into the store
licenses  `hubaudit diff` of one night against the naive way, which joins the two full states: medians of 5
          rounds (budget: 5 times faster)
memory    the most that the process had resident

Run it with 100,000 and with 1,000,000 records to see how each grows.
"""

from __future__ import annotations

import json
import os
import random
import resource
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import orjson
import zstandard

from hubaudit.audit.history import diff
from hubaudit.store import lake
from hubaudit.store.clone import compact
from hubaudit.store.file import opened
from hubaudit.store.imports import Dump, import_dump

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ROOT = Path(__file__).resolve().parents[1]
LIST = "real/radar/2026-08-20T0600.jsonl.zst"
SHARE, RELICENSED = 0.02, 0.1
BUDGET, FASTER = 200, 5
ROUNDS = 5
BEGIN = datetime(2026, 9, 1, 2, tzinfo=UTC)
_NAIVE = """
    with state as (
        select
            unnest([$from, $to]) as moment, kind, coalesce(hub_id, lower(repo_id)) as key, license, outcome,
            observed_at, crawl_id
        from raw.repo_log
        where outcome <> 'renamed'
    ),

    latest as (
        select moment, kind, key, arg_max(license, (observed_at, crawl_id)) as license,
            arg_max(outcome, (observed_at, crawl_id)) as outcome
        from state
        where observed_at <= moment
        group by all
    )

    select count(*)
    from latest as old
    join latest as new on new.kind = old.kind and new.key = old.key and new.moment = $to
    where old.moment = $from and old.outcome = 'found' and new.outcome = 'found'
        and old.license <> new.license
"""


def main() -> None:
    """Fill a store night by night, then measure."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    nights = int(sys.argv[2]) if len(sys.argv) > 2 else 30
    shared = Path(os.environ.get("HUBAUDIT_SHARED") or ROOT.parent / "shared")
    records = _multiplied(_recorded(shared / LIST), count)
    print(f"{count:,} records, {nights} nights of {SHARE:.0%}, {os.cpu_count()} cores")
    with TemporaryDirectory() as folder:
        _measure(Path(folder), records, nights)
    print(f"memory   {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GiB at most")


def _recorded(path: Path) -> list[dict[str, Any]]:
    with path.open("rb") as packed:
        text = zstandard.ZstdDecompressor().stream_reader(packed).read()
    return [json.loads(line) for line in text.splitlines()]


def _multiplied(recorded: list[dict[str, Any]], count: int) -> list[bytes]:
    """Return records as JSON, to be changed in place: as objects, a million would take gigabytes."""
    made = []
    for number in range(count):
        record, turn = recorded[number % len(recorded)], number // len(recorded)
        own = {
            "_id": f"{record['_id'][:-4]}{turn:04x}",
            "id": f"{record['id']}-{turn}",
            "sha": _sha(number, 0),
        }
        made.append(orjson.dumps(record | own))
    return made


def _sha(number: int, night: int) -> str:
    return sha1(f"{number}/{night}".encode(), usedforsecurity=False).hexdigest()


def _measure(folder: Path, records: list[bytes], nights: int) -> None:
    store, chance = folder / "store.duckdb", random.Random(7)  # noqa: S311 - repeatable chance is the point
    first = _night(folder, store, records, BEGIN, is_whole=True)
    compact(store, waste=0, least=0)
    before, sealed_before, snapshots = store.stat().st_size, _sealed(store, folder / "lake"), 0
    deltas = []
    for night in range(1, nights + 1):
        changed = chance.sample(range(len(records)), int(SHARE * len(records)))
        for number in changed:
            records[number] = _changed(
                records[number], number, night, relicensed=chance.random() < RELICENSED
            )
        deltas.append(
            _night(folder, store, (records[number] for number in changed), BEGIN + timedelta(days=night))
        )
        snapshots += _snapshot(store)
    moved = nights * int(SHARE * len(records))
    live = store.stat().st_size
    compact(store, waste=0, least=0)
    sealed = _sealed(store, folder / "lake") - sealed_before
    print(f"at rest  {(live - before) / moved:6.0f} bytes a changed record in the file as it stands")
    print(f"         {(store.stat().st_size - before) / moved:6.0f} in the compact file")
    print(f"         {sealed / moved:6.0f} in sealed nights (budget {BUDGET})")
    print(f"         {snapshots / moved:6.0f} in full snapshots")
    again = _night(folder, store, records, BEGIN + timedelta(days=nights + 1), is_whole=True)
    delta = statistics.median(deltas)
    print(f"night    {first:.2f} s the first list, {delta:.2f} s a delta, {again:.2f} s a list again")
    _licenses(store, nights)


def _changed(record: bytes, number: int, night: int, *, relicensed: bool) -> bytes:
    told = orjson.loads(record)
    told |= {"sha": _sha(number, night), "lastModified": f"2026-09-{night % 30 + 1:02d}T01:00:00.000Z"}
    if relicensed:
        kept = [tag for tag in told["tags"] if not tag.startswith("license:")]
        told["tags"] = [*kept, f"license:{('mit', 'apache-2.0', 'other')[night % 3]}"]
    return orjson.dumps(told)


def _night(
    folder: Path, store: Path, records: Iterable[bytes], date: datetime, *, is_whole: bool = False
) -> float:
    """Import a list of that date; return the seconds it took."""
    file = folder / "list.jsonl.zst"
    with zstandard.open(file, "wb") as packed:
        for record in records:
            packed.write(record + b"\n")
    with opened(store, write=True) as con:
        con.execute("reset threads")
        began = time.perf_counter()
        import_dump(con, Dump(str(file), "model", "https://hub.example", date, is_whole), folder)
        return time.perf_counter() - began


def _sealed(store: Path, folder: Path) -> int:
    """Bring the lake up to date; return the bytes of the log's nights."""
    with opened(store) as con:
        con.execute("reset threads")
        lake.export(con, folder)
    return sum(file.stat().st_size for file in (folder / "repo_log").rglob("*.parquet"))


def _snapshot(store: Path) -> int:
    """Return the bytes of the whole state as one file of Parquet."""
    file = store.with_name("snapshot.parquet")
    with opened(store) as con:
        con.execute("reset threads")
        con.execute(
            "copy (select * from store.raw.repo_log qualify row_number() over (partition by kind, hub_id"
            " order by observed_at desc) = 1 order by lower(repo_id))"
            f" to '{file}' (format parquet, compression zstd)"
        )
    return file.stat().st_size


def _licenses(store: Path, nights: int) -> None:
    start, end = (f"{BEGIN + timedelta(days=day):%Y-%m-%d}" for day in (nights - 1, nights))
    seconds: dict[str, list[float]] = {"diff": [], "naive": []}
    for _ in range(ROUNDS):
        seconds["diff"].append(_seconds(lambda: diff(store, start, end)))
        seconds["naive"].append(_seconds(lambda: _naive(store, nights)))
    found = sum(change.field == "license" for change in diff(store, start, end)[2])
    if found != _naive(store, nights):
        sys.exit(f"the two ways differ: {found} and {_naive(store, nights)} licenses")
    ours, naive = (statistics.median(seconds[way]) for way in ("diff", "naive"))
    print(
        f"licenses {ours:.2f} s for all fields, {found:,} licenses among them, against {naive:.2f} s by the"
    )
    print(f"         naive join for licenses alone: {naive / ours:.1f} times faster (budget {FASTER})")


def _naive(store: Path, nights: int) -> int:
    moments = {
        "from": BEGIN + timedelta(days=nights - 1, hours=12),
        "to": BEGIN + timedelta(days=nights, hours=12),
    }
    with opened(store) as con:
        con.execute("use store")
        (count,) = con.execute(_NAIVE, moments).fetchone() or (0,)
        con.execute("use memory")
        return int(count)


def _seconds(way: Callable[[], object]) -> float:
    start = time.perf_counter()
    way()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
