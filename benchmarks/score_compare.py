"""What two ways say of each model, kept as Parquet and compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from hubaudit.store.dumps import literal

if TYPE_CHECKING:
    from pathlib import Path

Scored: TypeAlias = pa.Table
"""Columns repo_id, level of the weights (null: unjudged), and rules that flag it, in order, in a line."""


def keep(scored: Scored, path: Path) -> None:
    """Write what a way says."""
    pq.write_table(scored, path)


def unequal(one: Path, other: Path) -> str:
    """Tell how many models the two see otherwise, and one of them; an empty text: none."""
    ways = [f"from read_parquet({literal(str(path))})" for path in (one, other)]
    with duckdb.connect() as con:
        rows = con.execute(
            f"({ways[0]} except all {ways[1]}) union all ({ways[1]} except all {ways[0]})"
        ).fetchall()
    return f"DIFFERENT: {len(rows)} rows, such as {rows[0]}" if rows else ""
