"""The words of gates, for the whole store: they stand in the records, and are kept like texts of files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hubaudit.store.gates import gated_records, keep_gates
from hubaudit.text.decode import blob_sha1
from hubaudit.text.gate import gate_text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def bring_gates_up_to_date(con: DuckDBPyConnection) -> int:
    """Keep what gates say today and did not say before in database `store`; return how many changed."""
    changes = []
    for row, record, known in gated_records(con):
        words = (_words(record) or "").encode(errors="replace")
        blob = blob_sha1(words) if words else None
        if blob != known:
            changes.append({"row": row, "blob": blob, "bytes": len(words), "text": words.decode()})
    if changes:
        keep_gates(con, json.dumps(changes))
    return len(changes)


def _words(record: str | None) -> str | None:
    try:
        told: Any = json.loads(record or "null")
    except (ValueError, RecursionError):  # too deep to be a card; the log keeps it as it is
        return None
    return gate_text(told)
