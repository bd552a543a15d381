"""Findings that are set aside: what hubaudit.toml ignores, and what a baseline knows. They do not count."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from hubaudit.audit.baseline import Key, key, read_baseline
from hubaudit.audit.config import Config, Ignore, read_config
from hubaudit.audit.policy import with_policy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from hubaudit.audit.options import Answers
    from hubaudit.audited import Rule
    from hubaudit.model import Finding, Report


def _today() -> date:
    return datetime.now(UTC).date()


@dataclass(frozen=True, slots=True)
class Aside:
    """What is set aside on a day. `show_ignored` keeps ignored findings in the result."""

    config: Config = field(default_factory=Config)
    baseline: frozenset[Key] | None = None
    show_ignored: bool = False
    today: date = field(default_factory=_today)

    @property
    def ignores(self) -> list[Ignore]:
        """The entries that hold."""
        return [each for each in self.config.ignores if not each.is_expired(self.today)]

    def apply(self, answers: Answers) -> list[str]:
        """Set the reports against the policy, mark the findings that do not count, and say what was done.

        Ignored findings are left out if they are not asked for.
        """
        reports = [with_policy(report, self.config.policy) for report in answers.reports]
        answers.reports = [replace(report, findings=tuple(self._marked(report))) for report in reports]
        return list(self._remarks(reports))

    def _marked(self, report: Report) -> Iterator[Finding]:
        for found in report.findings:
            entry = self.entry(found.rule, report.id)
            if entry is None:
                is_known = key(found.rule, report.id, found.path) in (self.baseline or ())
                yield replace(found, state="known") if is_known else found
            elif self.show_ignored:
                yield replace(found, state="ignored", reason=entry.words)

    def entry(self, rule: str, repo_id: str) -> Ignore | None:
        """Find the entry that holds and covers what a rule says of a model."""
        return next((each for each in self.ignores if each.rule == rule and each.covers(repo_id)), None)

    def _remarks(self, reports: Sequence[Report]) -> Iterator[str]:
        """Say what is ignored, which entries are over, and which ignore nothing."""
        found = {(finding.rule, report.id) for report in reports for finding in report.findings}
        open_ = {(each.rule, report.id) for report in reports for each in report.coverage.open_questions}
        ids = [report.id for report in reports]
        yield from self.over(entry for entry in self.config.ignores if any(map(entry.covers, ids)))
        for entry in self.ignores:
            about = [repo_id for repo_id in ids if entry.covers(repo_id)]
            if about and not any((entry.rule, repo_id) in found | open_ for repo_id in about):
                yield self.unused(entry)
        ignored = sum(self.entry(rule, repo_id) is not None for rule, repo_id in found)
        yield from self.hidden(ignored)

    def over(self, entries: Iterable[Ignore]) -> Iterator[str]:
        """Name the entries that hold no more."""
        for entry in entries:
            if entry.is_expired(self.today):
                yield f"{self._name(entry)} ended on {entry.until}: it counts again"

    def unused(self, entry: Ignore) -> str:
        """Name an entry that could go."""
        return f"{self._name(entry)} ignores nothing: take it out"

    def hidden(self, ignored: int) -> Iterator[str]:
        """Say how many findings are not in the result."""
        if ignored and not self.show_ignored:
            counted = "1 finding is" if ignored == 1 else f"{ignored:,} findings are"
            yield f"{counted} ignored by {self.config.path}; --show-ignored shows them"

    def _name(self, entry: Ignore) -> str:
        return f"{self.config.path}: the entry {entry.rule} for {entry.written}"


def aside_from(config: Path | None, baseline: Path | None, *, show_ignored: bool) -> Aside:
    """Read what is set aside from the files that the command line names. Raises UsageError."""
    known = None if baseline is None else read_baseline(baseline)
    return Aside(read_config(config), known, show_ignored)


def set_aside(con: DuckDBPyConnection, aside: Aside, rules: Sequence[Rule], *, is_whole: bool) -> list[str]:
    """Do so with the temp table `found`, whose rows get a state and a reason; return what there is to say.

    The temp table `set_aside` gets the two counts. `is_whole` says that all models were asked for: only then
    an entry that ignores nothing can go.
    """
    entries = [each for each in aside.ignores if each.rule in {rule.id for rule in rules}]
    con.execute(
        _ENTRIES, {name: [getattr(each, name) for each in entries] for name in ("rule", "like", "words")}
    )
    known = sorted(aside.baseline or ())
    con.execute(_KNOWN, {"rule": [each[0] for each in known], "key": [each[1] for each in known],
                         "ending": [each[2] for each in known]})  # fmt: skip
    for statement in (_MARK, "drop table found", "alter table marked rename to found", _COUNT):
        con.execute(statement)
    (ignored,) = con.execute("select ignored from set_aside").fetchone() or (0,)
    used = {place for (place,) in con.execute(_USED).fetchall()} if entries and is_whole else set()
    if not aside.show_ignored:
        con.execute("delete from found where state = 'ignored'")
    unused = [aside.unused(each) for place, each in enumerate(entries, 1) if is_whole and place not in used]
    return [*aside.over(aside.config.ignores), *unused, *aside.hidden(ignored)]


_ENTRIES = """
    create temp table ignore_entry as
    select generate_subscripts($rule::varchar[], 1) as place, unnest($rule::varchar[]) as rule,
        unnest($like::varchar[]) as pattern, unnest($words::varchar[]) as words
"""
_KNOWN = """
    create temp table baseline as
    select unnest($rule::varchar[]) as rule, unnest($key::varchar[]) as repo_key,
        unnest($ending::varchar[]) as ending
"""
_MARK = """
    create temp table marked as
    with ignored as (
        select found.rule, found.id, arg_min(entry.words, entry.place) as words
        from found
        join ignore_entry as entry
            on entry.rule = found.rule and lower(found.id) like entry.pattern escape '!'
        group by found.rule, found.id
    )

    select
        found.*,
        case
            when ignored.id is not null then 'ignored'
            when baseline.rule is not null then 'known'
            else 'open'
        end                 as state,
        ignored.words       as reason
    from found
    left join ignored on ignored.rule = found.rule and ignored.id = found.id
    left join baseline on baseline.rule = found.rule and baseline.repo_key = lower(found.id)
        and baseline.ending = lower(found.path[-1])
"""
_COUNT = """
    create temp table set_aside as
    select count(*) filter (state = 'ignored') as ignored, count(*) filter (state = 'known') as known
    from found
"""
# What could not be judged may yet become a finding.
_USED = """
    select distinct entry.place
    from ignore_entry as entry
    join verdict on verdict.rule = entry.rule and verdict.verdict <> 'passed'
        and lower(verdict.repo_id) like entry.pattern escape '!'
"""
