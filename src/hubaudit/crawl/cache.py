"""A walk on disk: one file a page, and walk.json, which alone says how far the walk has come.

    walks/<kind>/walk.json               State, written anew after each page
    walks/<kind>/page-00001.json.zst     a page as sent: an array of records
    walks/<kind>/page-00001.json         {"url": ..., "observed_at": ..., "records": how many}

A page is written before walk.json counts it. So a page file beyond walk.json's count was cut short by a
crash and is written again, and a page that walk.json counts is whole.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import zstandard

from hubaudit.crawl.disk import alone_in, write_whole
from hubaudit.errors import CacheError
from hubaudit.hub.listing import Sort
from hubaudit.model import Kind
from hubaudit.store.page import PageFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hubaudit.hub.listing import Page


class Mode(StrEnum):
    """How far a walk goes: over the whole list, or from the latest change down to a date."""

    FULL = "full"
    DELTA = "delta"


@dataclass(frozen=True, slots=True)
class State:
    """How far a walk has come. `next_url` is None before the first page and after the last.

    `started_at` is when the walk began, so what changed later is the next walk's. `since` is the date a
    delta goes down to. `records` counts rows, repeated ones too. A walk that had to begin anew keeps its
    pages: those from `first_page` on are one pass, the ones before it an unfinished one.
    """

    kind: Kind
    mode: Mode
    sort: Sort
    endpoint: str
    started_at: datetime
    since: datetime | None = None
    next_url: str | None = None
    pages: int = 0
    records: int = 0
    first_page: int = 1
    dropped_fields: tuple[str, ...] = ()
    is_done: bool = False

    def anew(self) -> State:
        """Return the walk at its beginning, with the pages it has."""
        return replace(self, next_url=None, first_page=self.pages + 1)


class WalkFolder:
    """The folder of the walks over one kind, one after the other. Make it with `held`."""

    def __init__(self, path: Path, kind: Kind) -> None:
        self.path = path
        self.kind = kind

    @staticmethod
    @contextmanager
    def held(cache: Path, kind: Kind) -> Iterator[WalkFolder]:
        """Open walks/<kind> in the cache, alone. Raises CacheLockedError while another process has it."""
        folder = walk_folder(cache, kind)
        with alone_in(folder.path):
            yield folder

    def state(self) -> State | None:
        """Return how far the walk has come, None if there was none. Raises CacheError for a broken file."""
        path = self.path / "walk.json"
        try:
            return _state(path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise self._broken(path, error) from error

    def begin(self, state: State) -> None:
        """Put a new walk in the place of the one before, whose pages go."""
        self.save(state)
        for path in self.path.glob("page-*"):
            path.unlink(missing_ok=True)

    def keep(self, state: State, page: Page, *, is_last: bool) -> State:
        """Write one page, then count it. Return the walk after it. Raises CacheError; nothing is lost."""
        after = replace(
            state,
            next_url=None if is_last else page.next_url,
            pages=state.pages + 1,
            records=state.records + page.records,
            dropped_fields=tuple(dict.fromkeys(state.dropped_fields + page.dropped_fields)),
            is_done=is_last,
        )
        path = self.page_path(after.pages)
        told = {"url": page.url, "observed_at": page.observed_at.isoformat(), "records": page.records}
        write_whole(path, zstandard.ZstdCompressor(write_checksum=True).compress(page.body or b"[]"))
        write_whole(_told_path(path), json.dumps(told).encode())
        self.save(after)
        return after

    def save(self, state: State) -> None:
        """Write walk.json."""
        write_whole(self.path / "walk.json", json.dumps(asdict(state), default=datetime.isoformat).encode())

    def page_path(self, number: int) -> Path:
        """Return the file of a page; the first is number 1."""
        return self.path / f"page-{number:05d}.json.zst"

    def page_files(self, state: State) -> list[PageFile]:
        """Return all pages that the walk counts. Raises CacheError for one that is missing."""
        return [self._page_file(self.page_path(number)) for number in range(1, state.pages + 1)]

    def _page_file(self, path: Path) -> PageFile:
        if not path.is_file():
            raise self._broken(path, FileNotFoundError())
        try:
            told = json.loads(_told_path(path).read_bytes())
            observed_at = datetime.fromisoformat(told["observed_at"])
            return PageFile(path, str(told["url"]), observed_at, int(told["records"]))
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise self._broken(_told_path(path), error) from error

    def read(self, number: int) -> bytes:
        """Return a page as sent. Raises CacheError for a file that is missing or damaged."""
        path = self.page_path(number)
        try:
            return zstandard.ZstdDecompressor().decompress(path.read_bytes())
        except (OSError, MemoryError, zstandard.ZstdError) as error:
            raise self._broken(path, error) from error

    def check(self, state: State) -> None:
        """Raise CacheError unless every page is there and the last one is whole: a crash hits that one."""
        if self.page_files(state):
            self.read(state.pages)

    def _broken(self, path: Path, error: Exception) -> CacheError:
        reason = "is missing" if isinstance(error, FileNotFoundError) else "cannot be read"
        return CacheError(
            f"{path} {reason}: delete the folder {self.path} and crawl again from the beginning"
        )


def walk_folder(cache: Path, kind: Kind) -> WalkFolder:
    """Return the folder of the walks over one kind, to look at."""
    return WalkFolder(cache / "walks" / kind, kind)


def _told_path(page: Path) -> Path:
    return page.with_suffix("")


def _state(text: bytes) -> State:
    told = json.loads(text)
    since = told["since"]
    dates = {"started_at": datetime.fromisoformat(told["started_at"])}
    dates |= {"since": datetime.fromisoformat(since)} if since else {}
    names = {"kind": Kind(told["kind"]), "mode": Mode(told["mode"]), "sort": Sort(told["sort"])}
    return State(**told | dates | names | {"dropped_fields": tuple(told["dropped_fields"])})
