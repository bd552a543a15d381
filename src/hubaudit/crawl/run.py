"""`hubaudit crawl`: walk the Hub's lists onto the disk, then put what changed into the store's log.

The store is open to write only between walks, for seconds. Until a walk is applied its pages wait in the
cache; applying them twice changes nothing, so a run may be killed at any point.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hubaudit.crawl.cache import Mode, WalkFolder
from hubaudit.crawl.walk import End, Limits, Progress, Walked, walk
from hubaudit.hub.client import Hub
from hubaudit.model import Kind, Outcome, RepoAnswer
from hubaudit.store.file import opened
from hubaudit.store.runs import begin_run, end_run, watermark
from hubaudit.store.walks import add_gone, apply_walk

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

FULL_EVERY = timedelta(days=7)  # a delta cannot see what vanished, or what changed without a commit
OVERLAP = timedelta(hours=6)  # commits may be dated back, and clocks differ
_GONE = (Outcome.MISSING, Outcome.DELETED)


@dataclass(frozen=True, slots=True)
class Options:
    """What to crawl, and how far. Without `full` or `since` the store tells which kind of walk is due."""

    store: Path
    cache: Path
    endpoint: str | None = None
    kinds: Sequence[Kind] = (Kind.MODEL, Kind.DATASET)
    full: bool = False
    since: datetime | None = None
    limits: Limits = field(default_factory=Limits)
    progress: Callable[[Progress], None] = lambda _: None


@dataclass(frozen=True, slots=True)
class Crawled:
    """What one walk brought. `gone` are repositories that the Hub does not show any more."""

    kind: Kind
    mode: Mode
    end: End
    records: int
    changed: int
    gone: int
    detail: str = ""


def crawl(options: Options) -> list[Crawled]:
    """Bring the store up to date. The Hub's faults are in the result; raises CacheError and StoreError."""
    return asyncio.run(_crawl(options))


async def _crawl(options: Options) -> list[Crawled]:
    crawled = []
    async with Hub(options.endpoint) as hub:
        for kind in options.kinds:
            with WalkFolder.held(options.cache, kind) as folder:
                crawled.append(await _crawl_kind(options, hub, folder))
            if crawled[-1].end is not End.DONE:
                break  # the limits are of the whole run, and a Hub that fails now fails for both kinds
    return crawled


async def _crawl_kind(options: Options, hub: Hub, folder: WalkFolder) -> Crawled:
    mode, since = _due(options, folder)
    requests = hub.requests
    walked = await walk(hub, folder, mode, since=since, limits=options.limits, progress=options.progress)
    with opened(options.store, write=True) as con:
        crawl_id = begin_run(con, mode, folder.kind, walked.state.started_at)
        pages = [folder.page_path(number) for number in range(1, walked.state.pages + 1)]
        applied = apply_walk(con, crawl_id, folder.kind, pages)
        is_done = walked.end is End.DONE
        gone = await _confirm_gone(hub, folder.kind, applied.unseen) if is_done and mode is Mode.FULL else []
        for answer in gone:
            seen = (answer.outcome, answer.url, answer.observed_at)
            add_gone(con, crawl_id, folder.kind, answer.asked_id, seen)
        end_run(con, crawl_id, hub.requests - requests, walked.state.records, is_complete=is_done)
    return Crawled(folder.kind, mode, walked.end, applied.listed, applied.changed, len(gone), _detail(walked))


def _due(options: Options, folder: WalkFolder) -> tuple[Mode, datetime | None]:
    """Decide which walk is due: an unfinished one, a full one every seven days, else what changed."""
    if options.since:
        return Mode.DELTA, options.since
    state = folder.state()
    if options.full or (state and not state.is_done and state.mode is Mode.FULL):
        return Mode.FULL, None
    full, last = _watermarks(options.store, folder.kind)
    if full is None or last is None or datetime.now(UTC) - full > FULL_EVERY:
        return Mode.FULL, None
    return Mode.DELTA, last - OVERLAP


def _watermarks(store: Path, kind: Kind) -> tuple[datetime | None, datetime | None]:
    if not store.exists():
        return None, None
    with opened(store) as con:
        return watermark(con, kind, Mode.FULL), watermark(con, kind)


async def _confirm_gone(hub: Hub, kind: Kind, unseen: Sequence[str]) -> list[RepoAnswer]:
    """Ask for each repository that a full walk did not show: the moving list may have skipped it."""
    answers = await asyncio.gather(*(hub.repo(kind, repo_id) for repo_id in unseen))
    return [answer for answer in answers if answer.outcome in _GONE]


def words(seen: Progress) -> str:
    """Say in a word or two what a progress bar cannot: how much of the quota is left."""
    if seen.window is None:
        return f"{seen.requests} requests"
    return f"{seen.requests} requests, {seen.window.left} left in this window"


def _detail(walked: Walked) -> str:
    dropped = walked.state.dropped_fields
    refused = f"the Hub refuses these fields now: {', '.join(dropped)}" if dropped else ""
    return "; ".join(part for part in (walked.detail, refused) if part)
