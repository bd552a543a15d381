"""Cells of the grid over small worlds: a file of tests/grid is a component, a case one of its rules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hubaudit.audit.read import COMPONENTS
from tests.world import cases, world, world_of

CASES = Path(__file__).parent / "grid"
OUTCOMES = {
    "weights": {0, 1, 2, 3, 4, "unjudged"},
    "pretraining_dataset": {0, 1, 2, 3, 4, "unjudged"},
    "finetuning_dataset": {0, 1, 2, 3, 4, "unjudged", "not_applicable"},
    "reward_model": {0, 1, 2, 3, 4, "unjudged", "not_applicable"},
    "data_processing_code": {0, 1, 3, 4, "unjudged"},
}
CELL = "select status, level from grid.cell where repo_key = ? and component = ?"
DECIDING = """
    select kind || ': ' || detail, url from grid.evidence
    where repo_key = ? and component = ? and counts and status = ? and level is not distinct from ?
"""
HOPS = 14  # more than the lineage that is shown


def _file(component: str) -> Path:
    return CASES / f"{component}.toml"


def _cases() -> list[Any]:
    return [
        pytest.param(
            component,
            case,
            id=f"{component}-{_outcome(case)}-{number}",
            marks=pytest.mark.xdist_group(component),
        )
        for component in COMPONENTS
        for number, case in enumerate(cases(_file(component)))
    ]


def _outcome(case: dict[str, Any]) -> Any:
    return case.get("status", case.get("level"))


@pytest.mark.parametrize(("component", "case"), _cases())
def test_a_cell_is_what_its_evidence_says(component: str, case: dict[str, Any]) -> None:
    con = world_of(_file(component))
    subject = case["repo"][0]["id"].lower()
    status, level = case.get("status", "judged"), case.get("level")
    cells = con.execute(CELL, [subject, component]).fetchall()
    found = con.execute(DECIDING, [subject, component, status, level]).fetchall()
    assert cells == [(status, level)], con.execute(
        "select * from grid.evidence where repo_key = ? and component = ?", [subject, component]
    ).fetchall()
    said = "\n".join(detail for detail, _ in found)
    for words in case["evidence"]:
        assert words in said
    assert status != "judged" or all(url.startswith("https://") for _, url in found)


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_component_has_a_case_for_everything_that_it_can_be(component: str) -> None:
    assert {_outcome(case) for case in cases(_file(component))} == OUTCOMES[component]


def _chain(root: dict[str, Any]) -> list[dict[str, Any]]:
    names = [f"acme/hop-{number}" for number in range(HOPS)]
    hops = [
        {"id": name, "license": "mit", "datasets": ["acme/open"], "files": {"w.bin": ""}, "base_model": base}
        for name, base in zip(names, [*names[1:], "acme/root"], strict=True)
    ]
    return [*hops, {"id": "acme/root", "files": {"w.bin": ""}, **root}, {"id": "acme/open", **OPEN}]


OPEN = {"kind": "dataset", "license": "mit"}


def _cells(repos: list[dict[str, Any]]) -> dict[str, tuple[str, int | None]]:
    subject = repos[0]["id"]
    rows = (
        world(repos)
        .con.execute("select component, status, level from grid.cell where repo_key = ?", [subject])
        .fetchall()
    )
    return {component: (status, level) for component, status, level in rows}


def test_limits_travel_any_number_of_hops() -> None:
    root = {"license": "cc-by-nc-4.0", "datasets": ["acme/closed"]}
    closed = {"id": "acme/closed", "kind": "dataset", "outcome": "missing-or-private"}
    cells = _cells([*_chain(root), closed])
    assert cells["weights"] == ("judged", 2)
    assert cells["pretraining_dataset"] == ("judged", 1)
    assert cells["finetuning_dataset"] == ("judged", 4)


def test_what_was_tuned_in_far_upstream_is_carried_down() -> None:
    root = {"license": "mit", "base_model": "acme/first", "datasets": ["acme/closed"]}
    first = {"id": "acme/first", "license": "mit", "files": {"w.bin": ""}, "datasets": ["acme/open"]}
    closed = {"id": "acme/closed", "kind": "dataset", "license": "cc-by-nc-4.0"}
    cells = _cells([*_chain(root), first, closed])
    assert cells["weights"] == ("judged", 4)
    assert cells["pretraining_dataset"] == ("judged", 4)
    assert cells["finetuning_dataset"] == ("judged", 2)


def test_what_nobody_read_far_upstream_stays_open() -> None:
    cells = _cells(_chain({"outcome": "refused"}))
    judged = {component: level for component, (status, level) in cells.items() if status == "judged"}
    assert judged == {"reward_model": 0, "data_processing_code": 0}, "what is said of the model's own work"


MIXED: list[dict[str, Any]] = [
    {
        "id": "acme/merge",
        "license": "mit",
        "base_model": ["acme/tuned", "acme/unseen"],
        "files": {"w.bin": ""},
    },
    {
        "id": "acme/tuned",
        "license": "mit",
        "base_model": "acme/root",
        "datasets": ["acme/open", "acme/unseen"],
    },
    {"id": "acme/root", "license": "openrail", "gated": "auto", "card": "Hello.", "files_outcome": "gated"},
    {"id": "acme/off", "license": "mit", "disabled": True},
    {"id": "acme/bare"},
    {"id": "acme/gone", "outcome": "missing-or-private"},
    {"id": "acme/open", **OPEN},
]


def test_only_a_judged_cell_has_a_level_and_every_model_has_five_cells() -> None:
    con = world(MIXED).con
    mixed = con.execute("select * from grid.cell where (status = 'judged') <> (level is not null)").fetchall()
    assert mixed == []
    counts = con.execute(
        "select repo_id, count(*) from grid.cell group by repo_id order by repo_id"
    ).fetchall()
    assert counts == [
        (name, 5) for name in ("acme/bare", "acme/merge", "acme/off", "acme/root", "acme/tuned")
    ]


def test_the_three_kinds_of_no_look_different_in_a_line() -> None:
    con = world(MIXED).con
    signatures = dict(con.execute("select repo_id, signature from grid.model").fetchall())
    assert signatures["acme/bare"] == "0/0/-/-/0"
    assert signatures["acme/root"] == "0/?/-/-/?"


def test_the_order_of_the_answers_changes_nothing() -> None:
    grid = "select * from grid.cell order by all"
    assert world(MIXED).con.execute(grid).fetchall() == world(MIXED[::-1]).con.execute(grid).fetchall()
