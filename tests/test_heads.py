"""Where the head of a card and the Hub's own reading of it disagree, both are kept."""

from __future__ import annotations

from typing import Any

import pytest

from tests.world import world

HARBOUR = {"id": "acme/harbour", "license": "mit", "datasets": ["acme/logs", "acme/maps"], "card": "Hello."}


def differences(**given: Any) -> list[tuple[Any, ...]]:
    con = world([HARBOUR | given]).con
    return con.execute(
        "select field, difference, head, hub from core.head_difference order by all"
    ).fetchall()


def test_one_story_leaves_no_trace() -> None:
    assert differences() == []
    assert differences(cardData={"license": "MIT", "datasets": ["acme/maps", "acme/logs"]}) == []


def test_the_hub_counts_and_the_head_is_kept() -> None:
    told = {"cardData": {"license": "apache-2.0", "license_name": "quay", "datasets": "acme/logs"}}
    assert differences(**told) == [
        ("datasets", "differ", "acme/logs, acme/maps", "acme/logs"),
        ("license", "differ", "mit", "apache-2.0"),
        ("license_name", "only-hub", None, "quay"),
    ]
    con = world([HARBOUR | told]).con
    assert con.execute("select tag from core.license").fetchall() == [("apache-2.0",)]


def test_what_only_the_head_says_is_kept() -> None:
    assert differences(cardData={"license": "mit"}) == [
        ("datasets", "only-head", "acme/logs, acme/maps", None)
    ]


def test_without_card_data_the_tags_are_the_hubs_reading() -> None:
    tags = ["license:mit", "dataset:acme/logs", "dataset:acme/maps", "base_model:quantized:acme/quay"]
    assert differences(untold=["cardData"], tags=tags, license_name="harbour") == [
        ("base_model", "only-hub", None, "acme/quay")
    ]


@pytest.mark.parametrize("readme", ["---\nlicense: [mit\n---\nHello.", "---\nmit\n---\nHello."])
def test_a_head_that_cannot_be_read_differs_from_nothing(readme: str) -> None:
    given = {"id": "acme/harbour", "readme": readme, "cardData": {"license": "mit"}}
    assert world([given]).con.execute("select * from core.head_difference").fetchall() == []
