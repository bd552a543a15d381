"""Write what is generated in the docs: `python -m benchmarks.docs`. A test compares."""

from __future__ import annotations

import re
from pathlib import Path

from hubaudit.audit.rules import rules
from hubaudit.report.escape import markdown

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
_TABLE = re.compile(r"(<!-- rules: [^\n]*-->\n).*?(<!-- /rules -->)", re.DOTALL)


def with_rule_table(text: str) -> str:
    """Return the README with its rule table as the rules' own headers have it."""
    rows = [f"| `{rule.id}` | {rule.severity} | {markdown(rule.title)} |" for rule in rules()]
    table = "\n".join(["| rule | severity | finds |", "|---|---|---|", *rows, ""])
    return _TABLE.sub(lambda found: found[1] + table + found[2], text)


def main() -> None:
    """Bring README.md up to date."""
    README.write_text(with_rule_table(README.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
