"""What an audit costs after a night, against a full one: `python -m benchmarks.audit_increment [COPIES...]`.

The Hub of February 2022 as it was recorded, with its cards, once and five times over unless told (a copy has
other owners). Then one model in sixty gets another license and commit, as 50,000 of three million do in a
night. Both builds run over the same store, and every table of one must hold the rows of the other.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import duckdb

from benchmarks.hub_files import take
from benchmarks.listing import cost
from benchmarks.nightly import peak
from benchmarks.recorded_cards import records
from benchmarks.talk_grid import SHARED
from hubaudit.audit.increment import build_increment
from hubaudit.audit.tables import build_whole, tables_path
from hubaudit.audit.whole import bring_up_to_date
from hubaudit.store.dumps import literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

COPIES = (1, 5)
NIGHT = 60  # one model in so many changes
_AT = datetime(2022, 2, 21, tzinfo=UTC)
_SUM = "select count(*), sum(hash(row)) from audit.{name} as row"


def main() -> None:
    """Print both builds for each size, and how the cost of a model grows."""
    if not SHARED.is_dir():
        print(f"skipped: no shared records at {SHARED}; HUBAUDIT_SHARED names the folder")
        return
    print(f"{os.cpu_count()} cores")
    costs = []
    for copies in [int(word) for word in sys.argv[1:]] or COPIES:
        with TemporaryDirectory() as folder:
            costs.append(_measure(Path(folder), copies))
    if len(costs) > 1:
        print(f"a model of the last store costs {costs[-1] / costs[0]:.2f} times that of the first")


def _measure(folder: Path, copies: int) -> float:
    store = folder / "store.duckdb"
    models = _take(store, folder / "first.jsonl", _copies(copies), _AT)
    bring_up_to_date(store)
    changed = _take(store, folder / "night.jsonl", _night(copies), _AT + timedelta(days=1))
    night, full = folder / "night.duckdb", folder / "full.duckdb"
    (folder / "between").mkdir()
    grown = cost(lambda: build_increment(store, tables_path(store), folder / "between", night))
    whole = cost(lambda: build_whole(store, folder / "spill", full))
    for name, each in (("full", whole), ("night", grown)):
        print(f"  {models:>9,} models  {name:<6}{each.wall:8.2f} s, CPU {each.cpu:8.2f} s", flush=True)
    print(
        f"  {changed:,} changed: {whole.wall / grown.wall:.1f} times faster, CPU {whole.cpu / grown.cpu:.1f};"
        f" peak {peak() >> 10:,} MB; {'DIFFERENT' if different(night, full) else 'the same rows'}"
    )
    return whole.cpu / models


def _take(store: Path, file: Path, lines: Iterable[dict[str, Any]], at: datetime) -> int:
    with file.open("w", encoding="utf-8") as out:
        count = sum(1 for line in lines if out.write(json.dumps(line) + "\n"))
    take(store, file, "model", at)
    return count


def _copies(copies: int) -> Iterator[dict[str, Any]]:
    for number in range(copies):
        for line in records("hub_2022-02-21"):
            record = dict(line["record"])
            name = record["modelId"]
            record |= {"modelId": f"copy{number}-{name}", "id": f"copy{number}-{name}"} if number else {}
            yield line | {"record": record}


def _night(copies: int) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(_copies(copies)):
        if number % NIGHT == 0:
            tags = [tag for tag in line["record"]["tags"] if not tag.startswith("license:")]
            record = line["record"] | {"sha": f"{number:040x}", "tags": [*tags, "license:mit"]}
            yield line | {"record": record}


def differing(one: Path, other: Path) -> list[str]:
    """Return the tables of two audits whose rows differ, told by their number and the sum of their hashes.

    That needs no memory, unlike `different`, which shows the rows.
    """
    with duckdb.connect() as con:
        sums = []
        for path in (one, other):
            con.execute(f"attach {literal(str(path))} as audit (read_only)")
            sums.append(
                {name: con.execute(_SUM.format(name=name)).fetchone() for name in _tables(con, "audit")}
            )
            con.execute("detach audit")
    return sorted(name for name in sums[0].keys() | sums[1].keys() if sums[0].get(name) != sums[1].get(name))


def different(one: Path, other: Path) -> dict[str, Any]:
    """Return the tables of two audits whose rows differ, with some that only one of them has."""
    found: dict[str, Any] = {}
    with duckdb.connect() as con:
        con.execute(f"attach {literal(str(one))} as one (read_only)")
        con.execute(f"attach {literal(str(other))} as other (read_only)")
        for name in _tables(con, "other"):
            only = [
                con.execute(f"from {a}.{name} except all from {b}.{name} limit 3").fetchall()
                for a, b in (("one", "other"), ("other", "one"))
            ]
            if any(only):
                found[name] = only
    return found


def _tables(con: duckdb.DuckDBPyConnection, database: str) -> list[str]:
    rows = con.execute(
        "select schema_name || '.' || table_name from duckdb_tables()"
        " where database_name = ? and table_name <> 'made'",
        [database],
    ).fetchall()
    return [name for (name,) in rows]


if __name__ == "__main__":
    main()
