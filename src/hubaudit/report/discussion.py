"""What a person may post to a model's discussion page: point by point, what contradicts what, and a way out.

It states facts with their sources and asks; it gives no legal verdict. Times are absolute: it is read later.
"""

from collections.abc import Iterator, Sequence

from hubaudit import __version__
from hubaudit.model import Finding, Report
from hubaudit.report import wording
from hubaudit.report.markdown import sourced, text

_NOTHING = "Nothing here contradicts what the model says of itself, so there is nothing to post."


def to_discussion(reports: Sequence[Report]) -> str:
    """Write a post for each model, with a rule between them. No text of a stranger becomes markup."""
    return "\n\n---\n\n".join("\n\n".join(_post(report)) for report in reports)


def _post(report: Report) -> Iterator[str]:
    open_ = [each for each in wording.gravest_first(report.findings) if each.state == "open"]
    if not open_:
        yield f"{text(report.id)}: {_NOTHING}"
        return
    yield f"## {_title(open_)}"
    yield (
        f"Thank you for publishing {text(report.id)}. Reading its page and what it builds on"
        f"{_when(report)}, we came to {_counted(open_)} where they do not seem to fit together. "
        "Each is listed with its source and a possible way to settle it. This is no legal advice, and we may "
        "have misread something: please tell us where."
    )
    yield from _stated(report)
    for number, finding in enumerate(open_, 1):
        yield f"### {number}. {text(finding.title)}"
        yield _point(finding)
    yield from _unseen(report)
    yield (
        f"Found by reading metadata, cards and license texts with hubaudit {__version__}; "
        f"`hubaudit score` shows the same for the model as it is today."
    )


def _title(findings: Sequence[Finding]) -> str:
    return "A question on the license" if len(findings) == 1 else "Some questions on license and openness"


def _counted(findings: Sequence[Finding]) -> str:
    return "one point" if len(findings) == 1 else f"{len(findings)} points"


def _when(report: Report) -> str:
    commit = f" at commit {text(report.sha[:12])}" if report.sha else ""
    return f"{commit} on {wording.utc_time(report.observed_at)[:10]}" if report.observed_at else commit


def _stated(report: Report) -> Iterator[str]:
    """Give what the model says of itself: the one side of each contradiction."""
    yield "**What the model page states**"
    lines = [f"- {text(wording.license_words(report.license))}"]
    lines += [f"- {text(words)}" for words in wording.text_words(report.license)]
    lines += [f"- {sourced(wording.claim_words(claim), claim.url)}" for claim in report.claims]
    yield "\n".join(lines)


def _point(finding: Finding) -> str:
    lines = [f"> {sourced(finding.evidence, finding.url)}", ""]
    if len(finding.path) > 1:
        lines.append(f"- How they are connected: {text(' ← '.join(finding.path))}")
    lines.append(f"- A way to settle it: {text(finding.fix)}")
    return "\n".join(lines)


def _unseen(report: Report) -> Iterator[str]:
    if report.coverage.open_questions:
        yield "**What could not be looked at, and is no finding**"
        yield "\n".join(
            f"- {text(f'{question.rule}: {question.reason}')}" for question in report.coverage.open_questions
        )
