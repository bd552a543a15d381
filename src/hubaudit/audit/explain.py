"""`hubaudit explain`: a rule's header or a licence's row, in words."""

from __future__ import annotations

from difflib import get_close_matches
from textwrap import fill
from typing import TYPE_CHECKING

from hubaudit.audit.config import known_rules
from hubaudit.errors import UnknownNameError
from hubaudit.warehouse.reference import rows

if TYPE_CHECKING:
    from hubaudit.audited import Rule

Row = dict[str, str]


def explain(name: str) -> str:
    """Explain a rule or a licence. Raises UnknownNameError, which names near ones."""
    asked = name.strip().lower()
    by_rule = {rule.id: rule for rule in known_rules()}
    if asked in by_rule:
        return _rule(by_rule[asked])
    by_license = {row["id"]: row for row in rows("license")}
    alias = {row["alias"]: row["license_id"] for row in rows("license_alias")}
    spdx = {row["spdx_id"].lower(): row["id"] for row in reversed(by_license.values()) if row["spdx_id"]}
    for license_id in (asked, f"other:{asked}", alias.get(asked, ""), spdx.get(asked, "")):
        if license_id in by_license:
            return _license(by_license[license_id])
    listed = {row["id"].lower(): row for row in rows("spdx_license")}
    if asked in listed:
        return _listed(listed[asked])
    known = [*by_rule, *by_license, *listed]
    near = get_close_matches(asked, known, n=3) or sorted(by_rule)
    raise UnknownNameError(f"no rule or license is called {name}; near: {', '.join(near)}")


def _rule(rule: Rule) -> str:
    return _fields(f"{rule.id} ({rule.severity})", {"finds": rule.title, "why": rule.why, "fix": rule.fix})


def _license(row: Row) -> str:
    level = row["level"] or "undetermined: never counted as open"
    fields = _fields(
        f"{row['id']}: {row['name']}",
        {
            "level": level,
            "reason": row["reason"],
            "hard case": "; ".join(_reasons(row["id"])),
            "restrictions": row["restrictions"].replace(";", "; "),
            "clause": row["evidence"],
            "SPDX id": row["spdx_id"] or "none",
            "OSI approved": row["osi_approved"],
            "FSF free": row["fsf_free"],
            "Open Definition": row["open_definition"].replace("_", " "),
            "name": "seen for several licenses: read the text" if _is_unreliable(row["id"]) else "",
            "text read": row["text_read"],
            "source": row["source"],
            "read on": row["read_on"],
        },
    )
    return "\n".join([fields, *_demands(row)])


def _reasons(license_id: str) -> list[str]:
    return [case["why"] for case in rows("license_hard_case") if case["license_id"] == license_id]


def _is_unreliable(license_id: str) -> bool:
    return any(
        row["license_id"] == license_id and row["kind"] == "unreliable-name" for row in rows("license_alias")
    )


def _demands(row: Row) -> list[str]:
    """Tell what the licence asks of models made from this one, each with its clause and source."""
    same = {each["id"] for each in rows("license") if each["name"] == row["name"]}  # one licence, two names
    asked = [demand for demand in rows("license_demand") if demand["license_id"] in same]
    return [_fields("", _demand(demand)).lstrip("\n") for demand in asked]


def _demand(row: Row) -> dict[str, str]:
    words = row["demand"].replace("_", " ") + (f" {row['begins_with']}" if row["begins_with"] else "")
    return {
        "demands": f"{words} ({row['relations'].replace(';', ', ')})"
        + (", disputed" if row["disputed"] == "yes" else ""),
        "  clause": f'"{row["clause"]}"' if row["clause"] else "",
        "  source": row["source"],
        "  note": row["note"],
        "  carried by": row["carried_by"].replace(";", ", "),
    }


def _listed(row: Row) -> str:
    """Explain a licence of which only the SPDX list knows."""
    is_open = "yes" in (row["osi_approved"], row["fsf_free"])
    return _fields(
        f"{row['id']}: {row['name']}",
        {
            "level": "4" if is_open else "undetermined: never counted as open",
            "reason": "on the SPDX list" + (", approved as open" if is_open else "; its text was not read"),
            "SPDX id": row["id"],
            "OSI approved": row["osi_approved"],
            "FSF free": row["fsf_free"],
            "deprecated": row["deprecated"],
        },
    )


def _fields(title: str, fields: dict[str, str]) -> str:
    lines = [
        fill(f"{name:<16}{text}", 80, subsequent_indent=" " * 16) for name, text in fields.items() if text
    ]
    return "\n".join([title, *lines])
