"""One walk over a list of the Hub, page by page onto the disk; it may be stopped at any point and resumed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from hubaudit.crawl.cache import Mode, State
from hubaudit.crawl.progress import Progress, Stopwatch
from hubaudit.errors import UsageError
from hubaudit.hub.listing import Sort
from hubaudit.hub.quota import API
from hubaudit.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from hubaudit.crawl.cache import WalkFolder
    from hubaudit.hub.client import Hub
    from hubaudit.hub.listing import Page

_SORTS = {Mode.FULL: Sort.CREATED, Mode.DELTA: Sort.MODIFIED}
_NEW_BEGINNINGS = 2  # in one run; a Hub that refuses every cursor would be walked for ever


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a run stops although the list goes on; the next run resumes there.

    `records` are this run's, and `requests` all that the Hub client sent. Both are looked at between pages:
    the last page may exceed them. `minutes` cut a request short, and no run waits for a window of the quota
    that opens too late.
    """

    records: int | None = None
    requests: int | None = None
    minutes: float | None = None


class End(StrEnum):
    """Why a run of a walk ended. Only DONE is a whole walk; after the others the next run resumes it."""

    DONE = "done"
    LIMIT = "limit"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Walked:
    """How a run ended, and how far the walk has come. `outcome` and `detail` are those of the last page."""

    end: End
    state: State
    outcome: Outcome = Outcome.FOUND
    detail: str = ""


async def walk(  # noqa: PLR0913 - each says one thing of the run
    hub: Hub,
    folder: WalkFolder,
    mode: Mode,
    *,
    since: datetime | None = None,
    limits: Limits | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
    author: str | None = None,
    expected: int | None = None,
) -> Walked:
    """Walk on where an unfinished walk of this mode and endpoint stopped, else begin a new one.

    `expected` is about how many records the list has, for the progress.
    With `author` the list is one owner's, and the folder must be a new one. `since` belongs to a delta: it
    ends behind the first page whose rows all changed before. Raises CacheError when a page cannot be written
    or a written one is damaged. When cancelled, at most one page is lost.
    """
    state = _begun(hub, folder, mode, since)
    return await _Run(hub, folder, limits or Limits(), progress, state, author, expected).go()


def _begun(hub: Hub, folder: WalkFolder, mode: Mode, since: datetime | None) -> State:
    if (since is None) is (mode is Mode.DELTA):
        raise UsageError("a delta walk needs a date to go down to, and a full walk has none")
    state = folder.state()
    if state and not state.is_done and (state.mode, state.endpoint) == (mode, hub.endpoint):
        folder.check(state)
        return replace(state, since=min(since, state.since or since)) if since else state
    state = State(folder.kind, mode, _SORTS[mode], hub.endpoint, datetime.now(UTC), since)
    folder.begin(state)
    return state


class _Run:
    """One run of a walk, until its end or a limit."""

    def __init__(  # noqa: PLR0913, PLR0917 - what `walk` was told
        self,
        hub: Hub,
        folder: WalkFolder,
        limits: Limits,
        progress: Callable[[Progress], None],
        state: State,
        author: str | None,
        expected: int | None,
    ) -> None:
        self._hub = hub
        self._folder = folder
        self._limits = limits
        self._progress = progress
        self._state = state
        self._author = author
        self._watch = Stopwatch(hub)
        self._records_before = state.records
        self._needed = limits.records or (expected and max(0, expected - state.records))
        self._new_beginnings = 0
        minutes = limits.minutes
        self._until = None if minutes is None else asyncio.get_running_loop().time() + 60 * minutes

    async def go(self) -> Walked:
        while not self._state.is_done:
            if reached := self._limit_reached():
                return Walked(End.LIMIT, self._state, detail=reached)
            page = await self._page()
            if page is not None and not self._took(page):
                return Walked(End.FAILED, self._state, page.outcome, page.detail)
        return Walked(End.DONE, self._state)

    async def _page(self) -> Page | None:
        """Return the next page, None when the time was up first."""
        try:
            async with asyncio.timeout_at(self._until):
                state = self._state
                return await self._hub.page(state.kind, state.sort, state.next_url, author=self._author)
        except TimeoutError:
            return None

    def _took(self, page: Page) -> bool:
        """Whether the walk goes on after this answer."""
        if page.outcome is Outcome.EXPIRED and self._new_beginnings < _NEW_BEGINNINGS:
            self._new_beginnings += 1
            self._state = self._state.anew()
            self._folder.save(self._state)
            return True
        if page.outcome is not Outcome.FOUND:
            return False
        self._state = self._folder.keep(self._state, page, is_last=self._is_last(page))
        self._tell()
        return True

    def _tell(self) -> None:
        read = self._state.records - self._records_before
        seconds, window = self._watch.seconds(), self._hub.quota.window(API)
        task = f"{self._state.kind}s"
        self._progress(Progress(task, read, self._needed, seconds, self._hub.requests, window))

    def _is_last(self, page: Page) -> bool:
        since = self._state.since
        is_older = since is not None and page.newest is not None and page.newest < since
        return is_older or page.next_url is None

    def _limit_reached(self) -> str:
        """Return the limit that stops the run before its next page, in words; empty if there is none."""
        records, requests = self._limits.records, self._limits.requests
        if records is not None and self._state.records - self._records_before >= records:
            return f"the limit of {records} records is reached"
        if requests is not None and self._hub.requests >= requests:
            return f"the limit of {requests} requests is reached"
        next_at = asyncio.get_running_loop().time() + self._hub.quota.pause(API)
        if self._until is not None and next_at >= self._until:
            return f"the limit of {self._limits.minutes:g} minutes is reached"
        return ""
