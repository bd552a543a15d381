"""`hubaudit status`: how the store stands, what is due next, and what a crawl left half-way."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from hubaudit.crawl.cache import walk_folder
from hubaudit.crawl.files import wanted_files
from hubaudit.crawl.lists import FULL_EVERY, watermarks
from hubaudit.errors import CacheError
from hubaudit.model import Kind
from hubaudit.store.queue import Queue, Scope
from hubaudit.store.state import file_state, last_runs, shown

if TYPE_CHECKING:
    from pathlib import Path

    from hubaudit.crawl.cache import State, WalkFolder


def status(store: Path, cache: Path) -> dict[str, Any]:
    """Return the state, ready for `report.status`: `store` (None: there is none yet), `lists`, `runs`.

    Raises StoreError.
    """
    is_there = store.exists()
    return {
        "store": file_state(store) if is_there else None,
        "lists": [_list(store, cache, kind) for kind in Kind],
        "runs": last_runs(store) if is_there else [],
    }


def unfinished_pages(cache: Path) -> list[tuple[str, str]]:
    """Return, for each kind, what is wrong with the pages of its last walk; empty: nothing."""
    return [(kind, _pages(walk_folder(cache, kind))) for kind in Kind]


def _list(store: Path, cache: Path, kind: Kind) -> dict[str, Any]:
    """Tell of one of the Hub's lists.

    `complete_to`: every change before is in the log. `next_full_walk`: None, it is due now. `waiting_files`
    were not looked for at their repository's commit.
    """
    last_full, last = watermarks(store, kind)
    state = walk_folder(cache, kind).state()
    is_due = last_full is None or datetime.now(UTC) - last_full > FULL_EVERY
    return {
        "kind": kind,
        "shown": shown(store, kind) if store.exists() else 0,
        "complete_to": last,
        "next_full_walk": None if is_due or last_full is None else last_full + FULL_EVERY,
        "unfinished_walk": _unfinished(state) if state and not state.is_done else None,
        "waiting_files": _waiting(store, kind) if store.exists() else 0,
    }


def _unfinished(state: State) -> dict[str, Any]:
    return {"mode": state.mode, "pages": state.pages, "records": state.records}


def _waiting(store: Path, kind: Kind) -> int:
    return Queue(store, wanted_files(), datetime.now(UTC)).waiting(Scope([kind]))


def _pages(folder: WalkFolder) -> str:
    try:
        state = folder.state()
        for number in range(1, state.pages + 1 if state else 1):
            folder.read(number)
    except CacheError as error:
        return str(error)
    return ""
