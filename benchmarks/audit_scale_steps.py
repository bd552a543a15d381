"""The steps that benchmarks/audit_scale.py measures, each in a process of its own."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from benchmarks.listing import cost
from benchmarks.nightly import peak
from benchmarks.score_compare import keep
from hubaudit.audit import increment
from hubaudit.audit.tables import build_whole, tables_path
from hubaudit.audit.whole import bring_up_to_date

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from benchmarks.score_compare import Scored

Measured = dict[str, Any]


def _audit(folder: Path) -> Measured:
    store = folder / "store.duckdb"
    return _taken(lambda: bring_up_to_date(store))


def _night(folder: Path) -> Measured:
    store, between, new = folder / "store.duckdb", _emptied(folder / "between"), folder / "night.duckdb"
    new.unlink(missing_ok=True)
    judged: list[int | None] = []
    increment.MOST = 1  # an audit makes all anew where so much rests on what changed: here it is compared
    measured = _taken(
        lambda: judged.append(increment.build_increment(store, tables_path(store), between, new))
    )
    (count,) = judged
    said = "too few models: everything is made anew" if count is None else f"{count:,} models judged anew"
    return measured | {"said": f", {said}"}


def _full(folder: Path) -> Measured:
    new = folder / "full.duckdb"
    new.unlink(missing_ok=True)
    return _taken(lambda: build_whole(folder / "store.duckdb", folder / "spill", new))


def _compare(folder: Path) -> Measured:
    from benchmarks.audit_increment import differing  # noqa: PLC0415 - only here

    night, full = folder / "night.duckdb", folder / "full.duckdb"
    found = differing(night, full) if night.exists() else []
    said = f"DIFFERENT: {found}" if found else "the same rows" if night.exists() else "not compared"
    return _taken(lambda: None) | {"said": said}


def _sql(folder: Path) -> Measured:
    from benchmarks.score_sql import score, shown_records  # noqa: PLC0415 - each way loads its own

    new = _emptied(folder / "sql.tables") / "sql.duckdb"
    with shown_records(folder / "store.duckdb", new) as con:
        measured = _taken(lambda: score(con))
        con.execute(f"copy main.scored to '{folder / 'sql'}' (format parquet)")
    shutil.rmtree(new.parent)
    return measured


def _dicts(folder: Path) -> Measured:
    from benchmarks.score_dicts import score  # noqa: PLC0415 - each way loads its own

    return _baseline(folder, "dicts", score)


def _polars(folder: Path) -> Measured:
    from benchmarks.score_polars import score  # noqa: PLC0415 - each way loads its own

    return _baseline(folder, "polars", score)


def _baseline(folder: Path, name: str, score: Callable[[Path, Path], Scored]) -> Measured:
    scored: list[Scored] = []
    between = _emptied(folder / f"{name}.tables")
    measured = _taken(lambda: scored.append(score(folder / "store.duckdb", between)))
    keep(scored[0], folder / name)
    return measured


def _taken(way: Callable[[], object]) -> Measured:
    taken = cost(way)
    return {"wall": taken.wall, "cpu": taken.cpu, "memory": peak() >> 10, "said": ""}


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


STEPS: dict[str, Callable[[Path], Measured]] = {
    "audit": _audit,
    "night": _night,
    "full": _full,
    "compare": _compare,
    "sql": _sql,
    "dicts": _dicts,
    "polars": _polars,
}
