"""The report as Markdown, for pull requests and job pages. Times are absolute: the page is read later."""

from collections.abc import Iterator, Sequence

from hubaudit.model import Cell, Coverage, Evidence, Finding, Report
from hubaudit.report import wording
from hubaudit.report.escape import markdown, url
from hubaudit.report.lineage import walk

_LONGEST_TEXT = 2000  # characters of one field: a comment has a size limit, and a card must not fill it


def to_markdown(reports: Sequence[Report]) -> str:
    """Write reports one after the other, with a rule between them. No text from a model becomes markup."""
    return "\n\n---\n\n".join("\n\n".join(_blocks(report)) for report in reports)


def _blocks(report: Report) -> Iterator[str]:
    yield f"## {text(report.id)} · {text(report.signature)}"
    yield from heading(report)
    yield _grid(report.grid)
    yield "### Lineage"
    yield _lineage(report)
    yield from findings(report)
    yield _coverage(report.coverage)


def text(words: str, longest: int = _LONGEST_TEXT) -> str:
    """Escape a field's text, which is shortened if it is longer than so many characters."""
    return markdown(words, longest)


def sourced(words: str, source: str | None, longest: int = _LONGEST_TEXT) -> str:
    """Escape the text as `text` does, and add a link to where it is from."""
    address = url(source)
    # An ampersand would start an HTML entity inside a link's target as well.
    shown = text(words, longest)
    return f"{shown} ([source]({address.replace('&', '&amp;')}))" if address else shown


def heading(report: Report) -> Iterator[str]:
    """Yield the blocks that say how a model is licensed, who answered when, and what it claims."""
    yield text(wording.license_words(report.license))
    if texts := wording.text_words(report.license):
        yield "\n".join(f"- {text(words)}" for words in texts)
    source = wording.source_words(report.source)
    if report.observed_at:
        source += f", {wording.utc_time(report.observed_at)}"
    yield text(f"commit {report.sha} · {source}" if report.sha else source)
    if report.asked_id and report.asked_id != report.id:
        yield text(f"asked for as {report.asked_id}")
    for note in report.notes:
        yield f"> **Note:** {text(note)}"
    if report.claims:
        claims = [f"- {sourced(wording.claim_words(claim), claim.url)}" for claim in report.claims]
        yield "\n".join(["Claims to be open source:", "", *claims])
    else:
        yield wording.NO_CLAIM.capitalize() + "."


def _grid(grid: Sequence[Cell]) -> str:
    head = ["| component | level | talk | evidence |", "|---|---|---|---|"]
    return "\n".join(head + [_row(cell) for cell in grid])


def _row(cell: Cell) -> str:
    level = f"{wording.level_symbol(cell.level, cell.status)} {wording.cell_words(cell)}"
    evidence = [_evidence(seen) for seen in cell.evidence]
    if not cell.evidence and cell.status == "unjudged":
        evidence.append(wording.UNEXPLAINED)
    if wording.differs(cell):
        evidence.append(text(f"≠ {wording.reference_words(cell)}"))
    talk = "" if cell.reference is None else str(cell.reference)
    columns = [text(wording.component_words(cell.component)), text(level), talk, "<br>".join(evidence)]
    return f"| {' | '.join(columns)} |"


def _evidence(seen: Evidence) -> str:
    level = "" if seen.level is None else f" → {seen.level}"
    return sourced(wording.evidence_words(seen) + level, seen.url)


def _lineage(report: Report) -> str:
    if not report.lineage:
        return wording.NO_LINEAGE.capitalize() + "."
    lines = [f"- {text(report.id)}"]
    for step in walk(report):
        words = wording.ancestor_words(step.ancestor, repeated=step.repeated)
        lines.append(f"{'  ' * len(step.trail)}- {text(words)}")
    return "\n".join(lines)


def findings(report: Report) -> Iterator[str]:
    """Yield the blocks of a model's findings."""
    if not report.findings:
        yield "### Findings"
        yield wording.no_finding_words(report.coverage).capitalize() + "."
        return
    yield f"### Findings: {text(wording.severity_counts(report.findings))}"
    for finding in wording.gravest_first(report.findings):
        yield f"#### {text(finding.severity)}: {text(finding.rule + wording.state_words(finding))}"
        yield _finding(finding)


def _finding(finding: Finding) -> str:
    lines = [text(finding.title), "", f"> {sourced(finding.evidence, finding.url)}", ""]
    lines.append(f"- path: {text(' ← '.join(finding.path))}")
    lines.append(f"- fix: {text(finding.fix)}")
    return "\n".join(lines)


def _coverage(coverage: Coverage) -> str:
    unjudged = [f"- {text(f'{question.rule}: {question.reason}')}" for question in coverage.open_questions]
    if not unjudged:
        return f"{wording.coverage_words(coverage)}."
    return "\n".join([f"{wording.coverage_words(coverage)}:", "", *unjudged])
