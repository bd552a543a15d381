"""The repository that passes every other audit: an open tag on top of a restricted license, text and data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from huggingface_hub import constants

from hubaudit.audit.options import Answers, Options
from hubaudit.audit.score import exit_code, score
from tests.fakehub import FakeHub
from tests.fakehub.records import load

if TYPE_CHECKING:
    from hubaudit.model import Cell, Finding, Report

CASES = Path(__file__).parent / "fakehub" / "cases.jsonl"
MODELS = (
    "acme/open-claim", "acme/open-claim-GGUF", "acme/other-rail", "acme/nolicense", "acme/apache-good",
    "meta-llama/Llama-3.1-8B", "hops/second", "hops/third", "mix/self-base", "mix/cycle-a", "mix/dead-base",
)  # fmt: skip
LLAMA = "meta-llama/Llama-3.1-8B"

pytestmark = pytest.mark.xdist_group("trap")  # one process scores them all at once


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    store = tmp_path_factory.mktemp("trap") / "store.duckdb"
    with FakeHub(load([CASES])) as hub, pytest.MonkeyPatch.context() as patch:
        patch.setattr(constants, "HF_HUB_DISABLE_IMPLICIT_TOKEN", True)  # the variable is read once a process
        return score(MODELS, Options(store, hub.url))


@pytest.fixture
def reports(answers: Answers) -> dict[str, Report]:
    assert answers.errors == []
    return {report.id: report for report in answers.reports}


def flagged(report: Report) -> set[str]:
    return {finding.rule for finding in report.findings}


def finding(report: Report, rule: str) -> Finding:
    (only,) = [each for each in report.findings if each.rule == rule]
    return only


def cell(report: Report, component: str) -> Cell:
    (only,) = [each for each in report.grid if each.component == component]
    return only


def test_all_are_scored_in_the_order_asked(answers: Answers) -> None:
    assert [report.id for report in answers.reports] == list(MODELS)


def test_the_trap_is_caught_from_every_side(reports: dict[str, Report]) -> None:
    trap = reports["acme/open-claim"]
    assert {
        "upstream-license-conflict", "license-text-conflict", "competitive-clause", "restricted-dataset",
    } <= flagged(trap)  # fmt: skip
    assert "700 million" in finding(trap, "license-text-conflict").evidence
    conflict = finding(trap, "upstream-license-conflict")
    assert (conflict.severity, conflict.path) == ("high", ("acme/open-claim", LLAMA))
    assert "llama3.1" in conflict.evidence
    assert "apache-2.0" in conflict.evidence
    assert conflict.fix
    assert "GPT-4" in finding(trap, "competitive-clause").evidence
    assert "alpaca" in finding(trap, "restricted-dataset").evidence.lower()
    assert cell(trap, "weights").level == 3


def test_its_claim_is_quoted_from_its_card(reports: dict[str, Report]) -> None:
    claims = {claim.kind: claim for claim in reports["acme/open-claim"].claims}
    assert claims.keys() == {"license-tag", "card-text"}
    assert "fully open source" in claims["card-text"].quote.replace("*", "")
    assert "acme/open-claim" in (claims["card-text"].url or "")


def test_a_conversion_does_not_launder_over_two_hops(reports: dict[str, Report]) -> None:
    copy = reports["acme/open-claim-GGUF"]
    assert {"upstream-license-conflict", "quantized-relabelled"} <= flagged(copy)
    path = finding(copy, "upstream-license-conflict").path
    assert path == ("acme/open-claim-GGUF", "acme/open-claim", LLAMA)
    assert cell(copy, "weights").level == 3


@pytest.mark.parametrize(
    ("model", "path"),
    [
        ("hops/second", ("hops/second", "hops/first", LLAMA)),
        ("hops/third", ("hops/third", "hops/second", "hops/first", LLAMA)),
    ],
)
def test_an_open_tag_far_above_llama(reports: dict[str, Report], model: str, path: tuple[str, ...]) -> None:
    report = reports[model]
    assert report.license.tag in {"apache-2.0", "mit"}
    assert cell(report, "weights").level == 3
    conflict = finding(report, "upstream-license-conflict")
    assert conflict.path == path[: len(conflict.path)]
    assert len(conflict.path) >= 2
    assert {LLAMA, "hops/first"} <= {each.id for each in report.lineage}


def test_a_rail_license_is_never_taken_for_mit(reports: dict[str, Report]) -> None:
    rail = reports["acme/other-rail"]
    said = str((rail.license, rail.grid, rail.claims, rail.findings))
    assert rail.license.tag == "other"
    assert rail.license.name == "acme-rail"
    assert rail.license.level != 4
    assert "'mit'" not in said.lower()
    assert cell(rail, "weights").level != 4
    assert all(claim.kind != "license-tag" for claim in rail.claims)


def test_no_license_is_neither_open_nor_closed(reports: dict[str, Report]) -> None:
    bare = reports["acme/nolicense"]
    assert (bare.license.tag, bare.license.effective, bare.license.level) == (None, None, None)
    assert cell(bare, "weights").level == 2
    assert flagged(bare) >= {"missing-license"}
    assert bare.claims == ()


def test_clean_weights_on_restricted_data(reports: dict[str, Report]) -> None:
    good = reports["acme/apache-good"]
    assert good.license.level == 4
    assert cell(good, "weights").level == 4
    assert flagged(good) & {"upstream-license-conflict", "missing-license", "unknown-license"} == set()
    restricted = finding(good, "restricted-dataset")
    assert "acme/nc-data" in restricted.evidence


def test_a_gate_is_missing_evidence_and_no_failure(reports: dict[str, Report]) -> None:
    llama = reports[LLAMA]
    assert cell(llama, "weights").level == 3
    assert all(each.severity != "high" for each in llama.findings)
    assert llama.coverage.unjudged == len(llama.coverage.open_questions) > 0
    assert llama.coverage.flagged + llama.coverage.passed + llama.coverage.unjudged == llama.coverage.rules
    assert any("gate" in question.reason for question in llama.coverage.open_questions)


def test_circles_end(reports: dict[str, Report]) -> None:
    assert [each.id for each in reports["mix/self-base"].lineage] in ([], ["mix/self-base"])
    assert "mix/cycle-b" in {each.id for each in reports["mix/cycle-a"].lineage}
    assert cell(reports["mix/self-base"], "weights").level == 4


def test_dead_ends_are_findings(reports: dict[str, Report]) -> None:
    dead = reports["mix/dead-base"]
    assert {"dead-base-model", "dead-dataset"} <= flagged(dead)
    assert "gone/never-there" in finding(dead, "dead-base-model").evidence
    assert cell(dead, "weights").level != 4


def test_every_finding_has_its_proof(reports: dict[str, Report]) -> None:
    findings = [each for report in reports.values() for each in report.findings]
    assert len(findings) > 10
    for each in findings:
        assert each.evidence
        assert each.title
        assert each.fix
        assert (each.url or "").startswith(("http://127.0.0.1:", "https://")), each


def test_a_gate_in_ci_holds_the_trap_back(answers: Answers) -> None:
    only: Any = lambda model: Answers([each for each in answers.reports if each.id == model])  # noqa: E731 - short
    assert exit_code(only("acme/open-claim"), "high") == 1
    assert exit_code(only("acme/open-claim"), None) == 0
    assert exit_code(only("mix/self-base"), "high") in {0, 3}
