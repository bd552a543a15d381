"""The nouns of hubaudit: what the Hub answered, what a text says, and the report of one model.

Frozen dataclasses without behaviour: `hub` makes answers, `text` facts, `audit` reports; `report` shows them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime


class Kind(StrEnum):
    """What a repository holds."""

    MODEL = "model"
    DATASET = "dataset"


class Outcome(StrEnum):
    """How a look at the Hub ended. Only FOUND carries content; ABSENT and DELETED say "it is not there"."""

    FOUND = "found"
    RENAMED = "renamed"  # the id leads to another id; the answer names it
    GATED = "gated"  # a file behind a gate: it exists, we may not read it
    MISSING = "missing-or-private"  # 401 without a code: the Hub does not tell which
    DELETED = "deleted"  # 404 to a client with a valid token
    DISABLED = "disabled"  # switched off by the Hub
    REFUSED = "refused"  # 400, 403, 410, 451 or a bad token: the Hub will not answer this
    ABSENT = "absent"  # the repository is there, the file is not
    TOO_LARGE = "too-large"  # a text above the size we read
    UNREACHABLE = "unreachable"  # network, 5xx or nonsense after all retries
    EXPIRED = "expired"  # a list's next page that the Hub no longer knows: the list has to begin anew


@dataclass(frozen=True, slots=True)
class RepoAnswer:
    """What the Hub said of one repository. `record` is the JSON body as sent, only with FOUND."""

    kind: Kind
    asked_id: str
    outcome: Outcome
    url: str
    observed_at: datetime
    repo_id: str | None = None  # the id the Hub uses now (FOUND, RENAMED)
    record: bytes | None = None
    detail: str = ""  # the Hub's own words or the error, for people


@dataclass(frozen=True, slots=True)
class FileAnswer:
    """What the Hub said of one file at one commit. `content` is its bytes, only with FOUND."""

    kind: Kind
    repo_id: str
    commit: str
    path: str
    outcome: Outcome
    url: str
    observed_at: datetime
    content: bytes | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One thing to look for in texts: `source` is the reference table, `key` the row's id; RE2 syntax."""

    source: str
    key: str
    regex: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A sentence that matches a pattern. `start` is the sentence's offset in the text, in characters."""

    source: str
    key: str
    start: int
    heading: str
    quote: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link in a text, with the sentence it stands in (`start` is that sentence's offset)."""

    start: int
    heading: str
    label: str
    url: str
    quote: str


@dataclass(frozen=True, slots=True)
class TextFacts:
    """What was read in one text; `head` is JSON-able."""

    head_outcome: str  # none, found, broken, not-a-map; unread when reading failed: it says nothing at all
    head: dict[str, Any] | None
    mentions: tuple[Mention, ...]
    links: tuple[Link, ...]
    sentences_as_lines: int = 0  # from blocks too large or too deep to be read as Markdown


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing seen. `level` is what it alone would allow (None: it says nothing of a level)."""

    level: int | None
    kind: str
    detail: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One component of the grid. `status`: judged, not_applicable or unjudged; only judged has a `level`."""

    component: str
    level: int | None
    status: str
    name: str
    evidence: tuple[Evidence, ...] = ()
    reference: int | None = None  # the talk's own cell, shown beside, never used
    reference_note: str | None = None  # why the two differ


@dataclass(frozen=True, slots=True)
class Ancestor:
    """One upstream model. `via` is the next model on the way down (the audited one at depth 1)."""

    id: str
    relation: str
    depth: int
    weights_level: int | None
    via: str
    declared: bool = True  # False: named in the card's text only
    outcome: str = "found"


@dataclass(frozen=True, slots=True)
class Finding:
    """A claim set against evidence that contradicts it."""

    rule: str
    severity: str
    title: str
    evidence: str
    url: str | None
    path: tuple[str, ...]
    fix: str
    state: str = "open"  # or ignored, or known (it stands in the baseline): then it does not count
    reason: str | None = None  # why it is ignored


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A rule that could not be judged for this model, and why."""

    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many rules looked at the model, and how they ended."""

    rules: int
    flagged: int
    passed: int
    unjudged: int
    open_questions: tuple[Unjudged, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """A place where the model claims to be open source. `kind`: license-tag or card-text."""

    kind: str
    quote: str
    url: str | None


@dataclass(frozen=True, slots=True)
class LicensePlace:
    """What one place says of the licence: link, file or policy (a text), name, tag or prose."""

    place: str
    source: str | None  # the file, or the value as written
    id: str | None
    spdx: str | None
    level: int | None
    outcome: str
    says: str  # what it was read as
    verdict: str | None  # a text set against what is declared; None for what is declared itself
    url: str | None


@dataclass(frozen=True, slots=True)
class License:
    """The licence as tagged, as named, and as it counts. `level` is None when undetermined."""

    tag: str | None
    name: str | None
    effective: str | None
    level: int | None
    places: tuple[LicensePlace, ...] = ()  # each with its own result, texts first


@dataclass(frozen=True, slots=True)
class Material:
    """A model or data set that went into a model: `of` is the model that names it, `use` how it served."""

    kind: str
    id: str  # as on the Hub, else its name
    of: str
    use: str  # an edge's relation, or the stage that the data served
    license: str | None  # the one that counts
    spdx: str | None
    level: int | None
    sha: str | None
    url: str | None
    is_on_hub: bool
    basis: str  # how the look at it ended, or what its level rests on


@dataclass(frozen=True, slots=True)
class Report:
    """All that `hubaudit score` says of one model."""

    id: str
    sha: str | None
    observed_at: datetime | None
    source: str  # hub, store or bundled: who answered
    license: License
    claims: tuple[Claim, ...]
    signature: str
    grid: tuple[Cell, ...]
    lineage: tuple[Ancestor, ...]
    findings: tuple[Finding, ...]
    coverage: Coverage
    asked_id: str = ""  # the id as typed, when the Hub knows the model under another
    materials: tuple[Material, ...] = ()
    notes: tuple[str, ...] = field(default=())  # what the reader must know first: bundled, stale, incomplete
