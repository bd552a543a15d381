"""Bills of materials: CycloneDX and SPDX."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from hubaudit.model import License
from hubaudit.report.cyclonedx import to_cyclonedx
from hubaudit.report.spdx import to_spdx
from hubaudit.warehouse.reference import rows
from tests.report.samples import EMPTY, TUNED

Json = dict[str, Any]


def cyclonedx(report: Any = TUNED) -> Json:
    content: Json = json.loads(to_cyclonedx(report))
    return content


def spdx(report: Any = TUNED) -> dict[str, list[Json]]:
    """Sort the elements by their kind."""
    found: dict[str, list[Json]] = {}
    for element in json.loads(to_spdx(report))["@graph"]:
        found.setdefault(element["type"], []).append(element)
    return found


def properties(part: Json) -> list[tuple[str, str]]:
    return [(each["name"].removeprefix("hubaudit:"), each["value"]) for each in part["properties"]]


def test_the_model_stands_with_its_grid() -> None:
    model = cyclonedx()["metadata"]["component"]
    assert (model["type"], model["group"], model["name"]) == (
        "machine-learning-model", "acorn-lab", "oak-7b-chat"
    )  # fmt: skip
    assert properties(model) == [("signature", "3/0/2/-/?")]
    card = properties(model["modelCard"])
    assert ("grid:weights", "3") in card
    assert ("grid:reward_model", "-") in card
    assert ("grid:data_processing_code", "?") in card
    assert ("evidence:weights", "license tag: mit") in card
    assert model["modelCard"]["modelParameters"]["datasets"] == [{"ref": "dataset:acorn-lab/leaf-instruct"}]


def test_a_package_url_can_be_read_back() -> None:
    model = cyclonedx()["metadata"]["component"]
    found = PackageURL.from_string(model["purl"])
    assert (found.type, found.namespace, found.name, found.version) == (
        "huggingface", "acorn-lab", "oak-7b-chat", TUNED.sha
    )  # fmt: skip


def test_what_is_declared_stands_beside_what_counts() -> None:
    licenses = [each["license"] for each in cyclonedx()["metadata"]["component"]["licenses"]]
    assert licenses == [
        {"id": "MIT", "acknowledgement": "declared"},
        {"name": "grove-community", "acknowledgement": "concluded"},
    ]


@pytest.mark.parametrize("tag", ["unknown", "other", "cc", "apache-2.0", "LicenseRef-grove"])
def test_only_ids_of_the_spdx_list_are_ids(tag: str) -> None:
    stated = License(tag, None, tag, None)
    licenses = cyclonedx(replace(TUNED, license=stated))["metadata"]["component"]["licenses"]
    assert {each["license"]["name"] for each in licenses} == {tag}, "no place gives an SPDX id"


def test_without_a_license_none_is_stated() -> None:
    assert cyclonedx(EMPTY)["metadata"]["component"]["licenses"] == []


def test_every_spdx_id_of_the_reference_is_one_to_cyclonedx() -> None:
    ids = {row["spdx_id"] for row in rows("license") if row["spdx_id"]}
    parts = tuple(replace(TUNED.materials[1], id=each, spdx=each) for each in sorted(ids))
    text = to_cyclonedx(replace(TUNED, materials=parts))
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    found = {each["licenses"][0]["license"]["id"] for each in json.loads(text)["components"]}
    assert found == ids


def test_the_lineage_and_the_data_are_components_with_their_edges() -> None:
    content = cyclonedx()
    base, teacher, data = content["components"]
    assert (base["name"], base["version"], base["licenses"]) == (
        "seed-7b", "5f1e0a9", [{"license": {"name": "grove-community"}}]
    )  # fmt: skip
    assert "purl" not in teacher, "it is not on the Hub"
    assert teacher["licenses"] == [{"license": {"id": "Apache-2.0"}}]
    assert (data["type"], data["data"][0]["type"], "licenses" in data) == ("data", "dataset", False)
    assert ("used-by", "grove/seed-7b (pretraining)") in properties(data)
    assert ("used-by", "acorn-lab/oak-7b-chat (finetuning)") in properties(data)
    assert {each["ref"]: each["dependsOn"] for each in content["dependencies"]} == {
        "model:acorn-lab/oak-7b-chat": ["model:grove/seed-7b", "dataset:acorn-lab/leaf-instruct"],
        "model:grove/seed-7b": ["model:acorn-1", "dataset:acorn-lab/leaf-instruct"],
        "model:acorn-1": [],
        "dataset:acorn-lab/leaf-instruct": [],
    }
    pedigree = content["metadata"]["component"]["pedigree"]
    assert [each["name"] for each in pedigree["ancestors"]] == ["seed-7b"]
    assert pedigree["notes"] == "finetune of grove/seed-7b"


def test_a_circle_of_bases_lists_the_model_once() -> None:
    back = replace(TUNED.materials[0], id=TUNED.id, of="grove/seed-7b")
    content = cyclonedx(replace(TUNED, materials=(*TUNED.materials, back)))
    assert len(content["components"]) == 3


def test_spdx_tells_the_same() -> None:
    found = spdx()
    assert {each["name"] for each in found["ai_AIPackage"]} == {TUNED.id, "grove/seed-7b", "Acorn-1"}
    assert [each["name"] for each in found["dataset_DatasetPackage"]] == ["acorn-lab/leaf-instruct"]
    names = {each["spdxId"]: each.get("name") for kind in found.values() for each in kind if "spdxId" in each}
    terms = {
        each["spdxId"]: each["simplelicensing_licenseExpression"]
        for each in found["simplelicensing_LicenseExpression"]
    }
    edges = {
        (names[each["from"]], each["relationshipType"], terms.get(to) or names[to])
        for each in found["Relationship"]
        for to in each["to"]
    }
    assert edges == {
        (TUNED.id, "hasDeclaredLicense", "MIT"),
        (TUNED.id, "hasConcludedLicense", "LicenseRef-hubaudit-grove-community"),
        (TUNED.id, "descendantOf", "grove/seed-7b"),
        (TUNED.id, "trainedOn", "acorn-lab/leaf-instruct"),
        ("grove/seed-7b", "hasConcludedLicense", "LicenseRef-hubaudit-grove-community"),
        ("grove/seed-7b", "descendantOf", "Acorn-1"),
        ("grove/seed-7b", "trainedOn", "acorn-lab/leaf-instruct"),
        ("Acorn-1", "hasConcludedLicense", "Apache-2.0"),
        ("acorn-lab/leaf-instruct", "hasConcludedLicense", "NOASSERTION"),
    }
    statements = [each["statement"] for each in found["Annotation"]]
    assert len(statements) == 5
    assert any(each.startswith("weights: 3 Open with limitations (license tag: mit") for each in statements)


def test_spdx_claims_the_profiles_that_it_keeps() -> None:
    (document,) = spdx()["SpdxDocument"]
    assert document["profileConformance"] == ["core", "software", "simpleLicensing"]
    everything = {each["spdxId"] for kind in spdx().values() for each in kind if "spdxId" in each}
    assert set(document["element"]) == everything - {document["spdxId"]}


@pytest.mark.parametrize(
    ("stated", "names"),
    [
        (License("other", "acme-terms", "other", 3), ["acme-terms", "acme-terms"]),
        (License("other", None, "other", None), ["other", "other"]),
        (License(None, "acme-terms", None, None), ["acme-terms"]),
        (License("mit", "acme-terms", "mit", 4), ["mit", "mit"]),
    ],
)
def test_a_name_says_more_than_other(stated: License, names: list[str]) -> None:
    licenses = cyclonedx(replace(EMPTY, license=stated))["metadata"]["component"]["licenses"]
    assert [each["license"]["name"] for each in licenses] == names
