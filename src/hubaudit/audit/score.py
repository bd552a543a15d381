"""`hubaudit score`: one or more model ids in, one report each out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hubaudit.audit.answers import load, made_by
from hubaudit.audit.rules import SEVERITIES, rules
from hubaudit.errors import IncompleteError, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from hubaudit.model import Report

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

    def fresh_since(self, now: datetime) -> datetime | None:
        """Tell since when the store's checks are fresh; None: everything is asked again."""
        if self.offline:
            return _EVER
        return None if self.refresh else now - self.max_age


@dataclass(slots=True)
class Answers:
    """The reports in the order asked, and an error for each id that got none."""

    reports: list[Report] = field(default_factory=list)
    errors: list[IncompleteError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # on the run itself, for the narration
    is_incomplete: bool = False  # something that an answer needed could not be asked for


def score(repo_ids: Sequence[str], options: Options) -> Answers:
    """Report on these models: by the store while it is fresh, the Hub, and what is at hand, in that order."""
    known = _remembered(repo_ids, options)
    missing = [repo_id for repo_id in repo_ids if repo_id not in known]
    if not missing:
        return Answers(list(known.values()))
    from hubaudit.audit.scoring import Scoring  # noqa: PLC0415 - a remembered answer needs none of it

    answers = Scoring(options).run(missing)
    made = {report.asked_id: report for report in answers.reports} | known
    answers.reports = [made[repo_id] for repo_id in repo_ids if repo_id in made]
    return answers


def exit_code(answers: Answers, fail_on: str | None) -> int:
    """Return 0 clean, 1 findings at or above `fail_on`, 3 incomplete: no gate passes on an open question."""
    severities = {rule.id: SEVERITIES.index(rule.severity) for rule in rules()}
    threshold = -1 if fail_on is None else SEVERITIES.index(fail_on)
    if any(
        severities[finding.rule] <= threshold for report in answers.reports for finding in report.findings
    ):
        return 1
    open_questions = [question for report in answers.reports for question in report.coverage.open_questions]
    if (
        answers.errors
        or answers.is_incomplete
        or any(severities[each.rule] <= threshold for each in open_questions)
    ):
        return IncompleteError.exit_code
    return 0


def _remembered(repo_ids: Sequence[str], options: Options) -> dict[str, Report]:
    """Find the answers that were given before and still hold, by the id asked."""
    since = options.fresh_since(datetime.now(UTC))
    if since is None or not options.store.exists():
        return {}
    import duckdb  # noqa: PLC0415 - after the cheap checks

    from hubaudit.store.answers import find_answer  # noqa: PLC0415
    from hubaudit.store.file import attached  # noqa: PLC0415

    maker = made_by()
    try:
        with duckdb.connect(config={"threads": 1}) as con, attached(con, options.store):
            found = {repo_id: find_answer(con, repo_id, maker, since) for repo_id in repo_ids}
    except StoreError:
        return {}  # whoever needs the store next says what is wrong with it
    return {repo_id: load(text, repo_id) for repo_id, text in found.items() if text}
