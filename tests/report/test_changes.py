"""What changed, written: every field, and nothing that a stranger's id or tag could do."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from hubaudit.audited import Change
from hubaudit.report.changes import render_changes
from tests.report.hostile import PAYLOADS
from tests.report.rendering import shape

START = datetime(2026, 8, 19, tzinfo=UTC)
END = START + timedelta(days=1)
SEEN = "2026-08-19T12:00:00Z"
CHANGES = [
    Change("acme/a", "model", "license", "mit", "other", SEEN),
    Change("acme/a", "model", "base_model", None, "b/c, b/d", SEEN),
    Change("acme/b", "dataset", "gone", "acme/b", None, SEEN),
]


def hostile(payload: str) -> list[Change]:
    return [
        Change(payload, "model", "license", payload, payload, SEEN),
        Change(payload, "model", "gone", payload, None, SEEN),
    ]


def rendered(changes: list[Change], form: str) -> str:
    return render_changes(START, END, changes, form)


def test_the_table_is_one_change_a_line() -> None:
    assert rendered(CHANGES, "table").splitlines() == [
        "license\tmodel\tacme/a\tmit → other",
        "base_model\tmodel\tacme/a\tnone → b/c, b/d",
        "gone\tdataset\tacme/b\t",
        "3 changes from 2026-08-19T00:00:00Z to 2026-08-20T00:00:00Z",
    ]


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_the_count(form: str) -> None:
    assert "0 changes from" in rendered([], form)
    assert "1 change from" in rendered(CHANGES[:1], form)


def test_json_says_it_all() -> None:
    told = json.loads(rendered(CHANGES, "json"))
    assert list(told) == ["schema_version", "from", "to", "changes"]
    assert told["changes"][2] == {
        "id": "acme/b", "kind": "dataset", "field": "gone", "old": "acme/b", "new": None, "observed_at": SEEN,
    }  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_text_in_the_table(payload: str) -> None:
    lines = rendered(hostile(payload), "table").split("\n")
    assert len(lines) == 3
    assert all(line.count("\t") == 3 for line in lines[:2])
    assert all(char.isprintable() for line in lines for char in line.replace("\t", ""))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_text_in_markdown(payload: str) -> None:
    harmless = shape(rendered(hostile("acme/a"), "markdown"))
    assert shape(rendered(hostile(payload), "markdown")) == harmless


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_text_in_json_is_whole_and_unseen_signs_are_numbers(payload: str) -> None:
    text = rendered(hostile(payload), "json")
    assert json.loads(text)["changes"][0]["id"] == payload
    assert all(char.isprintable() for char in text.replace("\n", ""))
