"""The part of the audit that the baselines do once more, by the queries themselves: no card is read."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb

from hubaudit.audit.licenses import load_expressions
from hubaudit.store.file import attached, show_raw, spill_into
from hubaudit.warehouse.build import make
from hubaudit.warehouse.queries import load, split
from hubaudit.warehouse.reference import load_reference

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hubaudit.warehouse.queries import Query

RULES = {
    rule: f"rules.{rule.replace('-', '_')}"
    for rule in ("missing-license", "dead-base-model", "upstream-license-conflict", "restricted-dataset")
}  # and their tables
_TEXTS = ("text_seen", "text_scan", "mention", "link", "license_text", "license_clause")
# What grid.cell says of the weights, without the other four components.
_LEVELS = """
    select
        model.repo_id,
        if(bool_or(status = 'unjudged') and coalesce(min(weights.level) filter (status = 'judged'), 5) > 0,
            null, coalesce(min(weights.level) filter (status = 'judged'), 0)) as level
    from core.model
    left join grid.weights on weights.repo_key = model.repo_key and weights.counts
    group by model.repo_id
"""


@contextmanager
def shown_records(store: Path, new: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a new file of tables over the store's records: its texts are left out."""
    with duckdb.connect(new) as con:
        spill_into(con, new.with_suffix(".spill"))
        with attached(con, store):
            show_raw(con)
            for table in _TEXTS:
                con.execute(f"create or replace view raw.{table} as from store.raw.{table} limit 0")
            yield con


def score(con: duckdb.DuckDBPyConnection) -> None:
    """Make table `scored`: repo_id, level of the weights, and the rules that flag it."""
    load_reference(con)
    load_expressions(con)
    make(con, needed())
    con.execute(f"create table main.scored as {_SCORED}")


def needed() -> list[Query]:
    """Return the queries that the result needs, in their order."""
    return split(load(), "grid.weights", *RULES.values())[0]


_FLAGS = " union all ".join(
    f"select repo_id, '{rule}' as rule from {table} where verdict = 'flagged'"
    for rule, table in RULES.items()
)
_SCORED = f"""
    select levels.repo_id, levels.level, coalesce(flags.rules, '') as rules
    from ({_LEVELS}) as levels
    left join (
        select repo_id, string_agg(rule, ' ' order by rule) as rules from ({_FLAGS}) group by repo_id
    ) as flags on flags.repo_id = levels.repo_id
"""
