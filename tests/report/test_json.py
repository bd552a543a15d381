import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubaudit.report.json import to_json
from tests.report.hostile import PAYLOADS, poisoned
from tests.report.samples import EMPTY, TUNED


def parsed(*reports: Any) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(to_json(reports))
    return content


def test_the_keys_and_their_order_are_version_1() -> None:
    content = parsed(TUNED)
    assert list(content) == [
        "schema_version",
        "model",
        "signature",
        "grid",
        "lineage",
        "findings",
        "coverage",
        "notes",
    ]
    assert content["schema_version"] == 1
    model = content["model"]
    assert list(model) == ["id", "sha", "observed_at", "source", "license", "claims", "asked_id"]
    assert list(model["license"]) == ["tag", "name", "effective", "level", "places"]
    place = ["place", "source", "id", "spdx", "level", "outcome", "says", "verdict", "url"]
    assert list(model["license"]["places"][0]) == place
    assert list(model["claims"][0]) == ["kind", "quote", "url"]
    cell = content["grid"]["weights"]
    assert list(cell) == ["level", "status", "name", "reference", "evidence", "reference_note"]
    assert list(cell["evidence"][0]) == ["level", "kind", "detail", "url"]
    ancestor = ["id", "relation", "depth", "weights_level", "via", "declared", "outcome"]
    assert list(content["lineage"][0]) == ancestor
    finding = ["rule", "severity", "title", "evidence", "url", "path", "fix"]
    assert list(content["findings"][0]) == finding
    assert list(content["coverage"]) == ["rules", "flagged", "passed", "unjudged", "open_questions"]
    assert content["coverage"]["open_questions"][0] == {"rule": "gated-open-claim", "reason": "base not read"}


def test_the_grid_stands_in_the_order_of_the_signature() -> None:
    shuffled = replace(TUNED, grid=tuple(reversed(TUNED.grid)))
    assert list(parsed(shuffled)["grid"]) == [
        "weights",
        "pretraining_dataset",
        "finetuning_dataset",
        "reward_model",
        "data_processing_code",
    ]


def test_the_values_are_the_reports() -> None:
    content = parsed(TUNED)
    assert content["model"]["observed_at"] == "2026-11-23T11:58:00Z"
    assert content["model"]["asked_id"] == "acorn/oak-chat"
    assert content["grid"]["finetuning_dataset"]["level"] == 2
    assert content["findings"][1]["path"] == ["acorn-lab/oak-7b-chat", "grove/seed-7b-dpo", "grove/seed-7b"]
    assert content["lineage"][2]["id"] == "森林研究所/種-7b"


def test_what_is_not_known_is_null() -> None:
    content = parsed(EMPTY)
    assert content["model"]["sha"] is None
    assert content["model"]["observed_at"] is None
    assert content["model"]["asked_id"] is None
    assert content["grid"]["weights"]["level"] is None
    assert content["grid"]["weights"]["reference"] is None
    assert content["lineage"] == content["findings"] == content["notes"] == []


def test_several_reports_are_a_list_of_the_single_ones() -> None:
    assert parsed(TUNED, EMPTY) == {"schema_version": 1, "models": [parsed(TUNED), parsed(EMPTY)]}
    assert parsed() == {"schema_version": 1, "models": []}


@given(st.text(st.characters(codec=None)))
def test_any_text_comes_back_unaltered(text: str) -> None:
    written = to_json([replace(EMPTY, id=text)])
    assert json.loads(written)["model"]["id"] == text
    assert all(char.isprintable() or char == "\n" for char in written)
    written.encode()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_hostile_report_is_inert(payload: str) -> None:
    written = to_json([poisoned(TUNED, payload)])
    content = json.loads(written)
    assert all(char.isprintable() or char == "\n" for char in written)
    assert content["notes"] == [payload]
    assert content["findings"][0]["url"] is None
