"""Records of single repositories: those a person names, and those that a whole list does not show."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hubaudit.crawl.walk import End
from hubaudit.hub.quota import API
from hubaudit.model import Kind, Outcome, RepoAnswer
from hubaudit.store.file import opened
from hubaudit.store.keep import Run, keep_records
from hubaudit.store.runs import COMPLETE, INCOMPLETE
from hubaudit.store.walks import add_gone

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from hubaudit.crawl.budget import Budget
    from hubaudit.hub.client import Hub
    from hubaudit.store.walks import Unseen

_ASKED_AT_ONCE = 100  # repositories; as many answers are lost when a run is killed
_SPENT = "the limit is reached before the Hub was asked for all that the list lacks"
_GONE = (Outcome.MISSING, Outcome.DELETED)
_RUN = "id"


@dataclass(frozen=True, slots=True)
class Named:
    """What the Hub said of the repositories that were asked for by name: `shown` are their ids now.

    `unknown` has a line for each that the Hub did not show, with its reason.
    """

    kind: Kind
    shown: tuple[str, ...]
    unknown: tuple[str, ...]


class Asking:
    """Asks for repositories one by one, and writes down what comes of it."""

    def __init__(self, hub: Hub, loop: asyncio.Runner, store: Path, budget: Budget) -> None:
        self._hub = hub
        self._loop = loop
        self._store = store
        self._budget = budget

    def ask_for(self, kind: Kind, repo_ids: Sequence[str]) -> Named:
        """Log what the Hub says of these repositories, as a run of its own kind."""
        began, before = datetime.now(UTC), self._hub.requests
        shown: list[str] = []
        unknown: list[str] = []
        for start in range(0, len(repo_ids), _ASKED_AT_ONCE):
            asked = repo_ids[start : start + _ASKED_AT_ONCE]
            answers = self._ask(kind, asked)
            if answers is None:
                unknown += [f"{repo_id}: not asked for, {self._budget.reached(API)}" for repo_id in asked]
                continue
            shown += [answer.repo_id or answer.asked_id for answer in answers if _is_shown(answer)]
            unknown += [_reason(answer) for answer in answers if not _is_shown(answer)]
            outcome = COMPLETE if all(map(_is_shown, answers)) else INCOMPLETE
            requests, before = self._hub.requests - before, self._hub.requests
            keep_records(self._store, answers, Run(_RUN, began, datetime.now(UTC), requests, outcome))
        return Named(kind, tuple(shown), tuple(unknown))

    def confirm_gone(self, kind: Kind, crawl_id: int, unseen: Sequence[Unseen]) -> tuple[int, End, str]:
        """Ask for each repository that a full walk did not show: the moving list may have skipped it.

        Returns how many are gone, and whether all could be asked.
        """
        gone = 0
        for start in range(0, len(unseen), _ASKED_AT_ONCE):
            asked = unseen[start : start + _ASKED_AT_ONCE]
            answers = self._ask(kind, [repo.repo_id for repo in asked])
            if answers is None:
                return gone, End.LIMIT, _SPENT
            lost = [answer for answer in answers if answer.outcome is Outcome.UNREACHABLE]
            with opened(self._store, write=True) as con:
                for repo, answer in zip(asked, answers, strict=True):
                    if answer.outcome in _GONE:
                        seen = (answer.outcome, answer.url, answer.observed_at)
                        gone += add_gone(con, crawl_id, kind, repo, seen)
            if lost:
                return gone, End.FAILED, lost[0].detail
        return gone, End.DONE, ""

    def _ask(self, kind: Kind, repo_ids: Sequence[str]) -> list[RepoAnswer] | None:
        """Return the answers in order, None when a limit came first."""
        return None if self._budget.reached(API) else self._loop.run(self._answers(kind, repo_ids))

    async def _answers(self, kind: Kind, repo_ids: Sequence[str]) -> list[RepoAnswer] | None:
        try:
            async with asyncio.timeout(self._budget.seconds_left()):
                return await asyncio.gather(*(self._hub.repo(kind, repo_id) for repo_id in repo_ids))
        except TimeoutError:
            return None


def _is_shown(answer: RepoAnswer) -> bool:
    return answer.outcome is Outcome.FOUND


def _reason(answer: RepoAnswer) -> str:
    return f"{answer.asked_id}: {answer.detail or answer.outcome}"
