"""SPDX expressions: what may be chosen, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubaudit.text.license.expression import LONGEST, alternatives


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("MIT OR Apache-2.0", [["apache-2.0"], ["mit"]]),
        ("mit and cc-by-4.0", [["cc-by-4.0", "mit"]]),
        (
            "(MIT OR Apache-2.0) AND CC-BY-NC-4.0",
            [["apache-2.0", "cc-by-nc-4.0"], ["cc-by-nc-4.0", "mit"]],
        ),
        ("GPL-2.0-only WITH Classpath-exception-2.0", [["gpl-2.0-only"]]),
    ],
)
def test_an_expression_is_taken_apart(text: str, options: list[list[str]]) -> None:
    assert [list(each) for each in alternatives(text)] == options


def test_an_addition_that_spdx_does_not_know_is_a_license_of_its_own() -> None:
    assert alternatives("Apache-2.0 WITH Commons-Clause") == (("apache-2.0 with commons-clause",),)


@pytest.mark.parametrize(
    "text", ["", "mit", "Apache 2.0", "MIT OR", "(((", "()", "( and +", "a WITH b WITH c", "\x1b[31m or mit"]
)
def test_other_words_are_no_expression(text: str) -> None:
    assert alternatives(text) == ()


def test_an_expression_that_would_explode_is_none() -> None:
    assert alternatives(" AND ".join(f"(a{number} OR b{number})" for number in range(12))) == ()
    assert alternatives("a OR " * LONGEST + "a") == ()


@given(st.text(alphabet="ab()+ ORANDWITH-.:/\n", max_size=60))
def test_no_words_of_a_stranger_break_it(text: str) -> None:
    assert all(all(option) for option in alternatives(text))
