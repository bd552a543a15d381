"""One run of scoring: gather, build, read the reports, keep what was learned."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hubaudit.audit.absent import why_no_report
from hubaudit.audit.answers import dump, made_by
from hubaudit.audit.code import Code
from hubaudit.audit.gather import Gathering
from hubaudit.audit.options import Answers
from hubaudit.audit.read import read_report
from hubaudit.audit.work import Work
from hubaudit.errors import StoreError
from hubaudit.model import FileAnswer, Kind, RepoAnswer
from hubaudit.store.answers import keep_answer
from hubaudit.store.file import attached
from hubaudit.store.keep import Run, keep, keep_closure, keep_reading

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hubaudit.audit.fetch import Fetcher
    from hubaudit.audit.gather import Need
    from hubaudit.audit.options import Options


class Scoring:
    """The work tables of a run, and the client of the Hub if one is needed."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.started = datetime.now(UTC)
        self.work = Work()
        self.answers = Answers()
        self._stack = ExitStack()
        self._fetcher: Fetcher | None = None

    def run(self, repo_ids: Sequence[str]) -> Answers:
        """Answer on these models."""
        with self._stack:
            fetch = None if self.options.offline else self._fetch
            since = self.options.fresh_since(self.started)
            databases = self._databases()
            code = Code(self.work, self.options.code_host, since, has_store="store" in databases)
            gathering = Gathering(self.work, fetch, databases, since, self.options.progress, code)
            gathering.run(repo_ids)
        for repo_id in repo_ids:
            self._answer(gathering, repo_id)
        self.answers.is_incomplete = self.work.is_incomplete()
        if code.why_not and (unlooked := code.unlooked()):
            self.answers.notes.append(
                f"the license of {unlooked} linked code repositories was not looked at: {code.why_not}"
            )
        self._keep(gathering)
        return self.answers

    def _databases(self) -> list[str]:
        databases = []
        if self.options.store.exists():
            try:
                self._stack.enter_context(attached(self.work.con, self.options.store))
                databases.append("store")
            except StoreError as error:
                self.answers.notes.append(f"answered without the store: {error}")
        return [*databases, "bundled"]

    def _fetch(self, needs: Sequence[Need], take_in: Callable[[RepoAnswer | FileAnswer], None]) -> None:
        if self._fetcher is None:
            from hubaudit.audit.fetch import Fetcher  # noqa: PLC0415 - httpx is slow to import; the store often knows

            self._fetcher = self._stack.enter_context(Fetcher(self.options.endpoint))
        self._fetcher.fetch(needs, take_in)

    def _answer(self, gathering: Gathering, repo_id: str) -> None:
        source = gathering.came_from.get((Kind.MODEL, repo_id.lower()), "")
        report = read_report(self.work.con, repo_id, source, self._notes(gathering, source))
        if report is None:
            is_lost = bool(gathering.lost) or self.options.offline
            self.answers.errors.append(
                why_no_report(self.work.con, repo_id, self.options.store, is_lost=is_lost)
            )
        else:
            self.answers.reports.append(report)

    def _notes(self, gathering: Gathering, source: str) -> list[str]:
        notes = []
        if source == "bundled":
            notes.append("from the snapshot bundled with hubaudit, not from the Hub today")
        if gathering.lost:
            notes.append("the Hub could not be reached; what is shown comes from what was at hand")
        elif self.options.offline:
            notes.append("offline: nothing was asked of the Hub")
        return notes

    def _keep(self, gathering: Gathering) -> None:
        """Write what the Hub said, and the answers that rest on the store alone, for the next time."""
        is_whole = not self.answers.is_incomplete and not gathering.code.unlooked()
        whole = [report for report in self.answers.reports if is_whole and report.source != "bundled"]
        has_news = bool(gathering.answered) or gathering.code.has_answers
        if not has_news and not whole:
            return
        requests = (self._fetcher.requests if self._fetcher else 0) + gathering.code.requests
        outcome = "incomplete" if self.answers.is_incomplete else "complete"
        try:
            with attached(self.work.con, self.options.store, write=True):
                if has_news:
                    run = Run("score", self.started, datetime.now(UTC), requests, outcome)
                    keep(self.work.con, gathering.answered, run)
                elif gathering.has_read_again:
                    keep_reading(self.work.con)
                maker = made_by()
                for report in whole:
                    keep_closure(self.work.con, report.id)
                    keep_answer(self.work.con, report.asked_id, report.id, maker, dump(report))
        except StoreError as error:
            if has_news:
                self.answers.notes.append(f"what the Hub said was not kept: {error}")
