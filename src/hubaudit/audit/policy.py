"""What a project demands of a model: a least level of each component, and licenses that it allows.

What falls short is a finding like any other, of one of two rules: high, so that every `fail-on` sees it.
What could not be judged is an open question, and not applicable is no shortfall.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from hubaudit.audited import Rule
from hubaudit.model import Coverage, Finding, Unjudged

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from duckdb import DuckDBPyConnection

    from hubaudit.model import Report

_LEVEL = Rule(
    "policy-minimum-level",
    "Level below the least that the policy allows",
    "high",
    "The project's hubaudit.toml asks for more openness than this component has.",
    "Choose another model, or lower the level in hubaudit.toml.",
)
_LICENSE = Rule(
    "policy-allowed-license",
    "License that the policy does not allow",
    "high",
    "The project's hubaudit.toml lists the licenses that it allows, and this is none of them.",
    "Choose another model, or add the license to allowed-licenses in hubaudit.toml.",
)
POLICY_RULES = (_LEVEL, _LICENSE)


@dataclass(frozen=True, slots=True)
class Policy:
    """The table [policy]. `allowed_licenses` are lower-case ids of the Hub or SPDX; None: all are allowed."""

    fail_on: str | None = None
    allowed_licenses: tuple[str, ...] | None = None
    minimum_levels: Mapping[str, int] = field(default_factory=dict)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that it makes."""
        asked = {_LEVEL: bool(self.minimum_levels), _LICENSE: self.allowed_licenses is not None}
        return tuple(rule for rule in POLICY_RULES if asked[rule])


def with_policy(report: Report, policy: Policy) -> Report:
    """Add to a report how it stands to the policy, as if each demand were a rule."""
    verdicts = [_VERDICTS[rule.id](report, policy) for rule in policy.rules]
    short = tuple(each for each in verdicts if isinstance(each, Finding))
    unjudged = tuple(each for each in verdicts if isinstance(each, Unjudged))
    old = report.coverage
    coverage = Coverage(
        old.rules + len(verdicts),
        old.flagged + len(short),
        old.passed + verdicts.count(None),
        old.unjudged + len(unjudged),
        old.open_questions + unjudged,
    )
    return replace(report, findings=report.findings + short, coverage=coverage)


def _levels(report: Report, policy: Policy) -> Finding | Unjudged | None:
    demanded = [(cell, policy.minimum_levels.get(cell.component, 0)) for cell in report.grid]
    short = [(cell, least) for cell, least in demanded if cell.level is not None and cell.level < least]
    if short:
        words = [f"{cell.component} {cell.level}, the policy asks for {least}" for cell, least in short]
        urls = [seen.url for cell, _ in short for seen in cell.evidence]
        return _finding(_LEVEL, report, "; ".join(words), urls)
    unseen = [cell.component for cell, least in demanded if least and cell.status == "unjudged"]
    return Unjudged(_LEVEL.id, f"no level of {', '.join(unseen)}") if unseen else None


def _licenses(report: Report, policy: Policy) -> Finding | Unjudged | None:
    stated = report.license
    spdx = [place.spdx.lower() for place in stated.places if place.id == stated.effective and place.spdx]
    if {*spdx, (stated.effective or "").lower()} & {*(policy.allowed_licenses or ())}:
        return None
    if any(question.rule == _READ for question in report.coverage.open_questions):
        return Unjudged(_LICENSE.id, "the license could not be read")
    return _finding(
        _LICENSE, report, f"license {stated.effective or 'none'}", [place.url for place in stated.places]
    )


def _finding(rule: Rule, report: Report, evidence: str, urls: Sequence[str | None]) -> Finding:
    url = next(filter(None, urls), None)
    return Finding(rule.id, rule.severity, rule.title, evidence, url, (report.id,), rule.fix)


_READ = "missing-license"  # the rule that says whether there was anything to read
_VERDICTS: dict[str, Callable[[Report, Policy], Finding | Unjudged | None]] = {
    _LEVEL.id: _levels,
    _LICENSE.id: _licenses,
}


def show_policy(con: DuckDBPyConnection, policy: Policy) -> None:
    """Make the temp view `policy_verdict`: the same of every model in the tables of database `audit`."""
    levels = {"components": list(policy.minimum_levels), "levels": list(policy.minimum_levels.values())}
    con.execute(_DEMANDED, levels)
    con.execute(_ALLOWED, {"licenses": list(policy.allowed_licenses or ())})
    con.execute(_VERDICT)


_DEMANDED = """
    create temp table policy_level as
    select generate_subscripts($levels::integer[], 1) as place, unnest($components::varchar[]) as component,
        unnest($levels::integer[]) as level
"""
_ALLOWED = "create temp table policy_license as select unnest($licenses::varchar[]) as license"
_VERDICT = """
    create temp view policy_verdict as
    with measured as (
        select
            cell.repo_key,
            bool_or(cell.level < demanded.level)    as is_short,
            bool_or(cell.status = 'unjudged')       as is_open,
            string_agg(
                format('{} {}, the policy asks for {}', cell.component, cell.level, demanded.level),
                '; ' order by demanded.place
            ) filter (cell.level < demanded.level)  as shortfall,
            string_agg(cell.component, ', ' order by demanded.place)
                filter (cell.status = 'unjudged')   as unseen
        from audit.grid.cell as cell
        join policy_level as demanded on demanded.component = cell.component
        group by cell.repo_key
    )

    select
        'policy-minimum-level' as rule, model.repo_id,
        case when is_short then 'flagged' when is_open then 'unjudged' else 'passed' end as verdict,
        coalesce(shortfall, 'no level of ' || unseen, 'no less than the policy asks for') as evidence,
        model.page_url as source_url, [model.repo_id] as path
    from measured
    join audit.core.repo as model on model.kind = 'model' and model.repo_key = measured.repo_key
    union all
    select
        'policy-allowed-license', license.repo_id,
        case
            when lower(license.effective) in (from policy_license)
                or lower(license.spdx_id) in (from policy_license) then 'passed'
            when read.verdict = 'unjudged' then 'unjudged'
            else 'flagged'
        end,
        'license ' || coalesce(license.effective, 'none'), license.url, [license.repo_id]
    from audit.core.license
    left join audit.rules.missing_license as read on read.repo_id = license.repo_id
    where license.kind = 'model'
"""
