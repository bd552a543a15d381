"""The nouns of an audit: rules, what they find in a whole store, what changed between two moments."""

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
    """A finding in a list of findings of many models. `downloads` and `descendants` are the model's reach."""

    id: str
    rule: str
    severity: str
    evidence: str
    url: str | None
    path: tuple[str, ...]
    first_seen: str | None = None  # ISO 8601, UTC: the run that saw it first
    downloads: int | None = None  # None: nobody counted, as in a score
    descendants: int | None = None  # models that stand on this one
    state: str = "open"  # or ignored, or known (it stands in the baseline): then it does not count
    reason: str | None = None  # why it is ignored


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
    ignored: int = 0  # findings that hubaudit.toml sets aside
    known: int = 0  # findings that the baseline has


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a repository that differs between two moments. None: there was nothing."""

    id: str
    kind: str
    field: str
    old: str | None
    new: str | None
    observed_at: str  # ISO 8601, UTC
