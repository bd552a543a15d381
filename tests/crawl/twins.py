"""Two stores that were filled on different ways from one list: what their raw tables tell differently.

Not compared is what must differ. Runs differ in crawl_id, observed_at and url. A row of the Hub's list has no
files, a record of 2022 lists them: `shape`, and of `record` the fields that the list does not send. And the
fake Hub adds what records of 2022 did not have: hub_id, gated, is_disabled, and with them the change_hash.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb

from hubaudit.store.file import attached

if TYPE_CHECKING:
    from pathlib import Path

_IN_BOTH = "lastModified tags pipeline_tag library_name likes private"
_PATHS = ", ".join(f"'$.\"{name}\"'" for name in _IN_BOTH.split())
COMPARED = {
    "raw.repo_log": "select kind, repo_id, outcome, renamed_to, sha, license, base_model, datasets, detail",
    # a list writes out a counter of 0 that a record of 2022 leaves away
    "record": f"select repo_id, json_extract(record, [{_PATHS}]), coalesce(record ->> 'downloads', '0')",
    "raw.text": "select *",
    "raw.text_seen": "select kind, repo_id, commit, path, outcome, blob",
}
_SOURCE = {"record": "raw.repo_log"}
# the recording has no license files, and of two models no card although they have one: refused is not told
_TOLD = "path = 'README.md' and outcome <> 'refused'"
_ONLY = {"raw.text_seen": f"where {_TOLD}"}


def differences(one: Path, other: Path) -> dict[str, tuple[int, list[Any], list[Any]]]:
    """Return for each table how many rows are alike, and the rows that only one and only the other has."""
    return {name: _compared(_rows(one, name), _rows(other, name)) for name in COMPARED}


def other_looks(store: Path) -> dict[tuple[str, str], int]:
    """Count the looks at files of which the recording does not tell, by path and outcome."""
    with duckdb.connect() as con, attached(con, store):
        sql = f"select path, outcome, count(*) from store.raw.text_seen where not ({_TOLD}) group by all"
        return {(path, outcome): count for path, outcome, count in con.execute(sql).fetchall()}


def _rows(store: Path, name: str) -> list[Any]:
    table = _SOURCE.get(name, name)
    sql = f"{COMPARED[name]} from store.{table} {_ONLY.get(name, '')} order by all"
    with duckdb.connect() as con, attached(con, store):
        return [str(row) for row in con.execute(sql).fetchall()]


def _compared(one: list[Any], other: list[Any]) -> tuple[int, list[Any], list[Any]]:
    alike = set(one) & set(other)
    return len(alike), [row for row in one if row not in alike], [row for row in other if row not in alike]
