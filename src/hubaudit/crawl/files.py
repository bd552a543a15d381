"""Cards and license files for the store: SQL says which, in portions; answers are kept a batch at a time.

A file is asked for once at a commit. What the network swallowed is no answer and stays wanted, and so does
what a run does not reach: that is the next run's work, and no fault of this one.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hubaudit.crawl.batches import Looks
from hubaudit.crawl.progress import Progress, Stopwatch
from hubaudit.hub.quota import RESOLVERS
from hubaudit.model import FileAnswer, Outcome
from hubaudit.store.queue import Queue, Wanted
from hubaudit.store.rows import Text
from hubaudit.text.decode import blob_sha1, decode
from hubaudit.warehouse.queries import own_sql

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable
    from pathlib import Path

    from hubaudit.crawl.budget import Budget
    from hubaudit.hub.client import Hub
    from hubaudit.store.queue import Scope

_PORTION = (
    5_000  # files; a window of the free plan, after which LICENSE.md may be wanted where LICENSE is not
)


@dataclass(frozen=True, slots=True)
class Files:
    """What a run read. `other` were answered with neither a text nor its absence: gated, refused, too large.

    `waiting` are still to be asked for, and `detail` says why.
    """

    found: int = 0
    absent: int = 0
    other: int = 0
    waiting: int = 0
    detail: str = ""


class Reading:
    """One run over the files that a store lacks."""

    def __init__(
        self,
        hub: Hub,
        loop: asyncio.Runner,
        store: Path,
        budget: Budget,
        progress: Callable[[Progress], None],
    ) -> None:
        self._queue = Queue(store, wanted_files(), datetime.now(UTC))
        self._hub = hub
        self._loop = loop
        self._budget = budget
        self._progress = progress
        self._watch = Stopwatch(hub)
        self._requests_told = 0
        self._needed = 0
        self._ended = Counter[Outcome]()
        self._lost: dict[Wanted, str] = {}  # what the network swallowed, and how
        self._is_silent = False

    def read(self, scope: Scope) -> Files:
        """Read what is wanted until the end or a limit. The Hub's faults are in the result."""
        self._watch, self._requests_told = Stopwatch(self._hub), self._hub.requests
        self._needed = self._queue.waiting(scope)
        if not self._needed:
            return Files()
        while not (stopped := self._stopped()) and (portion := self._portion(scope)):
            self._work(portion)
        waiting = self._queue.waiting(scope) if stopped else len(self._lost)
        if self._ended:
            self._queue.end(self._requests(), is_complete=not waiting)
        found, absent = self._ended[Outcome.FOUND], self._ended[Outcome.ABSENT]
        other = self._ended.total() - found - absent
        return Files(found, absent, other, waiting, stopped or next(iter(self._lost.values()), ""))

    def _portion(self, scope: Scope) -> list[Wanted]:
        """Return what is wanted next, without what was asked for in vain."""
        wanted = self._queue.first(scope, _PORTION + len(self._lost))
        return [one for one in wanted if one not in self._lost]

    def _stopped(self) -> str:
        """Return why no more is asked for, in words; empty if it goes on."""
        silence = list(self._lost.values())[-1] if self._is_silent else ""
        return silence or self._budget.reached(RESOLVERS)

    def _work(self, portion: list[Wanted]) -> None:
        looks = Looks(self._hub, self._budget, portion)
        try:
            self._loop.run(looks.batch(self._tell))
            while looks.came:
                self._keep(looks)
                self._loop.run(looks.batch(self._tell))
        except KeyboardInterrupt:
            self._keep(looks)  # what has come cost requests
            raise
        finally:
            self._is_silent = looks.is_silent
            self._loop.run(looks.stop())

    def _keep(self, looks: Looks) -> None:
        """Write down what came. What cannot be written stays there."""
        answers = [answer for answer in looks.came if answer.outcome is not Outcome.UNREACHABLE]
        if answers:
            self._queue.keep([(answer, _text(answer)) for answer in answers], self._requests())
        lost = (answer for answer in looks.came if answer.outcome is Outcome.UNREACHABLE)
        self._lost |= {_asked(answer): answer.detail for answer in lost}
        self._ended.update(answer.outcome for answer in answers)
        looks.came.clear()

    def _requests(self) -> int:
        """Return how many requests were sent since the last time."""
        before, self._requests_told = self._requests_told, self._hub.requests
        return self._requests_told - before

    def _tell(self, came: int) -> None:
        done = self._ended.total() + len(self._lost) + came
        seconds, window = self._watch.seconds(), self._hub.quota.window(RESOLVERS)
        self._progress(Progress("files", done, self._needed, seconds, self._hub.requests, window))


def wanted_files() -> str:
    """Return the SQL that says which files to ask for."""
    return own_sql("crawl/wanted-files.sql")


def _asked(answer: FileAnswer) -> Wanted:
    return Wanted(answer.kind, answer.repo_id, answer.commit, answer.path)


def _text(answer: FileAnswer) -> Text | None:
    if answer.content is None:
        return None
    text, encoding = decode(answer.content)
    return Text(blob_sha1(answer.content), len(answer.content), encoding, text)
