"""`hubaudit score`: one or more model ids in, one report each out."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hubaudit.audit.bundled import attach_bundled
from hubaudit.audit.gather import Gathering
from hubaudit.audit.read import read_report
from hubaudit.audit.rules import SEVERITIES, rules
from hubaudit.audit.work import Work
from hubaudit.errors import HubUnreachableError, IncompleteError, RepoNotFoundError, StoreError
from hubaudit.model import FileAnswer, Kind, Outcome, RepoAnswer, Report
from hubaudit.store.file import attached
from hubaudit.store.keep import Run, keep, keep_closure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from hubaudit.audit.fetch import Fetcher
    from hubaudit.audit.gather import Need

_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Options:
    """Where answers may come from. `max_age` is how old the store's may be before the Hub is asked again."""

    store: Path
    endpoint: str | None = None
    offline: bool = False
    refresh: bool = False
    max_age: timedelta = timedelta(hours=24)
    progress: Callable[[int, int], None] = lambda _done, _needed: None  # looks done, looks known to be needed


@dataclass(slots=True)
class Answers:
    """The reports in the order asked, and an error for each id that got none."""

    reports: list[Report] = field(default_factory=list)
    errors: list[IncompleteError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # on the run itself, for the narration
    is_incomplete: bool = False  # something that an answer needed could not be asked for


def score(repo_ids: Sequence[str], options: Options) -> Answers:
    """Report on these models, asking the store while it is fresh, the Hub, and what is at hand, in that order."""
    return _Score(options).run(repo_ids)


class _Score:
    """One call of score: its work tables, and the client of the Hub if one was needed."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.started = datetime.now(UTC)
        self.work = Work()
        self.answers = Answers()
        self.stack = ExitStack()
        self.fetcher: Fetcher | None = None

    def run(self, repo_ids: Sequence[str]) -> Answers:
        with self.stack:
            gathering = self._gather(repo_ids)
        for repo_id in repo_ids:
            self._answer(gathering, repo_id)
        self.answers.is_incomplete = self.work.is_incomplete()
        if gathering.answered:
            self._keep(gathering)
        return self.answers

    def _gather(self, repo_ids: Sequence[str]) -> Gathering:
        options = self.options
        since = None if options.refresh else _EVER if options.offline else self.started - options.max_age
        fetch = None if options.offline else self._fetch
        gathering = Gathering(self.work, fetch, self._databases(), since, options.progress)
        gathering.run(repo_ids)
        return gathering

    def _databases(self) -> list[str]:
        databases = []
        if self.options.store.exists():
            try:
                self.stack.enter_context(attached(self.work.con, self.options.store))
                databases.append("store")
            except StoreError as error:
                self.answers.notes.append(f"answered without the store: {error}")
        return [*databases, "bundled"]

    def _fetch(self, needs: Sequence[Need], take_in: Callable[[RepoAnswer | FileAnswer], None]) -> None:
        if self.fetcher is None:
            from hubaudit.audit.fetch import Fetcher  # noqa: PLC0415 - httpx is slow to import; the store often knows

            self.fetcher = self.stack.enter_context(Fetcher(self.options.endpoint))
        self.fetcher.fetch(needs, take_in)

    def _answer(self, gathering: Gathering, repo_id: str) -> None:
        source = gathering.came_from.get((Kind.MODEL, repo_id.lower()), "")
        report = read_report(self.work.con, repo_id, source, self._notes(gathering, source))
        if report is not None:
            self.answers.reports.append(report)
        else:
            self.answers.errors.append(self._why_not(gathering, repo_id))

    def _notes(self, gathering: Gathering, source: str) -> list[str]:
        notes = []
        if source == "bundled":
            notes.append("from the snapshot bundled with hubaudit, not from the Hub today")
        if gathering.lost:
            notes.append("the Hub could not be reached; what is shown comes from what was at hand")
        elif self.options.offline:
            notes.append("offline: nothing was asked of the Hub")
        return notes

    def _why_not(self, gathering: Gathering, repo_id: str) -> IncompleteError:
        row = self.work.con.execute(
            "select outcome, detail from staging.repo where kind = 'model' and repo_key = lower(?)", [repo_id]
        ).fetchone()
        outcome, detail = row or (Outcome.UNREACHABLE, "")
        if outcome == Outcome.UNREACHABLE:
            what = "neither the store nor the snapshot knows it" if gathering.lost else "nothing at hand knows it"
            reason = f"the Hub could not be reached ({detail or 'offline'}), and {what}"
            return HubUnreachableError(f"{repo_id}: {reason}. Check the network, HF_ENDPOINT, or drop --offline")
        near = self._near(repo_id)
        hint = f" Did you mean {near}?" if near else " Check the spelling; for a private model set HF_TOKEN."
        return RepoNotFoundError(f"{repo_id}: the Hub does not show this model ({outcome}).{hint}")

    def _near(self, repo_id: str) -> str:
        attach_bundled(self.work.con)
        with ExitStack() as stack:
            known = "select repo_id from bundled.raw.repo_log where kind = 'model'"
            if self.options.store.exists():
                try:
                    stack.enter_context(attached(self.work.con, self.options.store))
                    known += " union select repo_id from store.raw.repo_log where kind = 'model' and outcome = 'found'"
                except StoreError:
                    pass  # said already
            # Jaro-Winkler over all ids in SQL: the store may hold millions
            near = self.work.con.execute(
                f"select distinct repo_id from ({known}) where lower(repo_id) <> lower($1)"
                " and jaro_winkler_similarity(lower(repo_id), lower($1)) > 0.9"
                " order by jaro_winkler_similarity(lower(repo_id), lower($1)) desc, repo_id limit 3",
                [repo_id],
            ).fetchall()
        return " or ".join(row[0] for row in near)

    def _keep(self, gathering: Gathering) -> None:
        run = Run("score", self.started, datetime.now(UTC), self.fetcher.requests if self.fetcher else 0,
                  "incomplete" if gathering.lost else "complete")  # fmt: skip
        members = list(gathering.came_from)
        try:
            with attached(self.work.con, self.options.store, write=True):
                keep(self.work.con, gathering.answered, run)
                for report in self.answers.reports:
                    keep_closure(self.work.con, report.id, members)
        except StoreError as error:
            self.answers.notes.append(f"what the Hub said was not kept: {error}")


def exit_code(answers: Answers, fail_on: str | None) -> int:
    """0 clean, 1 findings at or above `fail_on`, 3 incomplete; a gate never passes on what could not be judged."""
    severities = {rule.id: SEVERITIES.index(rule.severity) for rule in rules()}
    threshold = -1 if fail_on is None else SEVERITIES.index(fail_on)
    if any(severities[finding.rule] <= threshold for report in answers.reports for finding in report.findings):
        return 1
    open_questions = [question for report in answers.reports for question in report.coverage.open_questions]
    if answers.errors or answers.is_incomplete or any(severities[each.rule] <= threshold for each in open_questions):
        return IncompleteError.exit_code
    return 0
