"""Why a model got no report, in one line that says what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubaudit.audit.bundled import attach_bundled
from hubaudit.errors import HubUnreachableError, IncompleteError, RepoNotFoundError, StoreError
from hubaudit.model import Outcome
from hubaudit.store.file import attached

if TYPE_CHECKING:
    from pathlib import Path

    from duckdb import DuckDBPyConnection

_NEAR = 0.9  # Jaro-Winkler similarity of ids that a person may have mixed up


def why_no_report(con: DuckDBPyConnection, repo_id: str, store: Path, *, is_lost: bool) -> IncompleteError:
    """Make the error for an id without a model. `is_lost`: the Hub was not, or not always, heard."""
    row = con.execute(
        "select outcome, detail from staging.repo where kind = 'model' and repo_key = lower(?)", [repo_id]
    ).fetchone()
    outcome, detail = row or (Outcome.UNREACHABLE, "")
    if outcome == Outcome.UNREACHABLE or (row is None and is_lost):
        return HubUnreachableError(
            f"{repo_id}: the Hub could not be reached ({detail or 'not asked'}), and neither the store"
            " nor the bundled snapshot knows this model. Check the network and HF_ENDPOINT, or drop --offline"
        )
    near = _near_ids(con, repo_id, store)
    hint = (
        f"Did you mean {' or '.join(near)}?"
        if near
        else "Check the spelling; for a private model set HF_TOKEN."
    )
    return RepoNotFoundError(f"{repo_id}: the Hub does not show this model ({outcome}). {hint}")


def _near_ids(con: DuckDBPyConnection, repo_id: str, store: Path) -> list[str]:
    attach_bundled(con)
    near = _near_in(con, "bundled", repo_id)
    if store.exists():
        try:
            with attached(con, store):
                near += _near_in(con, "store", repo_id)
        except StoreError:
            return near[:3]  # the run has said already that it does without the store
    return list(dict.fromkeys(near))[:3]


def _near_in(con: DuckDBPyConnection, database: str, repo_id: str) -> list[str]:
    """Ids that look alike, by SQL: a store may hold millions."""
    found = con.execute(
        "select repo_id, jaro_winkler_similarity(lower(repo_id), lower($1)) as similarity"
        f" from {database}.raw.repo_log where kind = 'model' and outcome = 'found' and similarity > $2"
        " group by all order by similarity desc, repo_id limit 3",
        [repo_id, _NEAR],
    ).fetchall()
    return [row[0] for row in found]
