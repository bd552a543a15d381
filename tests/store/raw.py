"""All rows of a store's raw tables, and files to import."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from hubaudit.store.file import opened

if TYPE_CHECKING:
    from pathlib import Path

_TABLES = (
    "select table_name from duckdb_tables()"
    " where database_name = 'store' and schema_name = 'raw' order by all"
)


def raw_tables(store: Path) -> dict[str, Counter[str]]:
    """Return every row of every raw table as text, so that times need no time zone."""
    with opened(store) as con:
        return {
            name: Counter(
                row for (row,) in con.execute(f"select row::varchar from store.raw.{name} as row").fetchall()
            )
            for (name,) in con.execute(_TABLES).fetchall()
        }


def ask(store: Path, sql: str) -> list[tuple[Any, ...]]:
    with opened(store) as con:
        con.execute("use store")
        rows = con.execute(sql).fetchall()
        con.execute("use memory")
    return rows


def lines(path: Path, *rows: Any) -> Path:
    """Write rows as JSON lines; a text is a line as it is."""
    written = (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text("".join(f"{line}\n" for line in written), encoding="utf-8")
    return path
