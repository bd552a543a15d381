"""What each place says of a license, which of them counts, and what a license upstream demands."""

from __future__ import annotations

from typing import Any

import pytest

from tests.world import world

LLAMA = {"outcome": "identified", "license_ids": ["llama3.1"], "spdx": "LicenseRef-llama3.1"}
MIT = {"outcome": "identified", "license_ids": ["mit"], "spdx": "MIT"}
POLICY = {"outcome": "unknown", "clauses": {"aup": "Do no harm.", "geo": "Not in the EU."}}
PLACES = (
    "select place, source, license_id, level, verdict from core.license_place where repo_key = ? order by all"
)
EFFECTIVE = "select effective, level, basis, text_path from core.license where repo_key = ?"
DEMANDS = (
    "select demand, verdict from core.compatibility where model_key = ? and demand is not null order by all"
)


def _rows(sql: str, repos: list[dict[str, Any]]) -> list[Any]:
    con = world(repos).con
    return con.execute(sql, [repos[0]["id"].lower()]).fetchall()


def _harbour(license_id: Any, text: dict[str, Any]) -> dict[str, Any]:
    files = {"LICENSE": "A text."}
    return {"id": "acme/harbour", "license": license_id, "files": files, "identified": {"LICENSE": text}}


def test_each_place_is_told_with_its_own_result() -> None:
    harbour = {
        "id": "acme/harbour",
        "license": "other",
        "license_name": "qwen",
        "license_link": "terms.txt",
        "files": {
            "terms.txt": "Llama.",
            "LICENSE": "MIT.",
            "USE_POLICY.md": "Policy.",
            "NOTICE": "",
            "LICENSE-CODE": "",
        },
        "identified": {"terms.txt": LLAMA, "LICENSE": MIT, "USE_POLICY.md": POLICY},
    }
    assert _rows(PLACES, [harbour]) == [
        ("file", "LICENSE", "mit", 4, "contradicts"),
        ("link", "terms.txt", "llama3.1", 3, "contradicts"),
        ("name", "qwen", "other:qwen", 3, None),
        ("policy", "USE_POLICY.md", None, 3, "agrees"),
        ("tag", "other", "other", None, None),
    ]


def test_a_list_stays_a_list_and_the_strictest_counts() -> None:
    harbour = {
        "id": "acme/harbour",
        "license": ["apache-2.0", "mit"],
        "files": {"LICENSE": "Both."},
        "identified": {"LICENSE": {"outcome": "several", "license_ids": ["mit", "cc-by-nc-4.0"]}},
    }
    assert _rows(PLACES, [harbour]) == [
        ("file", "LICENSE", "cc-by-nc-4.0", 2, "contradicts"),
        ("file", "LICENSE", "mit", 4, "agrees"),
        ("tag", "apache-2.0", "apache-2.0", 4, None),
        ("tag", "mit", "mit", 4, None),
    ]
    assert _rows(EFFECTIVE, [harbour]) == [("cc-by-nc-4.0", 2, "text", "LICENSE")]


@pytest.mark.parametrize(
    ("license_id", "text", "effective"),
    [
        ("apache-2.0", LLAMA, ("llama3.1", 3, "text", "LICENSE")),
        ("llama3.1", MIT, ("llama3.1", 3, "tag", None)),
        ("mit", MIT, ("mit", 4, "tag", None)),
        ("unknown", MIT, ("mit", 4, "text", "LICENSE")),
        (["mit", "harbour-1.0"], MIT, (None, None, "tag", None)),
        (["mit", "harbour-1.0"], LLAMA, ("llama3.1", 3, "text", "LICENSE")),
        ("cc", {"outcome": "identified", "license_ids": ["cc-by-4.0"]}, ("cc-by-4.0", 4, "text", "LICENSE")),
        ("mit", POLICY, ("other", 3, "text", "LICENSE")),
        ("other", {"outcome": "similar", "similar_to": "llama3.1"}, ("other", None, "tag", None)),
        ("mit", {"outcome": "binary"}, ("mit", 4, "tag", None)),
    ],
)
def test_the_text_counts_where_it_is_stricter_or_the_tag_says_nothing(
    license_id: Any, text: dict[str, Any], effective: tuple[Any, ...]
) -> None:
    assert _rows(EFFECTIVE, [_harbour(license_id, text)]) == [effective]


def test_a_text_of_its_own_under_an_open_tag_has_no_id_and_is_no_open_license() -> None:
    sql = "select osi_approved, spdx_id, declared, declared_osi from core.license where repo_key = ?"
    assert _rows(sql, [_harbour("mit", POLICY)]) == [(None, None, "mit", "yes")]


def test_an_open_tag_is_a_claim_whatever_the_text_says() -> None:
    sql = "select kind, quote from core.claim where repo_key = ?"
    assert _rows(sql, [_harbour("mit", LLAMA)]) == [("license-tag", "license: mit")]


@pytest.mark.parametrize("outcome", ["gated", "refused", "unreachable", "too-large"])
def test_a_text_that_nobody_read_is_an_open_question(outcome: str) -> None:
    harbour = {
        "id": "acme/harbour",
        "license": "mit",
        "files": {"LICENSE": "A text."},
        "files_outcome": outcome,
    }
    assert _rows(PLACES, [harbour])[0] == ("file", "LICENSE", None, None, "unread")


def _upstream(name: str, license_id: str, relation: str, base: dict[str, Any]) -> list[dict[str, Any]]:
    model = {"id": name, "license": license_id, "base_model": "maker/base", "base_model_relation": relation}
    return [model, {"id": "maker/base", **base}]


@pytest.mark.parametrize(
    ("name", "license_id", "relation", "base", "demands"),
    [
        ("acme/Llama-Harbour", "llama3.1", "finetune", "llama3.1",
         {"display": "unjudged", "name_begins": "carried", "notice_file": "not carried",
          "pass_terms_on": "carried"}),
        ("acme/harbour", "mit", "adapter", "llama3.1",
         {"display": "unjudged", "name_begins": "not carried", "notice_file": "not carried",
          "pass_terms_on": "not carried"}),
        ("acme/harbour", "mit", "quantized", "llama3.1",
         {"notice_file": "not carried", "pass_terms_on": "not carried"}),
        ("acme/harbour", "mit", "merge", "cc-by-nc-4.0", {"non_commercial": "not carried"}),
        ("acme/harbour", "intel-research", "merge", "cc-by-nc-4.0", {"non_commercial": "carried"}),
        ("acme/harbour", "mit", "finetune", "cc-by-sa-4.0", {"same_terms": "disputed"}),
        ("acme/harbour", "gpl-3.0", "finetune", "cc-by-sa-4.0", {"same_terms": "carried"}),
        ("acme/harbour", "other", "finetune", "gpl-3.0", {"same_terms": "unjudged"}),
        ("acme/harbour", "gpl", "finetune", "gpl-3.0", {"same_terms": "carried"}),
        ("acme/harbour", "openrail", "finetune", "creativeml-openrail-m", {"pass_limits_on": "disputed"}),
        ("maker/harbour", "mit", "finetune", "gpl-3.0", {"same_terms": "carried"}),
        ("acme/harbour", "mit", "finetune", "apache-2.0", {}),
    ],
)  # fmt: skip
def test_a_demand_upstream_is_carried_or_not(
    name: str, license_id: str, relation: str, base: str, demands: dict[str, str]
) -> None:
    assert dict(_rows(DEMANDS, _upstream(name, license_id, relation, {"license": base}))) == demands


def test_a_base_that_nobody_knows_demands_nobody_knows_what() -> None:
    sql = "select demand, verdict, base_outcome from core.compatibility where model_key = ?"
    repos = _upstream("acme/harbour", "mit", "finetune", {"outcome": "refused"})
    assert _rows(sql, repos) == [(None, "unjudged", "refused")]
