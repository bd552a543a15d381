"""One page for each rule, from its header, its SQL and its cases in tests/rules."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from docs.markdown import bullets, code, fenced, page, table
from hubaudit.audit.rules import rules
from hubaudit.report.escape import markdown
from hubaudit.warehouse.queries import own_sql, queries_folder

if TYPE_CHECKING:
    from hubaudit.audited import Rule

_CASES = queries_folder().parent / "tests" / "rules"
_CASE = "[[case]]\n"
_VERDICTS = {
    "flagged": "the evidence contradicts the claim",
    "passed": "the rule looked, and found nothing",
    "unjudged": "something that decides it could not be read",
}


def rule_pages() -> dict[str, str]:
    """Return the pages of all rules by path, and the one that lists them."""
    listing = table(
        ["rule", "severity", "finds"],
        ([f"[{rule.id}]({rule.id}.md)", rule.severity, markdown(rule.title)] for rule in rules()),
    )
    intro = (
        "A rule is one file of `queries/4_rules`: a header and a SELECT. It returns every model that it "
        f"examined, as {', '.join(f'`{verdict}` ({meaning})' for verdict, meaning in _VERDICTS.items())}."
    )
    return {"rules/index.md": page("Rules", intro, listing)} | {
        f"rules/{rule.id}.md": _page(rule) for rule in rules()
    }


def _page(rule: Rule) -> str:
    sql = own_sql(f"4_rules/{rule.id}.sql")
    return page(
        rule.id,
        f"**{markdown(rule.title)}**. Severity: {rule.severity}.",
        f"## Why\n\n{markdown(rule.why)}",
        f"## Fix\n\n{markdown(rule.fix)}",
        *(_cases(rule, verdict) for verdict in _VERDICTS),
        f"## The SQL\n\nThis is all of the rule, `queries/4_rules/{rule.id}.sql`:",
        fenced(sql, "sql"),
    )


def _cases(rule: Rule, verdict: str) -> str:
    """Show the first case of a verdict as its test has it, and say why the others end so."""
    text = (_CASES / f"{rule.id}.toml").read_text(encoding="utf-8")
    written = [part.strip() for part in text.split(_CASE)[1:]]
    found = [(tomllib.loads(part), part) for part in written]
    (first, shown), *others = [(case, part) for case, part in found if case["verdict"] == verdict]
    parts = [
        f"## {verdict.capitalize()}: {_VERDICTS[verdict]}",
        markdown(first["why"]),
        fenced(shown, "toml"),
        f"The evidence says: {', '.join(code(words) for words in first['evidence'])}.",
    ]
    if others:
        parts += ["Likewise:", bullets(markdown(case["why"]) for case, _ in others)]
    return "\n\n".join(parts)
