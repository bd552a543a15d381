"""What history costs: `python -m benchmarks.history [RECORDS [NIGHTS]]`, 100,000 and 30 unless told.

A list of real records, many times over under other names, is walked once; then in each night 2 % of them
change: each gets a new commit and date, every tenth another license. Printed are

bytes    a changed record in the live file, in a compacted copy, and sealed: the Parquet of `hubaudit export`
diff     license changes over the last week by `hubaudit diff` (changed ids only), beside the
         join of two full states; medians of 5 rounds, and both have to find the same
"""

from __future__ import annotations

import statistics
import sys
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import duckdb

from benchmarks.listing import OBSERVED_AT, commit, cost, multiplied, pages, recorded
from hubaudit.store.file import opened
from hubaudit.store.lake import export
from hubaudit.store.runs import begin_run, end_run
from hubaudit.store.walks import apply_walk
from hubaudit.warehouse.queries import own_sql

if TYPE_CHECKING:
    from collections.abc import Iterator

    from duckdb import DuckDBPyConnection

ROUNDS = 5
SHARE = 50  # one of so many changes in a night
BYTES, FASTER = 200, 5  # the budgets; performance.md
_LICENSE = 10  # one of so many changes is of the license
_NAIVE = """
    with state as materialized (
        select moment, kind, key, max_by(log, (observed_at, crawl_id)) as row
        from (select unnest([$from, $to]) as moment)
        join (
            select kind, coalesce(hub_id, lower(repo_id)) as key, observed_at, crawl_id, license, outcome
            from raw.repo_log
        ) as log on observed_at <= moment and outcome <> 'renamed'
        group by all
    )

    select old.key, old.row.license, new.row.license
    from state as old
    join state as new on new.kind = old.kind and new.key = old.key
    where old.moment = $from and new.moment = $to and old.row.outcome = 'found' and new.row.outcome = 'found'
        and old.row.license <> new.row.license
"""
_OURS = "select * from ({diff}) where field = 'license'"


def main() -> None:
    """Print both."""
    size, nights = (*map(int, sys.argv[1:]), *(100_000, 30)[len(sys.argv) - 1 :])
    with TemporaryDirectory() as folder:
        store = Path(folder) / "store.duckdb"
        records = list(with_commits(size))
        walk(store, Path(folder), records, OBSERVED_AT, is_whole=True)
        first = sizes(store, Path(folder) / "first")
        changed = sum(_night(store, Path(folder), records, night) for night in range(1, nights + 1))
        last = sizes(store, Path(folder) / "last")
        print(f"{size:,} records, {nights} nights, {changed:,} changes")
        for name, before in first.items():
            print(f"  {name:<10}{(last[name] - before) / changed:7,.0f} bytes a changed record")
        print(
            f"  (budget {BYTES} sealed; the first walk takes {first['live'] / size:,.0f} live,"
            f" {first['sealed'] / size:,.0f} sealed)"
        )
        _compare(store, nights)


def with_commits(size: int) -> Iterator[dict[str, Any]]:
    """Yield the recorded list many times over, with commits."""
    for number, record in enumerate(multiplied(recorded(), size)):
        yield record | {"sha": commit(number)}


def changed_in(records: list[dict[str, Any]], night: int, share: int = SHARE) -> Iterator[int]:
    """Change one record of so many in place; yield which."""
    for nth, number in enumerate(range(night % share, len(records), share)):
        moment = f"{OBSERVED_AT + timedelta(days=night, seconds=nth % 80_000):%Y-%m-%dT%H:%M:%S}.000Z"
        record = records[number] | {"sha": commit(number, night), "lastModified": moment}
        if nth % _LICENSE == 0:
            tags = [tag for tag in record["tags"] if not tag.startswith("license:")]
            record["tags"] = [*tags, f"license:{('mit', 'other', 'apache-2.0')[night % 3]}"]
        records[number] = record
        yield number


def walk(store: Path, folder: Path, records: list[dict[str, Any]], at: datetime, *, is_whole: bool) -> int:
    """Put records into the store as one walk; return how many changed."""
    sent = pages(folder / f"{at:%Y%m%d}", records, at)
    with opened(store, write=True) as con:
        crawl_id = begin_run(con, "full" if is_whole else "delta", "model", at)
        applied = apply_walk(con, crawl_id, "model", sent, is_whole=is_whole)
        end_run(con, crawl_id, len(sent), len(records), is_complete=True)
    return applied.changed


def _night(store: Path, folder: Path, records: list[dict[str, Any]], night: int) -> int:
    numbers = list(changed_in(records, night))
    at = OBSERVED_AT + timedelta(days=night)
    return walk(store, folder, [records[number] for number in numbers], at, is_whole=False)


def sizes(store: Path, folder: Path) -> dict[str, int]:
    """Return how many bytes the store takes, a compacted copy of it, and the log in its export."""
    folder.mkdir()
    compact = folder / "compact.duckdb"
    with duckdb.connect() as con:
        con.execute(f"attach '{store}' as old (read_only)")
        con.execute(f"attach '{compact}' as new")
        con.execute("copy from database old to new")
        con.execute("detach new")
    with opened(store) as con:
        export(con, folder / "lake")
    sealed = sum(file.stat().st_size for file in (folder / "lake" / "repo_log").rglob("*.parquet"))
    return {"live": store.stat().st_size, "compacted": compact.stat().st_size, "sealed": sealed}


def _compare(store: Path, nights: int) -> None:
    end = OBSERVED_AT + timedelta(days=nights, hours=12)
    moments = {"from": end - timedelta(days=min(7, nights)), "to": end}
    diff_sql = own_sql("history/diff.sql")
    ours = _OURS.format(diff=diff_sql)
    with opened(store) as con:
        con.execute("use store")
        found = {
            "diff": len(con.execute(ours, moments).fetchall()),
            "naive": len(con.execute(_NAIVE, moments).fetchall()),
        }
        diff, naive = _median(con, ours, moments), _median(con, _NAIVE, moments)
        con.execute("use memory")
    if len(set(found.values())) != 1:
        sys.exit(f"the two ways find different changes: {found}")
    print(
        f"  diff {diff:.3f} s against {naive:.3f} s of the naive join: {naive / diff:.1f} times faster"
        f" (budget {FASTER}), {found['diff']:,} license changes"
    )


def _median(con: DuckDBPyConnection, sql: str, moments: dict[str, datetime]) -> float:
    return statistics.median(cost(lambda: con.execute(sql, moments).fetchall()).wall for _ in range(ROUNDS))


if __name__ == "__main__":
    main()
