from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from benchmarks.docs import README, ROOT, with_rule_table
from benchmarks.talk_grid import compare, table
from hubaudit.audit.rules import rules

if TYPE_CHECKING:
    from pathlib import Path


def test_the_readme_has_the_rules_as_their_headers_have_them() -> None:
    text = README.read_text(encoding="utf-8")
    assert with_rule_table(text) == text, "run `python -m benchmarks.docs`"
    assert all(f"`{rule.id}`" in text for rule in rules())


def test_every_file_that_the_readme_links_exists() -> None:
    linked = set(re.findall(r"\]\(([\w./-]+)\)", README.read_text(encoding="utf-8")))
    assert linked
    assert [path for path in sorted(linked) if not (ROOT / path).exists()] == []


@pytest.mark.usefixtures("refusals")
def test_the_comparison_with_the_talk_is_up_to_date(shared: Path) -> None:
    assert shared.is_dir()
    cells = compare()
    assert table(cells) == (ROOT / "docs" / "talk-grid.md").read_text(encoding="utf-8"), (
        "run `python -m benchmarks.talk_grid --write docs/talk-grid.md`, and look at what changed"
    )
    unexplained = [cell for cell in cells if not cell.is_exact and "not explained" in cell.why]
    assert unexplained == []
    assert sum(cell.is_exact for cell in cells) >= 50
