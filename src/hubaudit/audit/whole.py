"""`hubaudit audit`: the tables over the whole store brought up to date, and what its findings are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import duckdb

from hubaudit.audit.answers import made_by
from hubaudit.audit.found import verdicts
from hubaudit.audit.gates import bring_gates_up_to_date
from hubaudit.audit.reading import read_texts
from hubaudit.audit.rules import rules
from hubaudit.audit.tables import (
    are_current,
    build_tables,
    put_in_place,
    scratch,
    shown,
)
from hubaudit.errors import UsageError
from hubaudit.store.file import attached, existing, opened, spill_into
from hubaudit.store.findings import keep_findings, keep_grids
from hubaudit.store.runs import last_run
from hubaudit.warehouse.build import unwatched

if TYPE_CHECKING:
    from pathlib import Path

    from hubaudit.warehouse.build import Progress


@dataclass(frozen=True, slots=True)
class Work:
    """What an update had to do. `unread` texts could not be read; `judged` is None for all models."""

    texts: int = 0
    unread: int = 0
    gates: int = 0
    judged: int | None = 0


def bring_up_to_date(store: Path, progress: Progress = unwatched) -> Work:
    """Make the tables over the store, unless they are current, and write down which findings and grids stand.

    Nothing of this depends on the clock: a finding is as old as the run that saw it. `progress` hears how
    many texts are read and tables made. Raises UsageError, StoreError.
    """
    with opened(existing(store)) as con:
        if last_run(con) is None:
            raise UsageError(f"the store {store} is empty: run `hubaudit crawl` first")
        if are_current(con, store):
            return Work()
    with scratch(store) as folder:
        done = _read(store, progress)
        new, judged = build_tables(store, folder, progress)
        _keep_history(store, new, folder)
        put_in_place(new, store)
    return replace(done, judged=judged)


def _read(store: Path, progress: Progress) -> Work:
    with opened(store, write=True) as con:
        gates = bring_gates_up_to_date(con)
        read = read_texts(con, lambda done, needed: progress(done, needed, "texts"))
    return Work(read.texts, read.unread, gates)


def _keep_history(store: Path, new: Path, folder: Path) -> None:
    """Before the new tables are in place: if this is cut short, the next run does it again."""
    with duckdb.connect() as con, shown(con, new):
        spill_into(con, folder)
        con.execute(f"create temp view verdict as {verdicts(rules())}")
        con.execute(_GONE)
        with attached(con, store, write=True):
            run = last_run(con)
            if run is not None:
                keep_findings(con, [rule.id for rule in rules()], run[1])
                keep_grids(con, "audit.grid.model", made_by(), run[1])


_GONE = """
    create temp table gone as
    select repo_key from audit.core.repo where kind = 'model' and is_gone
    union
    select repo_key from audit.staging.repo where kind = 'model' and outcome = 'renamed'
"""
