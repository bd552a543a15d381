"""What a probe of the Hub found, as table, JSON or Markdown."""

from collections.abc import Sequence

from hubaudit.probed import Probed
from hubaudit.report.rows import render_rows

_COLUMNS = ("verdict", "question", "seen")


def render_probe(probed: Sequence[Probed], form: str, *, aligned: bool = False) -> str:
    """Write a probe's answers in one of the formats of `render_rows`, one answer a line but for JSON."""
    rows = [(str(answer.verdict), answer.question, answer.seen) for answer in probed]
    return render_rows(_COLUMNS, rows, form, aligned=aligned)
