"""Pieces of cards and licenses in any order: a small part of what benchmarks/fuzz.py reads by the million."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import fuzz, fuzz_inputs
from benchmarks.fuzz import made, read


def _mixed(*pieces: tuple[str, ...]) -> st.SearchStrategy[str]:
    piece = st.one_of(*map(st.sampled_from, pieces), st.text(max_size=3))
    repeated = st.tuples(piece, st.sampled_from([1, 1, 1, 2, 40])).map(lambda pair: pair[0] * pair[1])
    return st.lists(repeated, max_size=25).map("".join)


@given(
    head=_mixed(fuzz_inputs.HEAD, ("\n",)),
    body=_mixed(fuzz_inputs.MARKUP, fuzz_inputs.LINKS, fuzz_inputs.SIGNS, fuzz_inputs.WORDS),
)
@settings(max_examples=150, deadline=None)
def test_any_mix_of_markup_is_read_within_its_bounds(head: str, body: str) -> None:
    read("card", f"---\n{head}\n---\n{body}")


@given(_mixed(fuzz_inputs.LEGAL, fuzz_inputs.MARKUP, fuzz_inputs.SIGNS))
@settings(max_examples=100, deadline=None)
def test_any_mix_of_legal_words_is_identified_as_something(text: str) -> None:
    read("license", text)


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_read_as_text(content: bytes) -> None:
    read("content", content)


def test_an_input_is_made_again_from_its_number() -> None:
    first = [made(1, number) for number in range(40)]
    assert first == [made(1, number) for number in range(40)]
    assert first != [made(2, number) for number in range(40)]
    assert {kind for kind, _ in first} <= {"card", "content", "gate", "license"}


@pytest.mark.parametrize("make", [fuzz_inputs.card, fuzz_inputs.license_text])
def test_inputs_have_many_sizes(make: object) -> None:
    assert callable(make)
    sizes = [len(make(Random(number))) for number in range(60)]  # noqa: S311 - always the same sizes
    assert min(sizes) < 600 < max(sizes)


def test_what_a_reader_raises_is_what_went_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("as the test says")

    monkeypatch.setitem(fuzz._READERS, "card", fail)
    judged = fuzz.judge("card", "abc", 7)
    assert "as the test says" in judged.wrong
    assert (judged.number, judged.kind, judged.size) == (7, "card", 3)
