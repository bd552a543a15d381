"""The words that the terminal and Markdown reports share.

They still hold strangers' text: whoever prints them escapes them.
"""

from collections import Counter
from datetime import UTC, datetime

from hubaudit.audited import Standing
from hubaudit.model import Ancestor, Cell, Claim, Coverage, Evidence, Finding, License

COMPONENTS = {
    "weights": "weights",
    "pretraining_dataset": "pre-training data",
    "finetuning_dataset": "fine-tuning data",
    "reward_model": "reward model",
    "data_processing_code": "data-processing code",
}
"""The five components in the order of the signature, with the name a reader sees."""

SEVERITIES = ("high", "medium", "low", "info")
"""From the gravest to the slightest."""

_SOURCES = {"hub": "from the Hub", "store": "from the store", "bundled": "from the bundled snapshot"}
_RELATIONS = {"finetune": "fine-tune of", "quantized": "quantized copy of"}
_SYMBOLS = {"not_applicable": "-", "unjudged": "?"}
_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))  # seconds

NO_CLAIM = "does not claim to be open source"
NO_LINEAGE = "no base model named"
UNEXPLAINED = "no reason was recorded"


def license_words(stated: License) -> str:
    """Say how the license is tagged and named, what counts, and its level."""
    words = f"license {stated.tag}" if stated.tag else "no license tag"
    if stated.name:
        words += f", named {stated.name}"
    if stated.effective and stated.effective not in (stated.tag, stated.name):
        words += f", in effect {stated.effective}"
    return f"{words} ({'undetermined' if stated.level is None else f'level {stated.level}'})"


def text_words(stated: License) -> list[str]:
    """Say what each license text is, and how it stands to what is declared."""
    texts = (place for place in stated.places if place.verdict and place.verdict != "absent")
    return [
        f"{place.source}: {place.says}"
        + ("" if place.level is None else f" (level {place.level})")
        + (", contradicts what is declared" if place.verdict == "contradicts" else "")
        for place in texts
    ]


def source_words(source: str) -> str:
    """Say who answered."""
    return _SOURCES.get(source, f"from {source}")


def utc_time(moment: datetime) -> str:
    """Write a time as ISO 8601 in UTC, to the second. A time without a zone is taken as UTC."""
    return _in_utc(moment).isoformat(timespec="seconds").replace("+00:00", "Z")


def age(moment: datetime, now: datetime) -> str:
    """Say how long ago a moment was, in its largest whole unit: "2 minutes ago"."""
    seconds = (_in_utc(now) - _in_utc(moment)).total_seconds()
    for size, unit in _UNITS:
        count = int(seconds // size)
        if count >= 1:
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now" if seconds > -60 else f"at {utc_time(moment)}"  # noqa: PLR2004 - a minute of clock skew


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def component_words(component: str) -> str:
    """Name a component of the grid for a reader."""
    return COMPONENTS.get(component, component)


def level_symbol(level: int | None, status: str = "unjudged") -> str:
    """Give the level's digit, or the sign for why there is none, as in the signature."""
    return str(level) if level is not None else _SYMBOLS.get(status, "?")


def cell_words(cell: Cell) -> str:
    """Name a cell's level, or say why it has none."""
    return cell.name if cell.level is not None else cell.status.replace("_", " ")


def evidence_words(seen: Evidence) -> str:
    """Say what was seen: its kind, then the detail."""
    return ": ".join(part for part in (_words(seen.kind), seen.detail) if part)


def claim_words(claim: Claim) -> str:
    """Say where the model claims to be open source, and quote it."""
    return f"{_words(claim.kind)}: “{claim.quote}”"


def differs(cell: Cell) -> bool:
    """Whether the talk's cell is another than ours."""
    return cell.reference is not None and cell.reference != cell.level


def reference_words(cell: Cell) -> str:
    """Say that the talk's cell differs, and why when that is known."""
    return f"the talk has {cell.reference}" + (f": {cell.reference_note}" if cell.reference_note else "")


def ancestor_words(ancestor: Ancestor, *, repeated: bool) -> str:
    """Name an upstream model, how it relates to the one below, and what is special about the tie."""
    relation = _RELATIONS.get(ancestor.relation, f"{ancestor.relation} of")
    remarks = [f"weights {level_symbol(ancestor.weights_level)}"]
    if ancestor.outcome != "found":
        remarks.append(_words(ancestor.outcome))
    if not ancestor.declared:
        remarks.append("named in the text only")
    return f"{relation} {ancestor.id} · {' · '.join(remarks)}{' (see above)' if repeated else ''}"


def gravest_first(findings: tuple[Finding, ...]) -> list[Finding]:
    """Sort findings by severity, keeping the order within one; a severity we do not know comes last."""
    ranks = {severity: rank for rank, severity in enumerate(SEVERITIES)}
    return sorted(findings, key=lambda finding: ranks.get(finding.severity, len(ranks)))


def state_words(finding: Finding | Standing) -> str:
    """Say that a finding does not count, and why; nothing of one that does."""
    if finding.state == "open":
        return ""
    return f" ({finding.state}: {finding.reason or 'it stands in the baseline'})"


def severity_counts(findings: tuple[Finding, ...]) -> str:
    """Count findings by severity, and those that do not count apart: "1 high, 2 medium, 1 ignored"."""
    counts = Counter(found.severity for found in gravest_first(findings) if found.state == "open")
    counts += Counter(found.state for found in findings if found.state != "open")
    return ", ".join(f"{count} {severity}" for severity, count in counts.items())


def no_finding_words(coverage: Coverage) -> str:
    """Say that nothing was found, and how far the look went."""
    return f"no finding: {coverage.passed} of {coverage.rules} rules passed"


def coverage_words(coverage: Coverage) -> str:
    """Count how the rules ended."""
    counts = f"{coverage.flagged} flagged, {coverage.passed} passed, {coverage.unjudged} unjudged"
    return f"{coverage.rules} rules: {counts}"


def _words(term: str) -> str:
    return term.replace("-", " ").replace("_", " ")
