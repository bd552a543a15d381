"""`hubaudit score`: one or more model ids in, one report each out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hubaudit.audit.answers import load, made_by
from hubaudit.audit.config import known_rules
from hubaudit.audit.options import Answers
from hubaudit.audit.rules import SEVERITIES
from hubaudit.errors import IncompleteError, StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hubaudit.audit.aside import Aside
    from hubaudit.audit.options import Options
    from hubaudit.model import Report


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


def exit_code(answers: Answers, fail_on: str | None, aside: Aside | None = None) -> int:
    """Return 0 clean, 1 findings at or above `fail_on`, 3 incomplete: no gate passes on an open question.

    Who accepts a finding by an entry of `aside` accepts as well that it cannot be judged.
    """
    severities = {rule.id: SEVERITIES.index(rule.severity) for rule in known_rules()}
    threshold = -1 if fail_on is None else SEVERITIES.index(fail_on)
    findings = [finding for report in answers.reports for finding in report.findings]
    if any(each.state == "open" and severities[each.rule] <= threshold for each in findings):
        return 1
    open_questions = [
        question
        for report in answers.reports
        for question in report.coverage.open_questions
        if aside is None or aside.entry(question.rule, report.id) is None
    ]
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
    from hubaudit.store.answers import find_answer  # noqa: PLC0415 - after the cheap checks
    from hubaudit.store.file import opened  # noqa: PLC0415 - the same: it loads DuckDB

    maker = made_by()
    try:
        with opened(options.store) as con:
            found = {repo_id: find_answer(con, repo_id, maker, since) for repo_id in repo_ids}
    except StoreError:
        return {}  # whoever needs the store next says what is wrong with it
    return {repo_id: load(text, repo_id) for repo_id, text in found.items() if text}
