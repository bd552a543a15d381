import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubaudit.text.head import read_head, split_head


@pytest.mark.parametrize(
    ("text", "yaml", "body"),
    [
        ("---\nlicense: mit\n---\nBody", "license: mit", "Body"),
        ("---\r\na: 1\r\nb: 2\r\n---\r\nBody", "a: 1\r\nb: 2", "Body"),
        ("\n \n---\na: 1\n---", "a: 1", ""),
        ("---\na: 1\n--- \t\nBody", "a: 1", "Body"),
        ("---\n\n---\nBody", "", "Body"),
        ("---\na: 1\n---- \n---\nBody", "a: 1\n---- ", "Body"),
    ],
)
def test_the_head_ends_at_the_second_fence(text: str, yaml: str, body: str) -> None:
    found, start = split_head(text)
    assert (found, text[start:]) == (yaml, body)


@pytest.mark.parametrize(
    "text", ["", "No head.", "---\nnever closed\n", "-- \na: 1\n--", "Title\n---\na: 1\n---\n"]
)
def test_a_text_without_a_head_is_all_body(text: str) -> None:
    assert split_head(text) == (None, 0)


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        ("license: mit", {"license": "mit"}),
        ("language: no", {"language": "no"}),
        (
            "day: 2024-02-30\ntime: 12:30:45\nmode: 010",
            {"day": "2024-02-30", "time": "12:30:45", "mode": "010"},
        ),
        ("score: .nan\nlimit: -.inf", {"score": None, "limit": None}),
        ("3: a\ntrue: b\n2.5: c\n~: d", {"3": "a", "true": "b", "2.5": "c", "null": "d"}),
        ("license: [mit, []]", {"license": ["mit", []]}),
        ("tag: !!python/object:os.system x", {"tag": "x"}),
        ("a:\ttab", {"a": "tab"}),
        ("a: &x [1]\nb: *x", {"a": [1], "b": [1]}),
    ],
)
def test_values_are_what_json_can_hold(yaml: str, expected: dict[str, Any]) -> None:
    assert read_head(yaml) == ("found", expected)


@pytest.mark.parametrize("yaml", ["", "# only a comment", "~"])
def test_an_empty_head_is_none(yaml: str) -> None:
    assert read_head(yaml) == ("none", None)


@pytest.mark.parametrize("yaml", ["- mit", "just words", "12", "false"])
def test_a_head_that_is_no_map_says_so(yaml: str) -> None:
    assert read_head(yaml) == ("not-a-map", None)


@pytest.mark.parametrize(
    "yaml",
    [
        "a: 1\na: 2",
        "\ta: 1",
        "a: b: c",
        "a: @b",
        "[x]: 1",
        "a: 1\n---\nb: 2",
        "a: \x00",
        "a: \ud800",
        "a: " + "[" * 100_000,
        "{" * 5_000,
        "&a [*a]",
    ],
)
def test_a_broken_head_is_broken_and_nothing_worse(yaml: str) -> None:
    assert read_head(yaml) == ("broken", None)


def test_an_integer_of_thousands_of_digits_stays_words() -> None:
    assert read_head("a: " + "9" * 5_000) == ("found", {"a": "9" * 5_000})


def _nested_bomb() -> str:
    """Make ten copies of ten copies of ... nine times over: about a billion laughs."""
    levels = [f"l{level}: &l{level} [{', '.join([f'*l{level - 1}'] * 10)}]" for level in range(1, 10)]
    return "\n".join(["l0: &l0 ha", *levels])


BOMBS = {
    "nested": _nested_bomb(),
    "a long word many times": f"a: &a {'x' * 200_000}\nb: [{', '.join(['*a'] * 5_000)}]",
    "below the repetitions that the YAML reader allows": (
        f"a: &a [{', '.join('x' * 1000)}]\nb: &b [{', '.join(['*a'] * 100)}]\nc: [{', '.join(['*b'] * 50)}]"
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_of_aliases_is_refused_in_little_memory(name: str) -> None:
    tracemalloc.start()
    try:
        assert read_head(BOMBS[name]) == ("broken", None)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 20_000_000


def test_a_long_prompt_with_emphasis_is_no_bomb() -> None:
    prompt = "  Terms & conditions: *please* read **all**, AT&T too.\n" * 200
    assert read_head(f"extra_gated_prompt: |\n{prompt}")[0] == "found"


@given(st.text(alphabet="ab:-[]{}&*!|>'\"?,# \n\t0.~%@\\", max_size=60))
@settings(max_examples=100)
def test_any_head_ends_in_json_or_in_an_outcome(yaml: str) -> None:
    outcome, head = read_head(yaml)
    assert outcome in ("none", "found", "broken", "not-a-map")
    assert (head is not None) == (outcome == "found")
    json.dumps(head, allow_nan=False)
