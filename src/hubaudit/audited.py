"""The nouns of an audit of the whole store: `audit` makes them, `report` shows them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Standing:
    """A finding of an audit of the whole store. `downloads` and `descendants` are the model's reach."""

    id: str
    rule: str
    severity: str
    evidence: str
    url: str | None
    path: tuple[str, ...]
    first_seen: str | None  # ISO 8601, UTC: the run that saw it first
    downloads: int
    descendants: int  # models that stand on this one


@dataclass(frozen=True, slots=True)
class RuleCoverage:
    """How one rule ended, in models."""

    rule: str
    severity: str
    flagged: int
    passed: int
    unjudged: int


@dataclass(frozen=True, slots=True)
class AuditCoverage:
    """How far an audit looked. `incomplete_lists`: kinds of repositories of which some may not be known."""

    models: int
    rules: tuple[RuleCoverage, ...]
    unread_texts: int
    incomplete_lists: tuple[str, ...]
