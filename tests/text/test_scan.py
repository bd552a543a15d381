import pytest

from hubaudit.errors import QueryError
from hubaudit.model import Link, Mention, Pattern
from hubaudit.text import scan
from hubaudit.text.scan import Scanner, excerpt

OPEN = Pattern("phrase", "open", r"\bopen[ -]source\b")
BASE = Pattern("system", "base", r"base model")


def test_a_card_becomes_facts() -> None:
    card = "---\nlicense: mit\n---\n# Card\n\n"
    card += "An **Open-Source** base model, see [it](https://e.example). Open source!\n"
    facts = Scanner([BASE, OPEN]).scan(card)
    first, second = card.index("An **"), card.index("Open source!")
    quote = "An Open-Source base model, see it."
    assert (facts.head_outcome, facts.head) == ("found", {"license": "mit"})
    assert facts.mentions == (
        Mention("phrase", "open", first, "Card", quote),
        Mention("system", "base", first, "Card", quote),
        Mention("phrase", "open", second, "Card", "Open source!"),
    )
    assert facts.links == (Link(first, "Card", "it", "https://e.example", quote),)
    assert facts.sentences_as_lines == 0


def test_a_license_is_read_too() -> None:
    facts = Scanner([OPEN]).scan("SOME LICENSE\n\n      1. This is open source.\n\n      2. Really.\n")
    assert [mention.quote for mention in facts.mentions] == ["This is open source."]
    assert (facts.head_outcome, facts.head) == ("none", None)


def test_a_broken_head_does_not_hide_the_body() -> None:
    facts = Scanner([OPEN]).scan("---\na: b: c\n---\nOpen source.")
    assert facts.head_outcome == "broken"
    assert len(facts.mentions) == 1


def test_a_sentence_mentions_a_key_once() -> None:
    patterns = [OPEN, Pattern("phrase", "open", "source"), OPEN]
    assert len(Scanner(patterns).scan("Open source is open source.").mentions) == 1


def test_code_mentions_nothing_and_inline_code_does() -> None:
    scanner = Scanner([OPEN])
    assert scanner.scan("# x\n\n```\nopen source\n```\n").mentions == ()
    assert len(scanner.scan("Is `open source` so?").mentions) == 1


def test_long_sentences_are_quoted_around_the_match() -> None:
    facts = Scanner([OPEN]).scan("so " * 90 + "open source " + "and " * 70)
    (mention,) = facts.mentions
    assert "open source" in mention.quote
    assert (mention.quote[0], mention.quote[-1], len(mention.quote)) == ("…", "…", 300)


@pytest.mark.parametrize("place", [0, 100, 299, 300, 500, 599])
def test_an_excerpt_is_short_and_shows_its_cuts(place: int) -> None:
    text = "".join(chr(0x4E00 + number) for number in range(600))
    quote = excerpt(text, place, place + 1)
    assert len(quote) <= 300
    assert text[place] in quote
    assert quote.startswith("…") == (text[0] not in quote)
    assert quote.endswith("…") == (text[-1] not in quote)


def test_a_match_longer_than_the_quote_is_shown_from_its_start() -> None:
    assert excerpt("a" * 50 + "M" + "b" * 500, 50, 551)[1] == "M"


def test_the_first_links_and_mentions_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "MOST_LINKS", 3)
    monkeypatch.setattr(scan, "MOST_MENTIONS", 2)
    card = "".join(f"- Open source at https://e.example/{number}\n" for number in range(9))
    facts = Scanner([OPEN]).scan(card)
    assert [link.url[-1] for link in facts.links] == ["0", "1", "2"]
    assert [mention.quote[-1] for mention in facts.mentions] == ["0", "1"]


def test_sentences_read_as_lines_are_counted() -> None:
    facts = Scanner([OPEN]).scan("*a* " + "word " * 10_000 + "\n\nFine. *Here*.")
    assert facts.sentences_as_lines > 50
    assert facts.sentences_as_lines < 100


def test_a_bad_pattern_is_named() -> None:
    with pytest.raises(QueryError, match=r"phrase.*'look-ahead'.*does not compile"):
        Scanner([OPEN, Pattern("phrase", "look-ahead", "(?=x)")])


def test_no_patterns_no_mentions() -> None:
    facts = Scanner([]).scan("Open source: https://e.example")
    assert (len(facts.mentions), len(facts.links)) == (0, 1)


def test_hundreds_of_large_patterns_all_answer() -> None:
    def words(key: int) -> list[str]:
        return [f"k{key}w{number}" for number in range(60)]

    patterns = [
        Pattern("s", f"{key:03}", rf"\b(?:{'|'.join(words(key))})\b.{{0,40}}\bend{key}\b")
        for key in range(300)
    ]
    text = "\n\n".join(f"It is {words(key)[59]} at the end{key} of it." for key in range(300))
    found = Scanner(patterns).scan(text).mentions
    assert [mention.key for mention in found] == [pattern.key for pattern in patterns]
