from dataclasses import replace

from hubaudit.model import Ancestor
from hubaudit.report import render
from hubaudit.report.lineage import Step, walk
from tests.report.samples import EMPTY


def base(model_id: str, via: str, depth: int = 1) -> Ancestor:
    return Ancestor(model_id, "finetune", depth, 4, via)


def steps(*lineage: Ancestor) -> list[Step]:
    return list(walk(replace(EMPTY, id="root", lineage=lineage)))


def drawn(*lineage: Ancestor) -> list[tuple[str, int, bool]]:
    return [(step.ancestor.id, len(step.trail), step.repeated) for step in steps(*lineage)]


def test_bases_stand_below_the_model_that_names_them() -> None:
    lineage = (base("a", "root"), base("b", "root"), base("a1", "a", 2), base("b1", "b", 2))
    assert drawn(*lineage) == [("a", 1, False), ("a1", 2, False), ("b", 1, False), ("b1", 2, False)]


def test_a_trail_knows_the_last_of_each_branch() -> None:
    trails = [step.trail for step in steps(base("a", "root"), base("b", "root"), base("a1", "a", 2))]
    assert trails == [(False,), (False, True), (True,)]


def test_a_diamond_is_expanded_once() -> None:
    lineage = (base("a", "root"), base("b", "root"), base("c", "a"), base("c", "b"), base("d", "c"))
    assert drawn(*lineage) == [
        ("a", 1, False),
        ("c", 2, False),
        ("d", 3, False),
        ("b", 1, False),
        ("c", 2, True),
    ]


def test_cycles_and_self_bases_end() -> None:
    assert drawn(base("root", "root")) == [("root", 1, True)]
    assert drawn(base("a", "root"), base("root", "a")) == [("a", 1, False), ("root", 2, True)]


def test_what_hangs_in_the_air_is_still_shown() -> None:
    assert drawn(base("a", "nobody"), base("b", "c"), base("c", "b")) == [
        ("a", 1, False),
        ("b", 1, False),
        ("c", 2, False),
    ]


def test_a_chain_longer_than_the_call_stack_is_shown() -> None:
    chain = [base(f"m{depth}", f"m{depth - 1}", depth) for depth in range(1, 3000)]
    lineage = (base("m0", "root"), *chain)
    assert [step.ancestor.id for step in steps(*lineage)] == [f"m{depth}" for depth in range(3000)]


def test_a_long_chain_says_its_depth_instead_of_leaving_the_screen() -> None:
    chain = [base(f"m{depth}", f"m{depth - 1}", depth) for depth in range(1, 30)]
    text = render([replace(EMPTY, id="m0", lineage=tuple(chain))], width=60)
    assert "step 29: fine-tune of m29" in text
    assert max(map(len, text.splitlines())) <= 60
