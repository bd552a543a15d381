import re
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from hubaudit.errors import UsageError
from hubaudit.model import Finding
from hubaudit.report import FORMATS, render
from hubaudit.report.layout import fold
from hubaudit.report.wording import age
from tests.report.hostile import PAYLOADS, poisoned
from tests.report.samples import EMPTY, NOW, RULES, TUNED

WIDTHS = (60, 61, 80, 100, 120)
OUR_ESCAPES = re.compile(r"\x1b\[[0-9;]+m|\x1b\]8;;[!-~]*\x1b\\")


def table(*reports: Any, **options: Any) -> str:
    return render(reports, "table", now=NOW, **options)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("color", [False, True])
def test_only_addresses_are_wider_than_the_screen(width: int, color: bool) -> None:
    for line in OUR_ESCAPES.sub("", table(TUNED, EMPTY, width=width, color=color)).splitlines():
        assert cell_len(line) <= width or line.lstrip().startswith("https://")


def test_nothing_is_cut() -> None:
    words = table(TUNED, width=60).split()
    for finding in TUNED.findings:
        assert set(finding.evidence.split()) <= set(words)
    assert "…" not in "".join(words)


def test_a_pipe_gets_no_escapes() -> None:
    assert "\x1b" not in table(TUNED, EMPTY, width=80)


def test_color_changes_no_word() -> None:
    colored = table(TUNED, EMPTY, color=True)
    assert "\x1b[1;31mhigh" in colored
    assert OUR_ESCAPES.sub("", colored) == table(TUNED, EMPTY)


def test_links_replace_the_addresses() -> None:
    linked = table(TUNED, links=True)
    assert (
        "\x1b]8;;https://huggingface.co/acorn-lab/oak-7b-chat\x1b\\license tag: mit\x1b]8;;\x1b\\" in linked
    )
    assert "https://" not in OUR_ESCAPES.sub("", linked)


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("width", [60, 80])
def test_a_hostile_report_is_inert(payload: str, width: int) -> None:
    hostile = poisoned(TUNED, payload)
    for line in table(hostile, width=width).split("\n"):
        assert line.isprintable()
        assert cell_len(line) <= width
    ours = OUR_ESCAPES.sub("", table(hostile, width=width, color=True, links=True))
    assert all(line.isprintable() for line in ours.split("\n"))
    assert ours == table(hostile, width=width)


def test_a_flood_is_shortened_and_says_so() -> None:
    flood = replace(EMPTY, notes=("word " * 100_000,))
    text = table(flood)
    assert len(text) < 5_000
    assert "more characters]" in text


def test_findings_come_gravest_first() -> None:
    kinds = ("info", "strange", "low", "high", "medium", "high")
    found = tuple(Finding(f"rule-{at}", kind, "t", "e", None, ("a",), "f") for at, kind in enumerate(kinds))
    text = table(replace(EMPTY, findings=found))
    assert re.findall(r"rule-\d", text) == ["rule-3", "rule-5", "rule-4", "rule-2", "rule-0", "rule-1"]
    assert "FINDINGS  2 high, 1 medium, 1 low, 1 info, 1 strange" in text


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-3600, "at 2026-11-23T13:00:00Z"),
        (-5, "just now"),
        (59, "just now"),
        (60, "1 minute ago"),
        (7199, "1 hour ago"),
        (7200, "2 hours ago"),
        (86_400 * 400, "400 days ago"),
    ],
)
def test_age(seconds: int, words: str) -> None:
    assert age(NOW - timedelta(seconds=seconds), NOW) == words


def test_a_time_without_a_zone_is_utc() -> None:
    assert age(datetime(2026, 11, 23, 11, 0), NOW) == "1 hour ago"  # noqa: DTZ001 - that is the point


@given(st.lists(st.text("ab日本🌱é\u0301", min_size=1, max_size=50)), st.integers(20, 80))
def test_fold_loses_nothing_and_fits(words: list[str], width: int) -> None:
    lines = fold(" ".join(words), width)
    assert "".join(lines).replace(" ", "") == "".join(words)
    assert all(cell_len(line) <= width for line in lines)


def test_every_format_renders() -> None:
    assert all(render([TUNED], form, rules=RULES) for form in FORMATS)


def test_an_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match="use table, json, jsonl, markdown, csv"):
        render([EMPTY], "xml")


def test_the_table_loads_only_the_light_part_of_rich() -> None:
    code = "import sys; import hubaudit.report.terminal; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"rich.console", "rich.table", "rich.text", "duckdb", "httpx", "markdown_it", "re2"}
    assert heavy.isdisjoint(done.stdout.split())
