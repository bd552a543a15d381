"""What is said of a code repository: by its host, else by our table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.world import world

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLE = "allenai/olmo"  # Apache-2.0, by our table


def told(code: Mapping[str, Mapping[str, Any]], repo: str = TABLE) -> Any:
    return (
        world([], code)
        .con.execute(
            "select is_gone, license, level, says from core.code_license where code_repo = ?",
            [f"github.com/{repo}"],
        )
        .fetchall()
    )


def test_without_an_answer_our_table_speaks() -> None:
    assert told({}) == [(False, "Apache-2.0", 4, "license Apache-2.0")]


def test_a_refusal_says_nothing_and_our_table_speaks() -> None:
    assert told({TABLE: {"outcome": "refused"}}) == [(False, "Apache-2.0", 4, "license Apache-2.0")]


@pytest.mark.parametrize(
    ("answer", "row"),
    [
        ({"license": "MIT"}, (False, "MIT", 4, "license MIT")),
        ({}, (False, None, None, "no license that github.com knows")),
        ({"license": "NOASSERTION"}, (False, None, None, "a license that github.com does not know")),
        ({"outcome": "missing-or-private"}, (True, None, None, "not to be found at github.com")),
        ({"outcome": "disabled"}, (True, None, None, "withheld by github.com")),
        ({"license": "CC-BY-NC-4.0"}, (False, "CC-BY-NC-4.0", 2, "license CC-BY-NC-4.0")),
        ({"license": "AGPL-3.0"}, (False, "AGPL-3.0", 4, "license AGPL-3.0")),
    ],
)
def test_the_host_s_answer_wins(answer: dict[str, Any], row: tuple[Any, ...]) -> None:
    assert told({TABLE: answer}) == [row]


def test_nobody_knows_of_other_repositories() -> None:
    assert told({}, "acme/harbour") == []


CARDS = {
    "The [training code](https://github.com/acme/a) is public.": ["github.com/acme/a"],
    "A [fine-tuning notebook](https://github.com/acme/b/tree/main/notebooks) is there.": [
        "github.com/acme/b"
    ],
    "The [training code](https://gitlab.com/acme/c) is public.": [],
    "Here is the [inference code](https://github.com/acme/d).": [],
    "Shrunk by [AutoGPTQ](https://github.com/AutoGPTQ/AutoGPTQ).": [],
}


@pytest.mark.parametrize("card", CARDS)
def test_only_code_that_may_decide_a_cell_is_asked_for(card: str) -> None:
    con = world([{"id": "acme/harbour", "card": card}]).con
    assert con.execute("from core.wanted_code order by all").fetchall() == [
        (code_repo, None) for code_repo in CARDS[card]
    ]


def test_what_was_asked_for_says_when() -> None:
    card = "The [training code](https://github.com/acme/a) is public."
    con = world([{"id": "acme/harbour", "card": card}], {"acme/a": {}}).con
    assert con.execute("select looked_at is not null from core.wanted_code").fetchall() == [(True,)]
