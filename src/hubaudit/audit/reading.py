"""Reading the texts of the whole store on all cores: what nothing of today has read yet.

Cards and gate words are searched for our patterns, license files identified: two readings, one way.

Facts are kept batch by batch, so a run that is killed goes on where it was. A text that cannot be read,
whatever the reason, is tried once more alone; then it is kept as unread, which no query takes for "nothing
said".
"""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from typing import TYPE_CHECKING, Self

from hubaudit.audit.licenses import identifier_version, identify_all
from hubaudit.model import TextFacts
from hubaudit.store.rows import license_reading, reading
from hubaudit.store.texts import BATCH, UNREAD, batches, keep_reading, recall_unread
from hubaudit.text.hub_links import leads_to
from hubaudit.text.version import reading_version
from hubaudit.warehouse.reference import patterns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from duckdb import DuckDBPyConnection

    from hubaudit.store.rows import Reading
    from hubaudit.text.scan import Scanner

Text = tuple[str, str]  # blob, text
SCAN, LICENSE = "text_scan", "license_text"
"""What a text is read for, by the table that says so."""

_AHEAD = 3  # batches that wait for each process: enough to keep it busy, few enough to keep memory flat


@dataclass(frozen=True, slots=True)
class Read:
    """How many texts were read, and how many of them could not be."""

    texts: int
    unread: int


def read_texts(con: DuckDBPyConnection, progress: Callable[[int, int], None]) -> Read:
    """Read every card, gate text and license file of database `store` that was not read yet."""
    done = unread = 0
    for name, version in versions().items():
        read = _read_for(con, name, version, progress)
        done, unread = done + read.texts, unread + read.unread
    return Read(done, unread)


def versions() -> dict[str, str]:
    """Return what texts are read with today, by the table that says so."""
    return {SCAN: reading_version(patterns()), LICENSE: identifier_version()}


def _read_for(con: DuckDBPyConnection, name: str, version: str, progress: Callable[[int, int], None]) -> Read:
    needed = recall_unread(con, name, version)
    done = unread = 0
    with _Readers(name, needed) as readers:
        for texts, read in readers.read(batches(con)):
            if read is None or not keep_reading(con, version, read):
                unread += _keep_one_by_one(con, version, texts, readers)
            done += len(texts)
            progress(done, needed)
    return Read(done, unread)


def read_all(scanner: Scanner, texts: Iterable[Text]) -> Reading:
    """Read texts, and pack what is in them."""
    facts = ((blob, scanner.scan(text)) for blob, text in texts)
    return reading((blob, each, list(map(leads_to, each.links))) for blob, each in facts)


def _keep_one_by_one(con: DuckDBPyConnection, version: str, texts: Sequence[Text], readers: _Readers) -> int:
    """Read each text of a batch that failed alone; return how many cannot be read."""
    unread = 0
    for text in texts:
        read = readers.read_alone(text)
        if read is None or not keep_reading(con, version, read):
            keep_reading(con, version, _UNREADABLE[readers.name](text[0]))
            unread += 1
    return unread


class _Readers:
    """Processes that read, one for each core. A single batch is not worth starting them: it is read here."""

    def __init__(self, name: str, needed: int) -> None:
        self.name = name
        self._count = min(os.cpu_count() or 1, -(-needed // BATCH))
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def read(self, texts: Iterator[Sequence[Text]]) -> Iterator[tuple[Sequence[Text], Reading | None]]:
        """Yield each batch with what was read in it, in order; None: something in it cannot be read."""
        waiting: deque[tuple[Sequence[Text], Future[Reading]]] = deque()
        for batch in texts:
            waiting.append((batch, self._begin(batch)))
            if len(waiting) > _AHEAD * self._count:
                yield self._ended(*waiting.popleft())
        while waiting:
            yield self._ended(*waiting.popleft())

    def read_alone(self, text: Text) -> Reading | None:
        """Read one text while no other is read: if the process dies, this text did it."""
        return self._ended([text], self._begin([text]))[1]

    def _begin(self, batch: Sequence[Text]) -> Future[Reading]:
        if self._count == 1:
            return _already_read(self.name, batch)
        self._pool = self._pool or self._opened()
        try:
            return self._pool.submit(read_here, self.name, batch)
        except BrokenProcessPool:
            self._close()
            return self._begin(batch)

    def _ended(self, batch: Sequence[Text], future: Future[Reading]) -> tuple[Sequence[Text], Reading | None]:
        try:
            return batch, future.result()
        except Exception:  # noqa: BLE001 - whatever a stranger's text does to a reader, the others are read
            return batch, None

    def _opened(self) -> ProcessPoolExecutor:
        # spawned: a fork of a process with DuckDB's threads may never wake up
        return ProcessPoolExecutor(self._count, get_context("spawn"))

    def _close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


@cache
def _scanner() -> Scanner:
    """Return the scanner of this process."""
    from hubaudit.text.scan import Scanner  # noqa: PLC0415 - slow to import, and only readers need it

    return Scanner(patterns())


def _already_read(name: str, texts: Sequence[Text]) -> Future[Reading]:
    done: Future[Reading] = Future()
    try:
        done.set_result(read_here(name, texts))
    except Exception as error:  # noqa: BLE001 - as a process would hand it back
        done.set_exception(error)
    return done


def read_here(name: str, texts: Sequence[Text]) -> Reading:
    """Read texts in this process: find our patterns in them, or tell which licenses they are."""
    return read_all(_scanner(), texts) if name == SCAN else identify_all(texts)


_UNREADABLE = {
    SCAN: lambda blob: reading([(blob, TextFacts(UNREAD, None, (), ()), [])]),
    LICENSE: lambda blob: license_reading([(blob, {"outcome": UNREAD, "clauses": ()})]),
}
