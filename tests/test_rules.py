from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from hubaudit.audit.rules import rules
from tests.world import cases, world, world_of

if TYPE_CHECKING:
    from hubaudit.audited import Rule

CASES = Path(__file__).parent / "rules"
VERDICTS = {"flagged", "passed", "unjudged"}


def _file(rule: Rule) -> Path:
    return CASES / f"{rule.id}.toml"


def _cases() -> list[Any]:
    return [
        pytest.param(
            rule, case, id=f"{rule.id}-{case['verdict']}-{number}", marks=pytest.mark.xdist_group(rule.id)
        )
        for rule in rules()
        for number, case in enumerate(cases(_file(rule)))
    ]


@pytest.mark.parametrize(("rule", "case"), _cases())
def test_a_rule_judges_its_cases(rule: Rule, case: dict[str, Any]) -> None:
    con = world_of(_file(rule))
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
def test_a_rule_has_a_case_for_every_verdict(rule: Rule) -> None:
    assert {case["verdict"] for case in cases(_file(rule))} == VERDICTS


def test_a_rule_examines_every_model_that_the_hub_shows() -> None:
    shown = [{"id": "acme/one", "license": "mit", "card": "One."}, {"id": "acme/two", "outcome": "disabled"}]
    con = world(shown).con
    examined = {rule.id: con.execute(f"select repo_id from {rule.table}").fetchall() for rule in rules()}
    assert examined == {rule.id: [("acme/one",)] for rule in rules()}
