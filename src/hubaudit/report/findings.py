"""The findings over a whole store, as table, JSON or Markdown."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict

from hubaudit.audited import AuditCoverage, Standing
from hubaudit.report.escape import markdown, plain
from hubaudit.report.json import SCHEMA_VERSION, comma_separated, written
from hubaudit.report.layout import BOLD, Screen, Span
from hubaudit.report.listing import finding_json
from hubaudit.report.markdown import sourced
from hubaudit.report.wording import state_words

_LONGEST_TEXT = 500  # characters of a piece of evidence in a line of a list
_SEVERITY = 8  # cells


def findings_json(
    crawl: int, total: int, findings: Iterable[Standing], coverage: AuditCoverage
) -> Iterator[str]:
    """Yield the lines of the JSON, schema version 1, a finding each: a store may have millions."""
    yield f'{{\n  "schema_version": {SCHEMA_VERSION},\n  "crawl": {crawl},\n  "total": {total},'
    yield '  "findings": ['
    yield from comma_separated(f"    {finding_json(finding)}" for finding in findings)
    yield f'  ],\n  "coverage": {written(coverage_content(coverage))}\n}}'


def coverage_content(coverage: AuditCoverage) -> dict[str, object]:
    """Return what JSON says of how far an audit looked, and of how many findings do not count."""
    counts = {
        name: sum(getattr(rule, name) for rule in coverage.rules)
        for name in ("flagged", "passed", "unjudged")
    }
    return {
        "models": coverage.models,
        "rules": len(coverage.rules),
        **counts,
        "ignored": coverage.ignored,
        "known": coverage.known,
        "unread_texts": coverage.unread_texts,
        "incomplete_lists": list(coverage.incomplete_lists),
        "by_rule": [asdict(rule) for rule in coverage.rules],
    }


def findings_table(
    total: int, findings: Iterable[Standing], coverage: AuditCoverage, *, width: int, color: bool
) -> str:
    """Write findings for a reader, one after the other, and how far the look went.

    `width` in cells; `color` allows SGR codes and hyperlinks; without it there are no escapes.
    """
    screen = Screen(width, color=color, links=color)
    listed = list(findings)
    for finding in listed:
        _put(screen, finding)
    for line in _end(total, len(listed), coverage):
        screen.put(line)
    return screen.text()


def _put(screen: Screen, finding: Standing) -> None:
    indent = [Span(" " * _SEVERITY)]
    lead = [Span(f"{finding.severity:<{_SEVERITY}}", BOLD)]
    screen.put(f"{finding.id} · {finding.rule}{state_words(finding)}", lead=lead, style=BOLD)
    screen.put(plain(finding.evidence, _LONGEST_TEXT), lead=indent, source=finding.url)
    if len(finding.path) > 1:
        screen.put(" ← ".join(finding.path), lead=indent)
    screen.put(_reach(finding), lead=indent)
    screen.blank()


def findings_markdown(total: int, findings: Iterable[Standing], coverage: AuditCoverage) -> str:
    """Write findings as a table, for a job's page. No text of a stranger becomes markup."""
    rows = [_row(finding) for finding in findings]
    head = [
        "| severity | model | rule | evidence | downloads | below | first seen |",
        "|---|---|---|---|--:|--:|---|",
    ]
    table = [*head, *rows, ""] if rows else []
    return "\n".join([*table, *(f"{line}  " for line in _end(total, len(rows), coverage))])


def _row(finding: Standing) -> str:
    evidence = sourced(finding.evidence, finding.url, _LONGEST_TEXT)
    cells = [
        finding.severity, markdown(finding.id), markdown(f"{finding.rule}{state_words(finding)}"), evidence,
        _number(finding.downloads), _number(finding.descendants), (finding.first_seen or "")[:10],
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _number(count: int | None) -> str:
    return "unknown" if count is None else f"{count:,}"


def _reach(finding: Standing) -> str:
    words = [f"{_number(finding.downloads)} downloads"]
    if finding.descendants:
        words.append(
            f"{finding.descendants:,} {'model stands' if finding.descendants == 1 else 'models stand'} on it"
        )
    if finding.first_seen:
        words.append(f"first seen {finding.first_seen[:10]}")
    return " · ".join(words)


def _end(total: int, shown: int, coverage: AuditCoverage) -> Iterator[str]:
    """Say what is not shown, and what was not judged."""
    counted = f"{total:,} {'finding' if total == 1 else 'findings'}"
    more = f"; {total - shown:,} more, --limit shows more of them" if total > shown else ""
    yield f"{counted} in {coverage.models:,} models by {len(coverage.rules)} rules{more}"
    unjudged = sum(rule.unjudged for rule in coverage.rules)
    if unjudged:
        yield f"{unjudged:,} questions could not be judged: they are neither findings nor passed"
    if coverage.ignored or coverage.known:
        yield f"set aside, and do not count: {coverage.ignored:,} ignored, {coverage.known:,} in the baseline"
    if coverage.unread_texts:
        yield f"{coverage.unread_texts:,} texts could not be read"
    if coverage.incomplete_lists:
        kinds = " and ".join(f"{kind}s" for kind in coverage.incomplete_lists)
        yield f"the list of {kinds} is not whole: `hubaudit crawl` completes it"
