from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from hubaudit.audit.rules import rules
from tests.world import world

CASES = Path(__file__).parent / "rules"
VERDICTS = {"flagged", "passed", "unjudged"}


def _cases() -> list[Any]:
    return [
        pytest.param(rule, case, id=f"{rule.id}-{case['verdict']}-{number}")
        for rule in rules()
        for number, case in enumerate(_read(rule.id))
    ]


def _read(rule_id: str) -> list[dict[str, Any]]:
    path = CASES / f"{rule_id}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))["case"] if path.exists() else []


@pytest.mark.parametrize(("rule", "case"), _cases())
def test_a_rule_judges_its_cases(rule: Any, case: dict[str, Any]) -> None:
    con = world(case["repo"]).con
    subject = case["repo"][0]["id"]
    found = con.execute(
        f"select verdict, evidence, source_url, path from {rule.table} where repo_id = ?", [subject]
    ).fetchall()
    assert len(found) == 1, "a rule returns each model that it examined once"
    verdict, evidence, source_url, path = found[0]
    assert verdict == case["verdict"], evidence
    for words in case["evidence"]:
        assert words in evidence
    assert source_url.startswith("http")
    assert path == case.get("path", [subject])


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_a_rule_has_a_case_for_every_verdict(rule: Any) -> None:
    assert {case["verdict"] for case in _read(rule.id)} == VERDICTS


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_a_rule_examines_every_model_that_the_hub_shows(rule: Any) -> None:
    shown = [{"id": "acme/one", "license": "mit", "card": "One."}, {"id": "acme/two", "outcome": "disabled"}]
    con = world(shown).con
    assert con.execute(f"select repo_id from {rule.table}").fetchall() == [("acme/one",)]
