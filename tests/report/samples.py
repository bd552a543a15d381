"""Reports made by hand, in words of our own: one with everything in it and one with next to nothing."""

from datetime import UTC, datetime

from hubaudit.audited import Rule
from hubaudit.model import (
    Ancestor,
    Cell,
    Claim,
    Coverage,
    Evidence,
    Finding,
    License,
    LicensePlace,
    Material,
    Report,
    Unjudged,
)

RULES = tuple(
    Rule(name, f"Title of {name}", severity, f"Why {name} matters.", f"Mend {name}.")
    for name, severity in (("missing-license", "low"), ("upstream-license-conflict", "high"))
)
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HUB = "https://huggingface.co"

TUNED = Report(
    id="acorn-lab/oak-7b-chat",
    sha="892b3d7a7b1c4e5f60718293a4b5c6d7e8f90a1b",
    observed_at=datetime(2026, 11, 23, 11, 58, tzinfo=UTC),
    source="hub",
    license=License(
        tag="mit",
        name=None,
        effective="grove-community",
        level=3,
        places=(
            LicensePlace(
                "file",
                "LICENSE",
                "grove-community",
                "LicenseRef-grove",
                3,
                "identified",
                "grove-community",
                "contradicts",
                f"{HUB}/acorn-lab/oak-7b-chat/blob/892b3d7/LICENSE",
            ),
            LicensePlace(
                "policy",
                "USE_POLICY.md",
                None,
                None,
                None,
                "gated",
                "gated",
                "unread",
                f"{HUB}/acorn-lab",
            ),
            LicensePlace("tag", "mit", "mit", "MIT", 4, "found", "mit", None, f"{HUB}/acorn-lab"),
        ),
    ),
    claims=(
        Claim("license-tag", "mit", f"{HUB}/acorn-lab/oak-7b-chat"),
        Claim(
            "card-text",
            "Oak is a fully open model that anybody may use.",
            f"{HUB}/acorn-lab/oak-7b-chat/blob/892b3d7/README.md",
        ),
    ),
    signature="3/0/2/-/?",
    grid=(
        Cell(
            "weights",
            3,
            "judged",
            "Open with limitations",
            (
                Evidence(4, "license-tag", "mit", f"{HUB}/acorn-lab/oak-7b-chat"),
                Evidence(
                    3,
                    "base-model",
                    "grove/seed-7b is licensed under grove-community, which asks for a separate "
                    "agreement above ten million users a month",
                    f"{HUB}/grove/seed-7b/blob/5f1e0a9/LICENSE.txt",
                ),
            ),
            reference=4,
            reference_note="the talk read the license tag only",
        ),
        Cell(
            "pretraining_dataset",
            0,
            "judged",
            "Closed",
            (Evidence(0, "base-model", "grove/seed-7b names no data", f"{HUB}/grove/seed-7b"),),
            reference=0,
        ),
        Cell(
            "finetuning_dataset",
            2,
            "judged",
            "Restricted access",
            (
                Evidence(
                    2,
                    "dataset",
                    "acorn-lab/leaf-instruct: “for research purposes only”",
                    f"{HUB}/datasets/acorn-lab/leaf-instruct/blob/77aa01c/README.md#terms-of-use-and-some-more"
                    "-words-that-make-this-address-longer-than-any-screen-is-wide-so-that-it-cannot-fit",
                ),
                Evidence(None, "note", "the card names a second data set without a link"),
            ),
            reference=2,
        ),
        Cell("reward_model", None, "not_applicable", "", ()),
        Cell(
            "data_processing_code",
            None,
            "unjudged",
            "",
            (Evidence(None, "unreachable", "the linked code repository did not answer after 5 tries"),),
            reference=3,
            reference_note="the code was not read, so there is nothing to compare",
        ),
    ),
    lineage=(
        Ancestor("grove/seed-7b-dpo", "merge", 1, 3, "acorn-lab/oak-7b-chat"),
        Ancestor("grove/seed-7b", "finetune", 2, 3, "grove/seed-7b-dpo"),
        Ancestor("森林研究所/種-7b", "merge", 1, None, "acorn-lab/oak-7b-chat", outcome="gated"),
        Ancestor("grove/seed-7b", "adapter", 2, 3, "森林研究所/種-7b", declared=False),
        Ancestor("acorn-lab/oak-7b-chat", "finetune", 3, 3, "grove/seed-7b"),
    ),
    findings=(
        Finding(
            "missing-license",
            "low",
            "No license is given for a data set",
            "acorn-lab/leaf-instruct has no license tag",
            None,
            ("acorn-lab/oak-7b-chat", "acorn-lab/leaf-instruct"),
            "Ask its authors for a license.",
        ),
        Finding(
            "upstream-license-conflict",
            "high",
            "License tag is more permissive than an upstream model's license",
            "tag mit, but grove/seed-7b says: “You may not use the Works to improve another model” 🌱",
            f"{HUB}/grove/seed-7b/blob/5f1e0a9/LICENSE.txt",
            ("acorn-lab/oak-7b-chat", "grove/seed-7b-dpo", "grove/seed-7b"),
            "Carry the license of grove/seed-7b, or train from a base that allows what the tag promises.",
        ),
    ),
    coverage=Coverage(
        13, 2, 9, 2, (Unjudged("gated-open-claim", "base not read"), Unjudged("dead-dataset", "Hub busy"))
    ),
    asked_id="acorn/oak-chat",
    materials=(
        Material(
            "model",
            "grove/seed-7b",
            "acorn-lab/oak-7b-chat",
            "finetune",
            "grove-community",
            "LicenseRef-grove",
            3,
            "5f1e0a9",
            f"{HUB}/grove/seed-7b",
            is_on_hub=True,
            basis="found",
        ),
        Material(
            "model",
            "Acorn-1",
            "grove/seed-7b",
            "distillation",
            "apache-2.0",
            "Apache-2.0",
            4,
            None,
            None,
            is_on_hub=False,
            basis="not on the Hub",
        ),
        Material(
            "dataset",
            "acorn-lab/leaf-instruct",
            "acorn-lab/oak-7b-chat",
            "finetuning",
            None,
            None,
            2,
            "77aa01c",
            f"{HUB}/datasets/acorn-lab/leaf-instruct",
            is_on_hub=True,
            basis="its card states research-only",
        ),
        Material(
            "dataset",
            "acorn-lab/leaf-instruct",
            "grove/seed-7b",
            "pretraining",
            None,
            None,
            2,
            "77aa01c",
            f"{HUB}/datasets/acorn-lab/leaf-instruct",
            is_on_hub=True,
            basis="its card states research-only",
        ),
    ),
    notes=("This is an old snapshot: the Hub could not be reached.",),
)

EMPTY = Report(
    id="grove/seed-7b",
    sha=None,
    observed_at=None,
    source="bundled",
    license=License(None, None, None, None),
    claims=(),
    signature="?/?/-/-/?",
    grid=(
        Cell("weights", None, "unjudged", "", ()),
        Cell("pretraining_dataset", None, "unjudged", "", ()),
        Cell("finetuning_dataset", None, "not_applicable", "", ()),
        Cell("reward_model", None, "not_applicable", "", ()),
        Cell("data_processing_code", 4, "judged", "Totally open", ()),
    ),
    lineage=(),
    findings=(),
    coverage=Coverage(13, 0, 13, 0),
)
