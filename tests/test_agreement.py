"""How agreement with experts is measured, and that every difference was read by somebody."""

from __future__ import annotations

import csv
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from benchmarks import agreement
from benchmarks.scales import (
    NOT_APPLICABLE,
    UNJUDGED,
    Pair,
    any_access,
    as_accessible,
    exact,
    fitting,
    kappa,
    majority,
    three_levels,
)

if TYPE_CHECKING:
    from pathlib import Path

CLASSES = {"rule wrong", "card silent", "label's convention", "not recorded"}


def test_levels_are_mapped_to_three() -> None:
    assert [three_levels(level) for level in range(5)] == ["closed", "closed", "partial", "open", "open"]


def test_partial_and_open_agree_on_access_alone() -> None:
    pairs = [Pair(("open",), "open"), Pair(("open",), "partial"), Pair(("open",), "closed")]
    assert exact(pairs) == pytest.approx(1 / 3)
    assert any_access(pairs) == pytest.approx(2 / 3)


def test_what_has_no_level_agrees_with_nothing() -> None:
    pairs = [Pair(("closed",), UNJUDGED), Pair(("closed",), NOT_APPLICABLE)]
    assert (exact(pairs), any_access(pairs)) == (0, 0)


def test_of_a_label_in_doubt_either_value_will_do() -> None:
    assert exact([Pair(("closed", "partial"), "partial")]) == 1


def test_a_label_fits_the_levels_of_its_guide() -> None:
    assert fitting("pretraining_dataset", ("closed",)) == ("0", "1")
    assert fitting("pretraining_dataset", ("closed", "open")) == ("0", "1", "3", "4")
    assert fitting("weights", ("partial",)) == ("2", "3")


def test_access_is_what_partial_and_open_share() -> None:
    assert as_accessible(("open",)) == as_accessible(("partial",)) == ("partial", "open")
    assert as_accessible(("closed",)) == ("closed",)
    assert as_accessible(("closed", "partial")) == ("closed", "partial", "open")


def test_kappa_is_nothing_for_a_constant_answer_and_one_for_the_truth() -> None:
    labels = ["open", "open", "closed", "partial"]
    assert kappa([Pair((label,), "open") for label in labels]) == 0
    assert kappa([Pair((label,), label) for label in labels]) == 1
    assert kappa([]) == 0


def test_the_constant_baseline_knows_the_best_answer() -> None:
    wanted = [("open",), ("partial",), ("closed",), ("closed",), ("closed", "partial")]
    assert majority(wanted, exact) == pytest.approx(3 / 5)
    assert majority(wanted, any_access) == pytest.approx(3 / 5)


def test_a_difference_has_one_class_and_a_reason() -> None:
    with agreement.DIFFERENCES.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, strict=True))
    assert max(Counter((row["id"], row["component"]) for row in rows).values()) == 1
    assert {row["class"] for row in rows} <= CLASSES
    assert all(row["reason"] for row in rows)


def test_it_skips_visibly_without_the_labels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(agreement, "SHARED", tmp_path / "absent")
    agreement.main()
    assert "skipped" in capsys.readouterr().out
