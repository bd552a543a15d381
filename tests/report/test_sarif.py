from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from hubaudit.report.listing import standings
from hubaudit.report.sarif import findings_sarif
from tests.report.samples import RULES, TUNED

STANDING = next(standings([TUNED]))


def run(*findings: Any, is_compared: bool = False) -> dict[str, Any]:
    lines = findings_sarif(findings, RULES, coverage={"models": 1}, is_compared=is_compared)
    content: dict[str, Any] = json.loads("\n".join(lines))
    (only,) = content["runs"]
    return dict(only)


def fingerprint(finding: Any) -> str:
    return str(run(finding)["results"][0]["partialFingerprints"]["hubauditFinding/v1"])


def test_rules_carry_their_headers() -> None:
    driver = run()["tool"]["driver"]
    assert driver["name"] == "hubaudit"
    first = driver["rules"][0]
    assert first["shortDescription"]["text"] == "Title of missing-license"
    assert first["fullDescription"]["text"] == "Why missing-license matters."
    assert first["help"]["text"] == "Why missing-license matters. Fix: Mend missing-license."
    assert [each["defaultConfiguration"]["level"] for each in driver["rules"]] == ["note", "error"]


def test_a_result_names_its_rule_model_source_and_way() -> None:
    (result,) = run(STANDING)["results"]
    assert result["ruleId"] == RULES[result["ruleIndex"]].id == "upstream-license-conflict"
    assert result["level"] == "error"
    assert result["message"]["text"].startswith("acorn-lab/oak-7b-chat: tag mit, but grove/seed-7b says")
    (place,) = result["locations"]
    assert place["logicalLocations"][0]["fullyQualifiedName"] == "acorn-lab/oak-7b-chat"
    assert place["physicalLocation"]["artifactLocation"]["uri"] == STANDING.url
    upstream = [each["logicalLocations"][0]["fullyQualifiedName"] for each in result["relatedLocations"]]
    assert upstream == ["grove/seed-7b-dpo", "grove/seed-7b"]
    assert run()["properties"]["coverage"] == {"models": 1}


def test_a_fingerprint_is_of_the_finding_and_not_of_its_words() -> None:
    same = replace(STANDING, evidence="other words", url=None, severity="low", id=STANDING.id.upper())
    assert fingerprint(same) == fingerprint(STANDING)
    assert fingerprint(STANDING) == "2f82998e87b3f00697859f34846be798"
    others = (
        replace(STANDING, rule="missing-license"),
        replace(STANDING, id="acorn-lab/elm"),
        replace(STANDING, path=(*STANDING.path[:-1], "grove/other")),
    )
    assert fingerprint(STANDING) not in set(map(fingerprint, others))


def test_a_message_is_no_link_and_has_no_argument() -> None:
    odd = replace(STANDING, evidence=r"[click](https://evil.example) {0} \ end")
    (result,) = run(odd)["results"]
    assert result["message"]["text"].endswith(r"\[click\](https://evil.example) {{0}} \\ end")


def test_what_does_not_count_is_suppressed_or_unchanged() -> None:
    ignored = replace(STANDING, state="ignored", reason="we asked (until 2027-01-31)")
    known = replace(STANDING, state="known")
    results = run(ignored, known, STANDING, is_compared=True)["results"]
    assert results[0]["suppressions"][0]["justification"] == "we asked (until 2027-01-31)"
    assert [each["baselineState"] for each in results] == ["new", "unchanged", "new"]
    assert "suppressions" not in results[2]
    assert "baselineState" not in run(STANDING)["results"][0]
