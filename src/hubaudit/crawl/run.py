"""`hubaudit crawl`: the lists or the repositories named, then the files that the store lacks of them."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hubaudit.crawl.budget import Budget
from hubaudit.crawl.code import CodeReading, Codes
from hubaudit.crawl.disk import alone_in
from hubaudit.crawl.files import Files, Reading
from hubaudit.crawl.lists import Crawled, Lists
from hubaudit.crawl.records import Asking, Named
from hubaudit.crawl.walk import End, Limits
from hubaudit.errors import StoreError
from hubaudit.hub.client import Hub
from hubaudit.model import Kind
from hubaudit.store.clone import compact, publish
from hubaudit.store.queue import Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from hubaudit.crawl.progress import Progress

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Options:
    """What to crawl, and how far. Without `full` or `since` the store tells which kind of walk is due.

    `ids` (all of the only kind) or `owners` stand for a walk over the whole lists. `metadata_only`: no files.
    `code_host` is the address of the one to ask for the code that cards link (None: nobody is asked).
    """

    store: Path
    cache: Path
    endpoint: str | None = None
    kinds: Sequence[Kind] = (Kind.MODEL, Kind.DATASET)
    full: bool = False
    since: datetime | None = None
    limits: Limits = field(default_factory=Limits)
    progress: Callable[[Progress], None] = lambda _: None
    ids: Sequence[str] = ()
    owners: Sequence[str] = ()
    metadata_only: bool = False
    code_host: str | None = None


@dataclass(frozen=True, slots=True)
class Crawl:
    """What a run brought: by walks, or by name, and of files and of code (None: it asked for none)."""

    walks: Sequence[Crawled]
    named: Named | None
    files: Files | None
    code: Codes | None = None

    @property
    def is_complete(self) -> bool:
        """Whether all lists and names were read to their end. Files may wait: that is the next run's work."""
        unknown = self.named is not None and self.named.unknown
        return not unknown and not self.unlisted and all(walk.end is End.DONE for walk in self.walks)

    @property
    def unlisted(self) -> list[str]:
        """The owners of whom the Hub lists nothing, though it was asked for all."""
        listed = {walk.owner for walk in self.walks if walk.records or walk.end is not End.DONE}
        return list(dict.fromkeys(walk.owner for walk in self.walks if walk.owner not in listed | {""}))


def crawl(options: Options) -> Crawl:
    """Bring the store up to date. The Hub's faults are in the result; raises CacheError and StoreError."""
    with alone_in(options.cache / "walks"), asyncio.Runner() as loop:
        hub = Hub(options.endpoint)
        loop.run(hub.__aenter__())
        try:
            crawled = _Run(options, hub, loop).go()
        finally:
            loop.run(hub.__aexit__())
    _tidy(options.store)
    return crawled


def _tidy(store: Path) -> None:
    """Give back unused room and show readers what is new; a store in use waits until the next run."""
    try:
        if compact(store):
            _LOG.warning("much of the store was free: it was written anew")
        publish(store)
    except StoreError as error:
        _LOG.warning("the copy for readers was not renewed: %s", error)


class _Run:
    """One run. All its parts share the client, its loop and the budget."""

    def __init__(self, options: Options, hub: Hub, loop: asyncio.Runner) -> None:
        store, progress = options.store, options.progress
        self._options = options
        self._budget = Budget(options.limits, hub)
        self._asking = Asking(hub, loop, store, self._budget)
        self._lists = Lists(hub, loop, store, options.cache, self._budget, self._asking, progress)
        self._reading = Reading(hub, loop, store, self._budget, progress)
        self._code = options.code_host and CodeReading(options.code_host, loop, store, self._budget, progress)

    def go(self) -> Crawl:
        options = self._options
        if options.ids:
            (kind,) = options.kinds
            named = self._asking.ask_for(kind, options.ids)
            names = [repo_id.lower() for repo_id in named.shown]
            return self._crawl((), named, Scope(options.kinds, names=names) if names else None)
        walks = self._walks()
        if walks[-1].end is End.FAILED:
            return Crawl(walks, None, None)  # a Hub that fails now fails for files, too
        runs, owners = [walk.crawl_id for walk in walks], [owner.lower() for owner in options.owners]
        return self._crawl(walks, None, Scope(options.kinds, runs, owners=owners or None))

    def _crawl(self, walks: Sequence[Crawled], named: Named | None, scope: Scope | None) -> Crawl:
        """Read the files of this scope, and ask for the code that its cards link."""
        if scope is None or self._options.metadata_only:
            return Crawl(walks, named, None)
        files = self._reading.read(scope)
        return Crawl(walks, named, files, self._code.read(scope) if self._code else None)

    def _walks(self) -> list[Crawled]:
        options = self._options
        if options.owners:
            return [one for owner in options.owners for one in self._lists.of_owner(owner, options.kinds)]
        return self._lists.due(options.kinds, full=options.full, since=options.since)
