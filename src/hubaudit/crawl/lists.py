"""The Hub's lists, walked onto the disk, and what changed put into the store's log.

The store is open only between questions to the Hub, for seconds. Until a walk is wholly in the store its
pages stay in the cache; putting them in twice changes nothing, so a run may be killed at any point.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hubaudit.crawl.cache import Mode, State, WalkFolder
from hubaudit.crawl.walk import End, Walked, walk
from hubaudit.errors import StoreError
from hubaudit.store.file import opened
from hubaudit.store.runs import begin_run, end_run, is_complete, watermark
from hubaudit.store.state import shown
from hubaudit.store.walks import apply_walk

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from hubaudit.crawl.budget import Budget
    from hubaudit.crawl.progress import Progress
    from hubaudit.crawl.records import Asking
    from hubaudit.hub.client import Hub
    from hubaudit.model import Kind

FULL_EVERY = timedelta(days=7)  # a delta cannot see what vanished, or what changed without a commit
OVERLAP = timedelta(hours=6)  # commits may be dated back, and clocks differ
_OF_OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Crawled:
    """What one walk brought, as run `crawl_id`. `gone` are repositories that the Hub does not show any more.

    `owner` is whose list it was, empty for the whole one. `detail` says why the walk is not finished,
    `dropped_fields` what the Hub refuses to tell now.
    """

    crawl_id: int
    kind: Kind
    mode: Mode
    end: End
    records: int
    changed: int
    gone: int
    detail: str = ""
    dropped_fields: tuple[str, ...] = ()
    owner: str = ""


class Lists:
    """The lists of one run. Only questions to the Hub run in `loop`: Ctrl-C ends a query at once."""

    def __init__(  # noqa: PLR0913, PLR0917 - what a run is made of
        self,
        hub: Hub,
        loop: asyncio.Runner,
        store: Path,
        cache: Path,
        budget: Budget,
        asking: Asking,
        progress: Callable[[Progress], None],
    ) -> None:
        self._hub = hub
        self._loop = loop
        self._store = store
        self._cache = cache
        self._budget = budget
        self._asking = asking
        self._progress = progress
        self._requests_told = hub.requests

    def due(self, kinds: Sequence[Kind], *, full: bool, since: datetime | None) -> list[Crawled]:
        """Take the walks that are due; without `full` or `since` the store tells of which kind."""
        crawled: list[Crawled] = []
        for kind in kinds:
            with WalkFolder.held(self._cache, kind) as folder:
                crawled += self._kind(folder, full=full, since=since)
            if crawled[-1].end is End.FAILED:
                break  # a Hub that fails now fails for the other list, too
        return crawled

    def of_owner(self, owner: str, kinds: Sequence[Kind]) -> list[Crawled]:
        """Walk an owner's lists: parts of the whole ones, they vouch for nothing and tell of nobody gone."""
        return [self._of_owner(owner, kind) for kind in kinds]

    def _kind(self, folder: WalkFolder, *, full: bool, since: datetime | None) -> list[Crawled]:
        """Finish what an earlier run left behind, then take the walk that is due."""
        crawled = []
        mode, down_to = self._due(folder, full=full, since=since)
        left = self._left_behind(folder, mode)
        if left:
            put = self._put(folder, Walked(End.DONE if left.is_done else End.LIMIT, left))
            crawled += [put] if left.is_done else []
            if left.is_done and put.end is not End.DONE:
                return crawled
            mode, down_to = self._due(folder, full=full, since=since)
        return [*crawled, self._put(folder, self._walked(folder, mode, since=down_to))]

    def _of_owner(self, owner: str, kind: Kind) -> Crawled:
        """Walk through a folder of this list's own, and always from its beginning: it is short."""
        path = self._cache / "owner"
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        folder = WalkFolder(path, kind)
        try:
            return self._put(folder, self._walked(folder, Mode.FULL, author=owner), owner)
        finally:
            shutil.rmtree(path, ignore_errors=True)

    def _walked(
        self, folder: WalkFolder, mode: Mode, *, since: datetime | None = None, author: str | None = None
    ) -> Walked:
        limits = self._budget.limits()
        is_whole = mode is Mode.FULL and author is None
        return self._loop.run(
            walk(
                *(self._hub, folder, mode),
                since=since,
                limits=limits,
                progress=self._progress,
                author=author,
                expected=self._expected(folder.kind) if is_whole else None,
            )
        )

    def _expected(self, kind: Kind) -> int | None:
        """Return how long the list is, as far as the store knows; None where it cannot say."""
        try:
            return shown(self._store, kind) if self._store.exists() else None
        except StoreError:
            return None  # somebody writes to it: the walk needs it at its end only

    def _due(self, folder: WalkFolder, *, full: bool, since: datetime | None) -> tuple[Mode, datetime | None]:
        """Decide which walk is due: an unfinished one, a full one every seven days, else what changed."""
        if since:
            return Mode.DELTA, since
        state = folder.state()
        if full or (state and not state.is_done and state.mode is Mode.FULL):
            return Mode.FULL, None
        last_full, last = watermarks(self._store, folder.kind)
        if last_full is None or last is None or datetime.now(UTC) - last_full > FULL_EVERY:
            return Mode.FULL, None
        return Mode.DELTA, last - OVERLAP

    def _left_behind(self, folder: WalkFolder, mode: Mode) -> State | None:
        """Return a walk whose pages a new one would delete although the store may not have them all."""
        state = folder.state()
        if state is None or not state.pages or state.endpoint != self._hub.endpoint:
            return None
        if state.mode is mode and not state.is_done:
            return None  # it goes on
        if not self._store.exists():
            return state
        with opened(self._store) as con:
            return None if is_complete(con, state.mode, state.kind, state.started_at) else state

    def _put(self, folder: WalkFolder, walked: Walked, owner: str = "") -> Crawled:
        """Put a walk's pages into the store and, after a whole full walk, ask for what they do not show."""
        state, kind = walked.state, folder.kind
        is_whole = walked.end is End.DONE and state.mode is Mode.FULL and not owner
        with opened(self._store, write=True) as con:
            crawl_id = begin_run(con, _OF_OWNER if owner else state.mode, kind, state.started_at)
            pages, refused = folder.page_files(state), state.dropped_fields
            applied = apply_walk(con, crawl_id, kind, pages, is_whole=is_whole, refused=refused)
        gone, end, detail = applied.replaced, walked.end, walked.detail
        if applied.unseen:
            confirmed, end, detail = self._asking.confirm_gone(kind, crawl_id, applied.unseen)
            gone += confirmed
        with opened(self._store, write=True) as con:
            requests, self._requests_told = self._hub.requests - self._requests_told, self._hub.requests
            since = state.since if state.mode is Mode.DELTA else None
            end_run(
                *(con, crawl_id, requests, state.records),
                is_complete=end is End.DONE,
                since=since,
                vouches=not owner,
            )
        told = applied.listed, applied.changed, gone, detail, state.dropped_fields, owner
        return Crawled(crawl_id, kind, state.mode, end, *told)


def watermarks(store: Path, kind: Kind) -> tuple[datetime | None, datetime | None]:
    """Return up to when the log is complete, by full walks alone and by walks of any kind."""
    if not store.exists():
        return None, None
    with opened(store) as con:
        return watermark(con, kind, Mode.FULL), watermark(con, kind)
