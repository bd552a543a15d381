import pytest

from hubaudit.text.split import LONGEST, split_sentences


def pieces(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "It beats others, e.g. GPT, by far.",
        "Version v1.5 scores 3.14 points.",
        "The Llama-2. 7B variant is meant.",
        "As shown by Roe et al. 2023 and others.",
        "As shown by Roe et al. (2023) and others.",
        "Not for the U.S. Government.",
        "By J. Roe.",
        "See Fig. 3 and No. 5 there.",
        "See https://example.org/a.B?c=D. and more.",
        "Wait... what?",
        "1. First item",
        "a) Second item",
    ],
)
def test_a_full_stop_that_ends_nothing(text: str) -> None:
    assert pieces(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ('He said "yes." Then he left.', ['He said "yes."', "Then he left."]),
        ("Tuned from Llama-2. The data is closed.", ["Tuned from Llama-2.", "The data is closed."]),
        ("It has 7B. 3 of them exist.", ["It has 7B.", "3 of them exist."]),
        ("Done (really). Next.", ["Done (really).", "Next."]),
        ("模型开源。数据呢？「没有！」好", ["模型开源。", "数据呢？", "「没有！」", "好"]),  # noqa: RUF001 - Chinese marks
        ("Открыто. Да.", ["Открыто.", "Да."]),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_would_say(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


@pytest.mark.parametrize(
    "text", ["word " * 500 + "end", "x" * 1500, "y" * 600, "z" * 601, " ".join(["ab" * 299] * 4)]
)
def test_a_long_sentence_is_cut_and_keeps_every_word(text: str) -> None:
    cuts = pieces(text)
    assert max(map(len, cuts)) <= LONGEST
    assert "".join(cuts).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    "text", [". " * 20_000, "." * 50_000, "。" * 20_000, '"' * 20_000 + ". A", "A. " * 10_000]
)
def test_rows_of_punctuation_end(text: str) -> None:
    assert sum(map(len, pieces(text))) <= len(text)
