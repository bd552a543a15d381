"""Whole pages, compared with the ones under golden/.

After a change on purpose, run this file with HUBAUDIT_GOLDEN=write in the environment and look at the diff.
"""

import os
from pathlib import Path
from typing import Any

import pytest

from hubaudit.report import render
from tests.report.samples import EMPTY, NOW, TUNED

GOLDEN = Path(__file__).parent / "golden"
SCREENS: dict[str, dict[str, Any]] = {
    "table-60.txt": {"width": 60},
    "table-80.txt": {"width": 80},
    "table-120.txt": {"width": 120},
    "table-80-color-links.txt": {"width": 80, "color": True, "links": True},
    "markdown.txt": {"form": "markdown"},
    "json.txt": {"form": "json"},
}


@pytest.mark.parametrize("name", SCREENS)
def test_screen(name: str) -> None:
    text = render([TUNED, EMPTY], now=NOW, **SCREENS[name]) + "\n"
    if os.environ.get("HUBAUDIT_GOLDEN") == "write":
        (GOLDEN / name).write_text(text, encoding="utf-8")
    assert text == (GOLDEN / name).read_text(encoding="utf-8")
