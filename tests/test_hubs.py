"""The Hub that benchmarks make is like the real one, and all ways to score it say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from benchmarks import hub_records, score_dicts
from benchmarks.audit_scale_steps import STEPS
from benchmarks.hub_check import checked
from benchmarks.hubs import build, night, realistic
from benchmarks.score_compare import keep, unequal
from hubaudit.store.file import opened

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.hub_shape import Hub

MODELS = 2_000


@pytest.fixture
def hub(shared: Path) -> Hub:
    assert shared.is_dir()
    return realistic(MODELS)


@pytest.mark.parametrize(
    ("field", "share"),
    [("license", 0.3634), ("base_model", 0.2813), ("datasets", 0.0756), ("language", 0.1472)],
)
def test_shares_are_those_of_the_whole_hub(hub: Hub, field: str, share: float) -> None:
    cards = [hub_records.model(hub, number)["cardData"] or {} for number in range(MODELS)]
    assert sum(field in card for card in cards) / MODELS == pytest.approx(share, abs=0.03)


def test_a_record_is_the_same_whenever_it_is_made(hub: Hub) -> None:
    other = realistic(MODELS)
    numbers = range(0, MODELS, 97)
    assert [hub_records.model(hub, n) for n in numbers] == [
        hub_records.model(other, n) for n in reversed(numbers)
    ][::-1]
    assert hub_records.model(hub, 7) != hub_records.model(realistic(MODELS, seed=2), 7)


def test_no_chain_is_longer_than_six(hub: Hub) -> None:
    assert max(map(hub.depth, range(MODELS))) == 6
    assert all(hub.depth(hub.of_depth(depth, rank)) == depth for depth in range(7) for rank in range(20))


def test_the_import_takes_every_record(hub: Hub, tmp_path: Path) -> None:
    said: list[str] = []
    store = build(hub, tmp_path, 0, said.append)
    with opened(store) as con:
        counts = dict(
            con.execute(
                "select kind, count(distinct repo_id) from store.raw.repo_log group by kind"
            ).fetchall()
        )
    assert counts["dataset"] == hub.datasets
    assert counts["model"] == MODELS + 3 * (MODELS // 100)  # with those that are gone
    assert not [line for line in said if "REFUSED" in line]
    assert any("without license    63.66%" in line for line in checked(hub, store))


def test_dictionaries_and_polars_say_what_the_queries_say(hub: Hub, tmp_path: Path) -> None:
    build(hub, tmp_path, 0, lambda _: None)
    night(hub, tmp_path, with_root=True)
    STEPS["sql"](tmp_path)
    for name in ("dicts", "polars"):
        STEPS[name](tmp_path)
        assert unequal(tmp_path / "sql", tmp_path / name) == ""
    rules = pq.read_table(tmp_path / "sql")["rules"].to_pylist()
    assert {word for line in rules for word in line.split()} == {
        "dead-base-model", "missing-license", "restricted-dataset", "upstream-license-conflict",
    }  # fmt: skip


def test_a_difference_is_told(hub: Hub, tmp_path: Path) -> None:
    store = build(hub, tmp_path, 0, lambda _: None)
    said = score_dicts.score(store, tmp_path)
    keep(said, tmp_path / "one")
    keep(said.slice(1), tmp_path / "other")
    assert unequal(tmp_path / "one", tmp_path / "other").startswith("DIFFERENT: 1 rows")
