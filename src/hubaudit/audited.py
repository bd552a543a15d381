"""The nouns of an audit: rules, and what they find in a whole store; `report` shows them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, as its file's header describes it. `id` is the file's name."""

    id: str
    title: str
    severity: str
    why: str
    fix: str

    @property
    def table(self) -> str:
        """The table of verdicts that the rule's SELECT makes."""
        return f"rules.{self.id.replace('-', '_')}"


@dataclass(frozen=True, slots=True)
class Standing:
    """A finding in a list of findings of many models. `downloads` and `descendants` are the model's reach.

    `state`: open, or why it does not count: ignored (`reason` says why) or known (by the baseline).
    """

    id: str
    rule: str
    severity: str
    evidence: str
    url: str | None
    path: tuple[str, ...]
    first_seen: str | None = None  # ISO 8601, UTC: the run that saw it first
    downloads: int | None = None  # None: nobody counted, as in a score
    descendants: int | None = None  # models that stand on this one
    state: str = "open"
    reason: str | None = None


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
