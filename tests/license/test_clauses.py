"""The patterns of restrictions: what they find, what they leave alone, and what a restriction allows."""

from __future__ import annotations

import pytest

from hubaudit.audit.licenses import identify
from tests.license.texts import APACHE, MIT, carried
from tests.reference import compiled, items, table

_CONDITIONS = {"4"}
_LIMITS = {"2", "3"}
_NO_RESTRICTION = {"none", "none_known", "unknown"}


@pytest.mark.parametrize("row", table("clause"), ids=lambda row: str(row["id"]))
def test_a_clause_matches_its_example_and_not_its_counterexample(row: dict[str, str]) -> None:
    pattern = compiled(row["pattern"])
    assert "(?i" not in row["pattern"], "letter case never counts"
    assert pattern.search(row["yes"])
    assert row["no"]
    assert not pattern.search(row["no"])
    assert not pattern.search("")


def test_every_example_states_its_restriction_in_one_sentence() -> None:
    for row in table("clause"):
        assert row["restriction"] in {clause.restriction for clause in identify(row["yes"]).clauses}, row[
            "id"
        ]
        assert max(len(row["yes"]), len(row["no"])) <= 100
        assert row["meaning"], row["id"]


def test_every_restriction_has_a_level() -> None:
    levels = {row["restriction"]: row["level"] for row in table("restriction")}
    named = {part.partition("(")[0] for row in table("license") for part in items(row["restrictions"])}
    assert set(levels.values()) == _CONDITIONS | _LIMITS
    assert named - levels.keys() == _NO_RESTRICTION
    assert {row["restriction"] for row in table("clause")} <= levels.keys()


def test_a_restriction_s_level_agrees_with_every_license_that_has_only_it() -> None:
    levels = {row["restriction"]: row["level"] for row in table("restriction")}
    hard_cases = {"other:modified-mit"}  # an obligation that counts as a limit, by its own row
    for row in table("license"):
        parts = [part.partition("(")[0] for part in items(row["restrictions"])]
        if row["level"] and levels.keys() >= set(parts) and row["id"] not in hard_cases:
            assert row["level"] == min(levels[part] for part in parts), row["id"]


@pytest.mark.parametrize("package", ["httpx", "hypothesis", "typer"])
def test_open_source_licenses_state_none(package: str) -> None:
    assert identify(carried(package)).clauses == ()


def test_the_false_friends_state_none() -> None:
    friends = [
        "You may reproduce and distribute copies of the Work in any medium.",
        "Limitation of Liability. In no event shall damages exceed 100 dollars.",
        "Distribution means providing the Model as a hosted service made available by remote means.",
        "Rights include, without limitation, commercial and non-commercial use.",
        "You are solely responsible for the use of the model in research and in products.",
        "The parties submit to the courts of competent jurisdiction.",
    ]
    assert identify("\n\n".join([APACHE, MIT, *friends])).clauses == ()


@pytest.mark.parametrize("words", ["can't", "can’t", "cannot", "shall not"])  # noqa: RUF001 - as it is typed
def test_a_ban_may_be_written_short(words: str) -> None:
    (clause,) = identify(f"Harbour terms.\n\nYou {words} use the model to share harmful content.\n").clauses
    assert clause.restriction == "aup"


def test_a_clause_is_quoted_from_its_place() -> None:
    text = "Harbour terms.\n\nYou may copy the weights. You may not use them\nfor any commercial purpose.\n"
    (clause,) = identify(text).clauses
    assert (clause.restriction, clause.start) == ("non_commercial", text.index("You may not"))
    assert clause.quote == "You may not use them for any commercial purpose."
