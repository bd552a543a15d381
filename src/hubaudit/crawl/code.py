"""The licenses of linked code, as its host tells them: what the quota allows, the rest in the next run."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hubaudit.crawl.progress import Progress
from hubaudit.hub.code_host import CodeHost
from hubaudit.hub.quota import API
from hubaudit.model import Outcome
from hubaudit.store.code import CodeQueue
from hubaudit.warehouse.queries import own_sql
from hubaudit.warehouse.reference import rows

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

    from hubaudit.coded import CodeAnswer
    from hubaudit.crawl.budget import Budget
    from hubaudit.store.queue import Scope

OLD = timedelta(days=7)  # a look at a code repository; licenses of code change seldom
_MOST_LOST = 3  # looks that the network swallowed: a host that fails so often is left in peace
_PORTION = 40  # repositories; as many answers are lost when a run is killed
_SPEAKING = frozenset({"code-training", "code-data", "code-examples", "code-source"})
_RELEASING = frozenset({"code-released"})
_HOLDING = frozenset({"training", "data"})


@dataclass(frozen=True, slots=True)
class Codes:
    """What the code host said: `found` are there, `gone` are not or are withheld, `other` it refused.

    `waiting` are still to be asked for, and `detail` says why.
    """

    found: int
    gone: int
    other: int
    waiting: int
    detail: str


class CodeReading:
    """One run over the code that cards link. It never waits for the code host's quota."""

    def __init__(
        self,
        address: str,
        loop: asyncio.Runner,
        store: Path,
        budget: Budget,
        progress: Callable[[Progress], None],
    ) -> None:
        self._address = address
        self._loop = loop
        self._store = store
        self._budget = budget
        self._progress = progress

    def read(self, scope: Scope) -> Codes | None:
        """Ask for what is due, up to the limits (None: nothing is). The host's faults are in the result."""
        now = datetime.now(UTC)
        queue = CodeQueue(self._store, own_sql("crawl/wanted-code.sql"), _values(scope, now - OLD), now)
        needed = queue.waiting()
        if not needed:
            return None
        host = CodeHost(self._address)
        self._loop.run(host.__aenter__())
        try:
            ended, stopped = self._work(host, queue, needed)
        finally:
            self._loop.run(host.__aexit__())
        found, gone = ended[Outcome.FOUND], ended[Outcome.MISSING] + ended[Outcome.DISABLED]
        waiting = queue.waiting() if stopped else 0
        return Codes(found, gone, ended.total() - found - gone, waiting, stopped)

    def _work(self, host: CodeHost, queue: CodeQueue, needed: int) -> tuple[Counter[str], str]:
        """Return how the looks ended, and why not all were taken, in words; empty when all were."""
        ended: Counter[str] = Counter()
        lost: dict[str, str] = {}  # what could not be looked at, and why
        began, stopped = time.monotonic(), self._budget.reached(API)
        while not stopped and (portion := self._portion(queue, lost)):
            before = host.requests
            answers = self._loop.run(self._ask(host, portion))
            self._budget.elsewhere = host.requests
            told = [answer for answer in answers if answer.outcome != Outcome.UNREACHABLE]
            lost |= {f"{one.host}/{one.repo}": one.detail for one in answers if one not in told}
            ended.update(answer.outcome for answer in told)
            queue.keep(told, host.requests - before, is_complete=ended.total() >= needed)
            seconds, window = time.monotonic() - began, host.quota.window(API)
            self._progress(Progress("code", ended.total(), needed, seconds, host.requests, window))
            is_in_vain = len(lost) >= _MOST_LOST
            stopped = host.spent() or self._budget.reached(API) or (_last(lost) if is_in_vain else "")
        return ended, stopped or _last(lost)

    def _portion(self, queue: CodeQueue, lost: Collection[str]) -> list[tuple[str, CodeAnswer | None]]:
        """Return what is due next, without what was asked for in vain."""
        left = self._budget.requests_left()
        size = _PORTION if left is None else min(_PORTION, left)
        return [each for each in queue.first(size + len(lost)) if each[0] not in lost]

    async def _ask(
        self, host: CodeHost, portion: Sequence[tuple[str, CodeAnswer | None]]
    ) -> list[CodeAnswer]:
        """Return the answers that came in time, in order."""
        answers: list[CodeAnswer] = []

        async def look(code_repo: str, known: CodeAnswer | None) -> None:
            answers.append(await host.repo(code_repo.partition("/")[2], known))

        try:
            async with asyncio.timeout(self._budget.seconds_left()):
                await asyncio.gather(*(look(*each) for each in portion))
        except TimeoutError:
            pass
        return answers


def _last(lost: Mapping[str, str]) -> str:
    return list(lost.values())[-1] if lost else ""


def _values(scope: Scope, before: datetime) -> dict[str, object]:
    known = [f"{row['host']}/{row['repo']}" for row in rows("code_repo") if row["purpose"] in _HOLDING]
    return {
        "phrases": _phrases(_SPEAKING),
        "releases": _phrases(_RELEASING),
        "known": known,
        "before": before,
        "names": scope.names and list(scope.names),
        "owners": scope.owners and list(scope.owners),
    }


def _phrases(kinds: Collection[str]) -> list[str]:
    return [row["id"] for row in rows("phrase") if row["kind"] in kinds]
