"""What an audit found: the findings asked for, the most reaching first, and how far the look went."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from hubaudit.audit.aside import Aside, set_aside
from hubaudit.audit.history import moment
from hubaudit.audit.policy import POLICY_RULES, show_policy
from hubaudit.audit.rules import SEVERITIES, rules
from hubaudit.audit.tables import shown, tables_path
from hubaudit.audited import AuditCoverage, Rule, RuleCoverage, Standing
from hubaudit.errors import IncompleteError, UnknownNameError
from hubaudit.store.file import opened
from hubaudit.store.findings import SAME
from hubaudit.store.runs import incomplete_lists, last_run

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from duckdb import DuckDBPyConnection

_VERDICT = "repo_id, verdict, evidence, source_url, path"
_FETCHED = 1000  # findings at a time


@dataclass(frozen=True, slots=True)
class Asked:
    """Which findings are asked for: `severity` or above, that came after the moment `new_since`."""

    rules: Sequence[str] = ()
    severity: str = SEVERITIES[-1]
    owner: str | None = None
    min_downloads: int = 0
    new_since: str | None = None
    ids: Sequence[str] | None = None
    aside: Aside = field(default_factory=Aside)

    @property
    def is_narrow(self) -> bool:
        """Whether findings are left out that do not belong to the chosen rules alone."""
        return (self.owner, self.min_downloads, self.new_since, self.ids) != (None, 0, None, None)


class Found:
    """The findings asked for, in a temp table, `total` of them. `crawl` is the last run of the store.

    `missing` are ids asked for that the store has no model of, `remarks` what to say of what is set aside.
    """

    def __init__(self, con: DuckDBPyConnection, asked: Asked) -> None:
        self._con = con
        self.rules = _rules(asked)
        ids = None if asked.ids is None else [repo_id.lower() for repo_id in asked.ids]
        values = {"owner": asked.owner and asked.owner.lower(), "min_downloads": asked.min_downloads}
        con.execute(_MODEL, values | {"ids": ids})
        self.missing = [repo_id for (repo_id,) in con.execute(_MISSING, {"ids": ids}).fetchall()]
        show_policy(con, asked.aside.config.policy)
        con.execute(f"create temp view verdict as {verdicts(self.rules)}")
        since = asked.new_since and moment(con, asked.new_since)
        con.execute(_FOUND, {"since": since, "rules": [rule.id for rule in self.rules],
                             "severities": [rule.severity for rule in self.rules]})  # fmt: skip
        self.remarks = set_aside(con, asked.aside, self.rules, is_whole=not asked.is_narrow)
        (self.total,) = con.execute("select count(*) from found").fetchone() or (0,)
        run = last_run(con)
        self.crawl = run[0] if run else 0
        self.coverage = self._coverage()

    def findings(self, limit: int | None = None) -> Iterator[Standing]:
        """Yield the findings, the most reaching first."""
        end = "" if limit is None else f" limit {limit}"
        cursor = self._con.execute(f"{_SHOWN}{end}", {"severities": list(SEVERITIES)})
        while rows := cursor.fetchmany(_FETCHED):
            for row in rows:
                values: dict[str, Any] = dict(zip(_FIELDS, row, strict=True))
                yield Standing(**values | {"path": tuple(values["path"])})

    def exit_code(self, fail_on: str | None) -> int:
        """Return 0 clean, 1 findings at or above `fail_on`, 3 something there could not be judged."""
        if fail_on is None:
            return IncompleteError.exit_code if self.missing else 0
        grave = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
        if self._con.execute(_ANY_OF, [grave]).fetchone():
            return 1
        asked = [rule.id for rule in self.rules if rule.severity in grave]
        is_open = self._con.execute(_ANY_OPEN, [asked]).fetchone()
        is_incomplete = is_open or self.missing or self.coverage.incomplete_lists
        return IncompleteError.exit_code if is_incomplete else 0

    def _coverage(self) -> AuditCoverage:
        counts = {rule: tuple(row) for rule, *row in self._con.execute(_COUNTS).fetchall()}
        (models,) = self._con.execute("select count(*) from asked_model").fetchone() or (0,)
        (unread,) = self._con.execute(_UNREAD).fetchone() or (0,)
        (ignored, known) = self._con.execute("from set_aside").fetchone() or (0, 0)
        return AuditCoverage(
            models=models,
            rules=tuple(
                RuleCoverage(rule.id, rule.severity, *counts.get(rule.id, (0, 0, 0))) for rule in self.rules
            ),
            unread_texts=unread,
            incomplete_lists=tuple(incomplete_lists(self._con)),
            ignored=ignored,
            known=known,
        )


@contextmanager
def found(store: Path, asked: Asked) -> Iterator[Found]:
    """Open the findings of the last audit. Raises UnknownNameError, UsageError, StoreError."""
    with opened(store) as con, shown(con, tables_path(store)):
        con.execute("reset threads")  # the store is opened for look-ups; this reads every verdict
        yield Found(con, asked)


def verdicts(chosen: Sequence[Rule]) -> str:
    """Write the SELECT of what these rules say in the tables of database `audit`."""
    nothing = f"select '' as rule, {_VERDICT} from audit.{rules()[0].table} where false"
    said = (
        f"select rule, {_VERDICT} from policy_verdict where rule = '{rule.id}'"
        if rule in POLICY_RULES
        else f"select '{rule.id}' as rule, {_VERDICT} from audit.{rule.table}"
        for rule in chosen
    )
    return " union all ".join([nothing, *said])


def _rules(asked: Asked) -> list[Rule]:
    every = (*rules(), *asked.aside.config.policy.rules)
    known = {rule.id: rule for rule in every}
    for name in asked.rules:
        if name not in known:
            near = get_close_matches(name, known, n=3) or sorted(known)
            raise UnknownNameError(f"no rule is called {name}; near: {', '.join(near)}")
    least = SEVERITIES.index(asked.severity)
    return [
        rule
        for rule in every
        if (not asked.rules or rule.id in asked.rules) and SEVERITIES.index(rule.severity) <= least
    ]


# The models asked for, and how far what they say reaches: who fetches them, and what stands on them.
_MODEL = """
    create temp table asked_model as
    with popular as (
        select key, arg_max(downloads, observed_at) as downloads
        from store.raw.popularity
        where kind = 'model'
        group by key
    ),

    standing as (
        select ancestor_key, count(*) as descendants from audit.core.ancestry group by ancestor_key
    )

    select
        model.repo_id,
        model.repo_key,
        coalesce(popular.downloads, repo.downloads, 0)  as downloads,
        coalesce(standing.descendants, 0)               as descendants
    from audit.core.model as model
    join audit.staging.repo as repo on repo.kind = 'model' and repo.repo_key = model.repo_key
    left join popular on popular.key = coalesce(repo.hub_id, repo.repo_key)
    left join standing on standing.ancestor_key = model.repo_key
    where ($owner is null or starts_with(model.repo_key, $owner || '/'))
        and coalesce(popular.downloads, repo.downloads, 0) >= $min_downloads
        and ($ids is null or model.repo_key in (
            select repo_key from audit.core.identity
            where kind = 'model' and written_key in (select unnest($ids::varchar[]))
        ))
"""
_MISSING = """
    select id
    from (select unnest($ids::varchar[]) as id)
    where id not in (
        select identity.written_key
        from audit.core.identity
        join audit.core.model on model.repo_key = identity.repo_key
        where identity.kind = 'model'
    )
"""
_FOUND = f"""
    create temp table found as
    with flagged as (
        select verdict.*, model.repo_key, model.downloads, model.descendants
        from verdict
        join asked_model as model on model.repo_id = verdict.repo_id
        where verdict.verdict = 'flagged'
    ),

    grave as (select unnest($rules) as rule, unnest($severities) as severity)

    select
        flagged.repo_id as id, flagged.rule, grave.severity, flagged.evidence, flagged.source_url as url,
        flagged.path,
        strftime(old.first_seen_at at time zone 'UTC', '%Y-%m-%dT%H:%M:%SZ') as first_seen,
        flagged.downloads, flagged.descendants
    from flagged
    join grave on grave.rule = flagged.rule
    left join (from store.raw.finding where resolved_at is null) as old on {SAME.format(a="flagged", b="old")}
    where $since is null or old.first_seen_at > $since
"""
_FIELDS = [field.name for field in fields(Standing)]
_SHOWN = f"""
    select {", ".join(_FIELDS)}
    from found
    order by downloads desc, descendants desc, list_position($severities, severity), id, rule
"""
_ANY_OF = "select 1 from found where state = 'open' and severity in (select unnest($1)) limit 1"
# Who accepts a finding accepts as well that it cannot be judged.
_ANY_OPEN = """
    select 1
    from verdict
    join asked_model on asked_model.repo_id = verdict.repo_id
    anti join ignore_entry as entry
        on entry.rule = verdict.rule and lower(verdict.repo_id) like entry.pattern escape '!'
    where verdict.verdict = 'unjudged' and verdict.rule in (select unnest($1))
    limit 1
"""
_COUNTS = """
    select
        rule,
        count(*) filter (verdict = 'flagged'),
        count(*) filter (verdict = 'passed'),
        count(*) filter (verdict = 'unjudged')
    from verdict
    where repo_id in (select repo_id from asked_model)
    group by rule
"""
_UNREAD = "select count(*) from store.raw.text_scan where head_outcome = 'unread'"
