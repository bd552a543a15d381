"""`hubaudit crawl`: walk the Hub's lists onto the disk, then put what changed into the store's log.

The store is open only between questions to the Hub, for seconds. Until a walk is wholly in the store its
pages stay in the cache; putting them in twice changes nothing, so a run may be killed at any point.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hubaudit.crawl.cache import Mode, State, WalkFolder
from hubaudit.crawl.walk import End, Limits, Progress, Walked, walk
from hubaudit.hub.client import Hub
from hubaudit.model import Kind, Outcome, RepoAnswer
from hubaudit.store.file import opened
from hubaudit.store.runs import begin_run, end_run, is_complete, watermark
from hubaudit.store.walks import Unseen, add_gone, apply_walk

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

FULL_EVERY = timedelta(days=7)  # a delta cannot see what vanished, or what changed without a commit
OVERLAP = timedelta(hours=6)  # commits may be dated back, and clocks differ
_ASKED_AT_ONCE = 100  # repositories; as many answers are lost when a run is killed
_SPENT = "the limit is reached before the Hub was asked for all that the list lacks"
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
    """What one walk brought. `gone` are repositories that the Hub does not show any more.

    `detail` says why the walk is not finished, `dropped_fields` what the Hub refuses to tell now.
    """

    kind: Kind
    mode: Mode
    end: End
    records: int
    changed: int
    gone: int
    detail: str = ""
    dropped_fields: tuple[str, ...] = ()


def crawl(options: Options) -> list[Crawled]:
    """Bring the store up to date. The Hub's faults are in the result; raises CacheError and StoreError."""
    with asyncio.Runner() as loop:
        hub = Hub(options.endpoint)
        loop.run(hub.__aenter__())
        try:
            return _Run(options, hub, loop).go()
        finally:
            loop.run(hub.__aexit__())


class _Run:
    """One run over the lists. Only questions to the Hub run in `loop`: Ctrl-C ends a query at once."""

    def __init__(self, options: Options, hub: Hub, loop: asyncio.Runner) -> None:
        self._options = options
        self._hub = hub
        self._loop = loop
        minutes = options.limits.minutes
        self._until = None if minutes is None else time.monotonic() + 60 * minutes
        self._requests_told = 0

    def go(self) -> list[Crawled]:
        crawled: list[Crawled] = []
        for kind in self._options.kinds:
            with WalkFolder.held(self._options.cache, kind) as folder:
                crawled += self._kind(folder)
            if crawled[-1].end is End.FAILED:
                break  # a Hub that fails now fails for the other list, too
        return crawled

    def _kind(self, folder: WalkFolder) -> list[Crawled]:
        """Finish what an earlier run left behind, then take the walk that is due."""
        crawled = []
        mode, since = self._due(folder)
        left = self._left_behind(folder, mode)
        if left:
            put = self._put(folder, Walked(End.DONE if left.is_done else End.LIMIT, left))
            crawled += [put] if left.is_done else []
            if left.is_done and put.end is not End.DONE:
                return crawled
            mode, since = self._due(folder)
        limits, progress = self._limits(), self._options.progress
        walked = self._loop.run(walk(self._hub, folder, mode, since=since, limits=limits, progress=progress))
        return [*crawled, self._put(folder, walked)]

    def _due(self, folder: WalkFolder) -> tuple[Mode, datetime | None]:
        """Decide which walk is due: an unfinished one, a full one every seven days, else what changed."""
        if self._options.since:
            return Mode.DELTA, self._options.since
        state = folder.state()
        if self._options.full or (state and not state.is_done and state.mode is Mode.FULL):
            return Mode.FULL, None
        full, last = _watermarks(self._options.store, folder.kind)
        if full is None or last is None or datetime.now(UTC) - full > FULL_EVERY:
            return Mode.FULL, None
        return Mode.DELTA, last - OVERLAP

    def _left_behind(self, folder: WalkFolder, mode: Mode) -> State | None:
        """Return a walk whose pages a new one would delete although the store may not have them all."""
        state = folder.state()
        if state is None or not state.pages or state.endpoint != self._hub.endpoint:
            return None
        if state.mode is mode and not state.is_done:
            return None  # it goes on
        if not self._options.store.exists():
            return state
        with opened(self._options.store) as con:
            return None if is_complete(con, state.mode, state.kind, state.started_at) else state

    def _put(self, folder: WalkFolder, walked: Walked) -> Crawled:
        """Put a walk's pages into the store and, after a whole full walk, ask for what they do not show."""
        state, kind = walked.state, folder.kind
        is_whole = walked.end is End.DONE and state.mode is Mode.FULL
        with opened(self._options.store, write=True) as con:
            crawl_id = begin_run(con, state.mode, kind, state.started_at)
            pages, refused = folder.page_files(state), state.dropped_fields
            applied = apply_walk(con, crawl_id, kind, pages, is_whole=is_whole, refused=refused)
        gone, end, detail = applied.replaced, walked.end, walked.detail
        if applied.unseen:
            confirmed, end, detail = self._confirm_gone(kind, crawl_id, applied.unseen)
            gone += confirmed
        with opened(self._options.store, write=True) as con:
            requests, self._requests_told = self._hub.requests - self._requests_told, self._hub.requests
            since = state.since if state.mode is Mode.DELTA else None
            end_run(con, crawl_id, requests, state.records, is_complete=end is End.DONE, since=since)
        return Crawled(
            kind, state.mode, end, applied.listed, applied.changed, gone, detail, state.dropped_fields
        )

    def _confirm_gone(self, kind: Kind, crawl_id: int, unseen: Sequence[Unseen]) -> tuple[int, End, str]:
        """Ask for each repository that a full walk did not show: the moving list may have skipped it.

        Returns how many are gone, and whether all could be asked.
        """
        gone = 0
        for start in range(0, len(unseen), _ASKED_AT_ONCE):
            if self._is_spent():
                return gone, End.LIMIT, _SPENT
            asked = unseen[start : start + _ASKED_AT_ONCE]
            answers = self._loop.run(self._ask(kind, asked))
            if answers is None:
                return gone, End.LIMIT, _SPENT
            lost = [answer for answer in answers if answer.outcome is Outcome.UNREACHABLE]
            with opened(self._options.store, write=True) as con:
                for repo, answer in zip(asked, answers, strict=True):
                    if answer.outcome in _GONE:
                        seen = (answer.outcome, answer.url, answer.observed_at)
                        gone += add_gone(con, crawl_id, kind, repo, seen)
            if lost:
                return gone, End.FAILED, lost[0].detail
        return gone, End.DONE, ""

    async def _ask(self, kind: Kind, repos: Sequence[Unseen]) -> list[RepoAnswer] | None:
        """Return the answers in order, None when the time was up first."""
        try:
            async with asyncio.timeout(self._seconds_left()):
                return await asyncio.gather(*(self._hub.repo(kind, repo.repo_id) for repo in repos))
        except TimeoutError:
            return None

    def _limits(self) -> Limits:
        """Return the limits of the next walk: the time is that of the whole run."""
        seconds = self._seconds_left()
        return replace(self._options.limits, minutes=None if seconds is None else seconds / 60)

    def _seconds_left(self) -> float | None:
        return None if self._until is None else max(0.0, self._until - time.monotonic())

    def _is_spent(self) -> bool:
        requests = self._options.limits.requests
        is_late = self._seconds_left() == 0
        return is_late or (requests is not None and self._hub.requests >= requests)


def _watermarks(store: Path, kind: Kind) -> tuple[datetime | None, datetime | None]:
    if not store.exists():
        return None, None
    with opened(store) as con:
        return watermark(con, kind, Mode.FULL), watermark(con, kind)


def words(seen: Progress) -> str:
    """Say in a word or two what a progress bar cannot: how much of the quota is left."""
    if seen.window is None:
        return f"{seen.requests} requests"
    return f"{seen.requests} requests, {seen.window.left} left in this window"
