"""The table view: one model's grid, lineage and findings for a terminal or a plain text file."""

from collections.abc import Sequence
from datetime import UTC, datetime

from hubaudit.model import Cell, Evidence, Finding, Report
from hubaudit.report import wording
from hubaudit.report.layout import BOLD, DIM, Screen, Span, column
from hubaudit.report.lineage import Step, walk

_NARROWEST, _WIDEST = 60, 100  # cells; wider lines are hard to read
_GRID = 60  # the grid's width: the talk's level stands near ours on any screen
_DEEPEST = 8  # branches drawn; a longer chain says its depth in words
_COMPONENT, _SEVERITY, _FIELD = 21, 8, 10  # column widths

_LEVEL_STYLES = {0: "31", 1: "31", 2: "33", 3: "36", 4: "32"}
_SEVERITY_STYLES = {"high": "1;31", "medium": "1;33", "low": "1;36"}


def to_text(
    reports: Sequence[Report], *, width: int, color: bool, links: bool, now: datetime | None = None
) -> str:
    """Show reports as text that fits `width` cells (60 to 100 are used); only addresses may be longer.

    `color` allows SGR codes and `links` OSC 8 hyperlinks; without both the text is free of escapes. `now`
    is what ages count from. The text is final: print it as it is, not through a renderer of markup.
    """
    screen = new_screen(width, color=color, links=links)
    for position, report in enumerate(reports):
        if position:
            screen.blank()
            screen.rule()
            screen.blank()
        put_heading(screen, report, now or datetime.now(UTC))
        _claims(screen, report)
        _grid(screen, report.grid)
        _lineage(screen, report)
        _findings(screen, report)
        _coverage(screen, report)
    return screen.text()


def new_screen(width: int, *, color: bool, links: bool) -> Screen:
    """Return an empty screen, as wide as lines are easy to read."""
    return Screen(min(max(width, _NARROWEST), _WIDEST), color=color, links=links)


def put_heading(screen: Screen, report: Report, now: datetime) -> None:
    """Add which model it is, its signature and license, and who answered when."""
    screen.put_row(report.id, report.signature, edge=screen.width, style=BOLD)
    screen.put(wording.license_words(report.license))
    for words in wording.text_words(report.license):
        screen.put(words, lead=[Span("  ")])
    source = wording.source_words(report.source)
    if report.observed_at:
        source += f", {wording.age(report.observed_at, now)}"
    screen.put(f"commit {report.sha[:12]} · {source}" if report.sha else source)
    if report.asked_id and report.asked_id != report.id:
        screen.put(f"asked for as {report.asked_id}")
    for note in report.notes:
        screen.put(note, lead=[Span("note  ", BOLD)])


def _claims(screen: Screen, report: Report) -> None:
    screen.blank()
    if not report.claims:
        screen.put(wording.NO_CLAIM)
        return
    screen.put("claims to be open source")
    for claim in report.claims:
        screen.put(wording.claim_words(claim), lead=[Span("  ")], source=claim.url)


def _grid(screen: Screen, grid: Sequence[Cell]) -> None:
    screen.blank()
    compared = any(cell.reference is not None for cell in grid)
    screen.put_row("OPENNESS", "TALK" if compared else "", edge=_GRID, style=BOLD)
    for cell in grid:
        _cell(screen, cell)


def _cell(screen: Screen, cell: Cell) -> None:
    style = DIM if cell.level is None else _LEVEL_STYLES.get(cell.level, "")
    bar = "" if cell.level is None else "█" * cell.level + "░" * (4 - cell.level)
    symbol = wording.level_symbol(cell.level, cell.status)
    lead = [
        Span(column(wording.component_words(cell.component), _COMPONENT)),
        Span(f"{bar:4}  {symbol}  ", style),
    ]
    talk = "" if cell.reference is None else f"{'≠ ' if wording.differs(cell) else ''}{cell.reference}"
    screen.put_row(wording.cell_words(cell), talk, edge=_GRID, lead=lead, style=style)
    for seen in cell.evidence:
        _evidence(screen, seen)
    if not cell.evidence and cell.status == "unjudged":
        screen.put(wording.UNEXPLAINED, lead=[Span("  ·  ")])
    if wording.differs(cell):
        screen.put(wording.reference_words(cell), lead=[Span("  ≠  ")])


def _evidence(screen: Screen, seen: Evidence) -> None:
    level = "·" if seen.level is None else seen.level
    screen.put(wording.evidence_words(seen), lead=[Span(f"  {level}  ")], source=seen.url)


def _lineage(screen: Screen, report: Report) -> None:
    screen.blank()
    screen.put("LINEAGE", style=BOLD)
    if not report.lineage:
        screen.put(wording.NO_LINEAGE)
        return
    screen.put(report.id)
    for step in walk(report):
        _step(screen, step)


def _step(screen: Screen, step: Step) -> None:
    rails = ["   " if last else "│  " for last in step.trail[:_DEEPEST]]
    fork = "└─ " if step.trail[-1] else "├─ "
    words = wording.ancestor_words(step.ancestor, repeated=step.repeated)
    if len(step.trail) > _DEEPEST:
        words = f"step {len(step.trail)}: {words}"
    screen.put(words, lead=[Span("".join(rails[:-1]) + fork)], follow="".join(rails))


def _findings(screen: Screen, report: Report) -> None:
    screen.blank()
    if not report.findings:
        screen.put("FINDINGS", style=BOLD)
        screen.put(wording.no_finding_words(report.coverage))
        return
    counts = wording.severity_counts(report.findings)
    screen.put(counts, lead=[Span("FINDINGS", BOLD), Span("  ")])
    for position, finding in enumerate(wording.gravest_first(report.findings)):
        if position:
            screen.blank()
        put_finding(screen, finding)


def put_finding(screen: Screen, finding: Finding) -> None:
    """Add a finding with its evidence, path and fix."""
    severity = Span(column(finding.severity, _SEVERITY), _SEVERITY_STYLES.get(finding.severity, BOLD))
    screen.put(f"{finding.rule}{wording.state_words(finding)}", lead=[severity])
    screen.put(finding.title, lead=[Span("  ")], style=BOLD)
    _field(screen, "evidence", finding.evidence, finding.url)
    _field(screen, "path", " ← ".join(finding.path))
    _field(screen, "fix", finding.fix)


def _field(screen: Screen, name: str, text: str, source: str | None = None) -> None:
    if text or source:
        screen.put(text, lead=[Span(f"  {name:{_FIELD}}", DIM)], source=source)


def _coverage(screen: Screen, report: Report) -> None:
    screen.blank()
    screen.put(wording.coverage_words(report.coverage))
    for question in report.coverage.open_questions:
        screen.put(f"{question.rule}: {question.reason}", lead=[Span("  ?  ")])
