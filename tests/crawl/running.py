"""Whole crawls into a store, what `hubaudit diff` tells afterwards, and what it has to tell."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from hubaudit.store.file import opened
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from tests.fakehub import FakeHub, Repo

    State = dict[str, Mapping[str, Any]]  # the records by _id
    Change = tuple[str, str, str | None, str | None]  # id, field, old, new

_TAGGED = {
    "license": "license:",
    "base_model": "base_model:((finetune|quantized|merge|adapter):)?",
    "datasets": "dataset:",
}
_PLAIN = ("gated", "disabled", "sha")
_COMMAND = (
    "from hubaudit.hub import listing; listing.PAGE_SIZE = {size}; "
    "from hubaudit.crawl import batches; batches._BATCH = {size}; from hubaudit.cli import main; main()"
)


def serve(hub: FakeHub, repos: Iterable[Repo]) -> None:
    """Make these the only models of the Hub."""
    with hub.catalogue.lock:
        for repo in hub.catalogue.every("model"):
            hub.catalogue.remove(repo.id)
        hub.catalogue.put(*repos)


def state_of(repos: Iterable[Repo]) -> State:
    return {repo.record["_id"]: repo.record for repo in repos}


def expected(states: Sequence[State], before: int, after: int) -> set[Change]:
    """Tell what differs between two of the states that were crawled in this order."""
    old, new = states[before], states[after]
    known = {key for state in states[: before + 1] for key in state}
    changes: set[Change] = {(old[key]["id"], "gone", old[key]["id"], None) for key in old.keys() - new.keys()}
    for key, record in new.items():
        if key in old and old[key] != record:
            changes |= _differences(old[key], record)
        elif key not in old:
            changes.add((record["id"], "returned" if key in known else "added", None, record["id"]))
    return changes


def _differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> set[Change]:
    before, after = _fields(old), _fields(new)
    return {(new["id"], name, before[name], after[name]) for name in before if before[name] != after[name]}


def _fields(record: Mapping[str, Any]) -> dict[str, str | None]:
    fields: dict[str, str | None] = {"renamed": record["id"]}
    for name, pattern in _TAGGED.items():
        prefix = pattern.partition("(")[0]
        tags = [tag for tag in record["tags"] if tag.startswith(prefix)]
        fields[name] = ", ".join(sorted({re.sub(f"^{pattern}", "", tag) for tag in tags})) or None
    for name in _PLAIN:
        value = record.get(name)
        fields[name] = value if value is None or isinstance(value, str) else json.dumps(value)
    return fields


def told(output: str) -> set[Change]:
    """Read the result of `hubaudit diff --format json`; no change may be told twice."""
    changes = [(row["id"], row["field"], row["old"], row["new"]) for row in json.loads(output)["changes"]]
    assert len(changes) == len(set(changes))
    return set(changes)


def start(
    hub: FakeHub, folder: Path, environment: Mapping[str, str], *more: str, size: int = 5
) -> subprocess.Popen[str]:
    """Start `hubaudit crawl` in a process of its own, with store and cache in the folder."""
    environment = {
        **environment,
        "HF_ENDPOINT": hub.url,
        "HUBAUDIT_DB": str(folder / "store.duckdb"),
        "HUBAUDIT_CACHE": str(folder / "cache"),
    }
    command = [sys.executable, "-c", _COMMAND.format(size=size), "crawl", "--kind", "model", *more]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=pipe, stderr=pipe, text=True)


def killed(hub: FakeHub, folder: Path, environment: Mapping[str, str], after: float, size: int = 5) -> bool:
    """Start a whole walk and kill it some seconds after its first request. Return whether it was at work."""
    asked = len(hub.requests)
    process = start(hub, folder, environment, "--full", size=size)
    while len(hub.requests) == asked and process.poll() is None:
        time.sleep(0.001)
    with suppress(subprocess.TimeoutExpired):
        process.wait(after)
    process.kill()
    _, narration = process.communicate()
    assert narration == ""
    return process.returncode == -signal.SIGKILL


def last_walk(store: Path) -> str:
    """Name the moment when the last whole walk was in the store."""
    with opened(store) as con:
        row = con.execute("select max(crawl_id) from store.raw.crawl where outcome = 'complete'").fetchone()
    assert row
    return f"crawl:{row[0]}"


def texts_of(store: Path) -> list[tuple[Any, ...]]:
    """Return what was read of which files, and the texts; nothing may be there twice."""
    with opened(store) as con:
        seen = con.execute(
            "select kind, repo_id, commit, path, outcome, text from store.raw.text_seen"
            " left join store.raw.text using (blob) order by all"
        ).fetchall()
    assert len(seen) == len(set(seen))
    return seen


def log_of(store: Path) -> list[tuple[Any, ...]]:
    """Return the change log, without when each row was seen."""
    with opened(store) as con:
        return con.execute(
            "select kind, repo_id, hub_id, outcome, renamed_to, shape, change_hash from store.raw.repo_log"
            " order by all"
        ).fetchall()
