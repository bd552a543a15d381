"""Rows for readers, programs and spreadsheets, with strangers' text in every place."""

from __future__ import annotations

import csv
import json
from io import StringIO

import pytest
from markdown_it import MarkdownIt

from hubaudit.report.escape import is_visible, plain
from hubaudit.report.rows import render_rows
from tests.report.hostile import PAYLOADS

COLUMNS = ["repo_id", "level", "is_open"]
ROWS = [("acme/one", 4, True), ("日本/b", None, False), ("", 2.5, None)]
FORMATS = ("table", "json", "markdown", "csv")


def test_a_table_for_a_program_is_one_record_a_line_with_its_header_first() -> None:
    assert render_rows(COLUMNS, ROWS, "table") == (
        "repo_id\tlevel\tis_open\nacme/one\t4\ttrue\n日本/b\t\tfalse\n\t2.5\t"
    )


def test_a_table_for_a_reader_is_aligned_by_what_a_terminal_shows() -> None:
    assert render_rows(COLUMNS, ROWS, "table", aligned=True) == (
        "repo_id   level  is_open\nacme/one  4      true\n日本/b           false\n          2.5"
    )


def test_a_long_text_is_whole_and_pushes_its_own_line_only() -> None:
    long = "x" * 500
    text = render_rows(["a", "b"], [("short", 1), (long, 2)], "table", aligned=True)
    assert text == f"a      b\nshort  1\n{long}  2"


def test_json() -> None:
    assert json.loads(render_rows(COLUMNS, ROWS, "json")) == {
        "schema_version": 1,
        "columns": COLUMNS,
        "rows": [
            {"repo_id": "acme/one", "level": 4, "is_open": True},
            {"repo_id": "日本/b", "level": None, "is_open": False},
            {"repo_id": "", "level": 2.5, "is_open": None},
        ],
    }


def test_json_has_no_number_that_json_does_not_know() -> None:
    text = render_rows(["a", "b"], [(float("nan"), float("-inf"))], "json")
    assert json.loads(text, parse_constant=pytest.fail)["rows"] == [{"a": "nan", "b": "-inf"}]


def test_csv() -> None:
    rows = [('say "a", b', -5, False), ("two\nlines", None, True)]
    assert render_rows(COLUMNS, rows, "csv") == (
        'repo_id,level,is_open\n"say ""a"", b",-5,false\ntwo lines,,true'
    )


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r@", " \n+", "\x1b[1m=", "\u200b=", "\uff1d"])
def test_csv_runs_nothing_in_a_spreadsheet(start: str) -> None:
    text = render_rows([f"{start}name"], [(f"{start}cmd|' /C calc'!A0",)], "csv")
    for (cell,) in csv.reader(StringIO(text)):
        assert cell[0] == "'"
        assert cell[1] in "=+-@\uff1d"


@pytest.mark.parametrize("form", FORMATS)
def test_no_rows_still_name_the_columns(form: str) -> None:
    text = render_rows(COLUMNS, [], form)
    assert all(name in text.replace("\\", "") for name in COLUMNS)
    assert not text.endswith("\n")


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("aligned", [True, False])
def test_a_stranger_cannot_break_out_of_a_table(payload: str, *, aligned: bool) -> None:
    text = render_rows([payload, "n"], [(payload, 1), ("next", 2)], "table", aligned=aligned)
    head, first, second = text.split("\n")
    assert all(is_visible(char) or char == "\t" for char in head + first + second)
    assert (head.count("\t"), first.count("\t")) == ((0, 0) if aligned else (1, 1))
    assert plain(payload) in first


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_stranger_cannot_break_out_of_csv(payload: str) -> None:
    rows = list(csv.reader(StringIO(render_rows([payload, "n"], [(payload, 1)], "csv"))))
    assert [len(row) for row in rows] == [2, 2]
    assert rows[1][0].removeprefix("'") in (plain(payload), plain(payload).removeprefix("'"))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_stranger_cannot_break_out_of_json(payload: str) -> None:
    text = render_rows(["a"], [(payload,)], "json")
    assert all(is_visible(char) or char == "\n" for char in text)
    assert json.loads(text)["rows"] == [{"a": payload}]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_stranger_cannot_break_out_of_markdown(payload: str) -> None:
    text = render_rows([payload, "n"], [(payload, 1), ("next", 2)], "markdown")
    html = MarkdownIt("commonmark").enable("table").render(text)
    assert (html.count("<tr>"), html.count("<td>"), html.count("<th>")) == (3, 4, 2)
    assert not any(tag in html for tag in ("<a", "<img", "<script", "<em>", "<strong>", "<code>", "<h1"))
