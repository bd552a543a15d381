"""Every format, read back by a reader of its own: nothing of a stranger's does anything in it."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from sarif_kit.validate import validation_errors
from spdx_python_model import load_data

from hubaudit.errors import UsageError
from hubaudit.report import FORMATS, OF_ONE_MODEL, render
from hubaudit.report.escape import is_visible, plain
from tests.report.hostile import PAYLOADS, poisoned_report
from tests.report.rendering import RENDERER, shape
from tests.report.samples import EMPTY, RULES, TUNED

if TYPE_CHECKING:
    from collections.abc import Callable

    from hubaudit.model import Report

CYCLONEDX = JsonStrictValidator(SchemaVersion.V1_6)
COLUMNS = [
    "id", "rule", "severity", "evidence", "url", "path", "first_seen", "downloads", "descendants", "state",
    "reason",
]  # fmt: skip


def written(report: Report, form: str) -> str:
    return render([report], form, rules=RULES)


def read_json(text: str) -> None:
    assert json.loads(text)["schema_version"] == 1


def read_jsonl(text: str) -> None:
    assert [json.loads(line)["rule"] for line in text.split("\n")] == [
        "upstream-license-conflict", "missing-license"
    ]  # fmt: skip


def read_csv(text: str) -> None:
    rows = list(csv.reader(StringIO(text)))
    assert [len(row) for row in rows] == [len(COLUMNS)] * 3
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row)


def read_sarif(text: str) -> None:
    assert validation_errors(json.loads(text)) == []


def read_cyclonedx(text: str) -> None:
    assert CYCLONEDX.validate_str(text) is None


def read_spdx(text: str) -> None:
    _, objects = load_data(json.loads(text))
    assert len(list(objects.foreach())) >= 20


def read_table(text: str) -> None:
    assert len(text.split("\n")) > 20


def read_markdown(text: str) -> None:
    assert not any(tag in RENDERER.render(text) for tag in ("<script", "<img", "<b>", '="javascript:'))


READERS: dict[str, Callable[[str], None]] = {
    "table": read_table,
    "json": read_json,
    "jsonl": read_jsonl,
    "markdown": read_markdown,
    "csv": read_csv,
    "sarif": read_sarif,
    "cyclonedx": read_cyclonedx,
    "spdx": read_spdx,
    "discussion": read_markdown,
}


def test_every_format_has_a_reader() -> None:
    assert list(READERS) == list(FORMATS)


@pytest.mark.parametrize("form", FORMATS)
def test_a_report_can_be_read_back(form: str) -> None:
    READERS[form](written(TUNED, form))


@pytest.mark.parametrize("form", FORMATS)
def test_a_report_without_findings_can_be_read_back(form: str) -> None:
    text = written(EMPTY, form)
    if form in {"jsonl", "csv"}:
        assert text == {"jsonl": "", "csv": ",".join(COLUMNS)}[form]
    elif form != "spdx":
        READERS[form](text) if form != "table" else read_table(text * 2)
    else:
        assert "NOASSERTION" in text


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("form", FORMATS)
def test_a_stranger_does_nothing_in_any_format(form: str, payload: str) -> None:
    text = written(poisoned_report(TUNED, payload), form)
    ours = {"\n", "\u200b"} if form in {"markdown", "discussion"} else {"\n"}
    assert all(is_visible(char) or char in ours for char in text)
    READERS[form](text)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_hostile_post_renders_like_a_harmless_one(payload: str) -> None:
    posts = [written(poisoned_report(TUNED, words), "discussion") for words in (payload, "x")]
    assert shape(posts[0]) == shape(posts[1])


@pytest.mark.parametrize("form", OF_ONE_MODEL)
def test_a_bill_of_materials_is_of_one_model(form: str) -> None:
    with pytest.raises(UsageError, match="one at a time"):
        render([TUNED, EMPTY], form)


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_answer_makes_the_same_document(form: str) -> None:
    assert written(TUNED, form) == written(replace(TUNED), form)


def test_csv_has_the_columns_of_the_json_lines() -> None:
    (head, first, _) = csv.reader(StringIO(written(TUNED, "csv")))
    assert head == COLUMNS
    line: dict[str, Any] = json.loads(written(TUNED, "jsonl").split("\n")[0])
    assert list(line) == COLUMNS[:-2]
    assert first[0] == line["id"] == TUNED.id
    assert first[3] == plain(line["evidence"])
    assert first[5].split(" ← ") == line["path"]
    assert line["downloads"] is None, "a score counts no downloads"


def test_what_does_not_count_says_so() -> None:
    first, second = TUNED.findings
    marked = (replace(first, state="ignored", reason="we asked"), replace(second, state="known"))
    aside = replace(TUNED, findings=marked)
    lines = [json.loads(line) for line in written(aside, "jsonl").split("\n")]
    assert [line["state"] for line in lines] == ["known", "ignored"]
    assert json.loads(written(aside, "json"))["findings"][0]["reason"] == "we asked"
    for form in ("table", "markdown"):
        assert "(ignored: we asked)" in written(aside, form)
        assert "(known: it stands in the baseline)" in " ".join(written(aside, form).split())
    assert "nothing to post" in written(aside, "discussion")
