"""`hubaudit explain`: a rule's header or a licence's row, in words."""

from __future__ import annotations

from difflib import get_close_matches
from textwrap import fill

from hubaudit.audit.rules import Rule, rules
from hubaudit.errors import UnknownNameError
from hubaudit.warehouse.reference import rows

Row = dict[str, str]


def explain(name: str) -> str:
    """Explain a rule or a licence. Raises UnknownNameError, which names near ones."""
    asked = name.strip().lower()
    by_rule = {rule.id: rule for rule in rules()}
    if asked in by_rule:
        return _rule(by_rule[asked])
    by_license = {row["id"]: row for row in rows("license")}
    alias = {row["alias"]: row["license_id"] for row in rows("license_alias")}
    for license_id in (asked, f"other:{asked}", alias.get(asked, "")):
        if license_id in by_license:
            return _license(by_license[license_id])
    known = [*by_rule, *by_license]
    near = get_close_matches(asked, known, n=3) or sorted(by_rule)
    raise UnknownNameError(f"no rule or license is called {name}; near: {', '.join(near)}")


def _rule(rule: Rule) -> str:
    return _fields(f"{rule.id} ({rule.severity})", {"finds": rule.title, "why": rule.why, "fix": rule.fix})


def _license(row: Row) -> str:
    level = row["level"] or "undetermined: never counted as open"
    return _fields(
        f"{row['id']}: {row['name']}",
        {
            "level": level,
            "reason": row["reason"],
            "restrictions": row["restrictions"].replace(";", "; "),
            "clause": row["evidence"],
            "SPDX id": row["spdx_id"] or "none",
            "OSI approved": row["osi_approved"],
            "FSF free": row["fsf_free"],
            "Open Definition": row["open_definition"].replace("_", " "),
            "text read": row["text_read"],
            "source": row["source"],
        },
    )


def _fields(title: str, fields: dict[str, str]) -> str:
    lines = [
        fill(f"{name:<16}{text}", 80, subsequent_indent=" " * 16) for name, text in fields.items() if text
    ]
    return "\n".join([title, *lines])
