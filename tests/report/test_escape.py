import re
import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hubaudit.report.escape import is_visible, markdown, plain, url
from tests.report.hostile import PAYLOADS
from tests.report.rendering import RENDERER, shape

ANY_CHARACTER = st.characters(codec=None)  # half surrogate pairs included
MARKUP = st.sampled_from(
    [*PAYLOADS, *string.punctuation, " ", "\n", "1", "www", "evil.example", "mailto:", "://"]
)
NASTY = st.lists(st.one_of(MARKUP, st.text(ANY_CHARACTER, max_size=4)), max_size=12).map("".join)

CONTEXTS = (
    "{}",
    "## {} · {}",
    "- {}\n  - {}",
    "> {} ([source](https://example.org))",
    "| a | b |\n|---|---|\n| {} | {}<br>{} |",
    "> **Note:** {}",
)


@given(NASTY)
def test_plain_leaves_one_line_that_can_be_seen(text: str) -> None:
    shown = plain(text)
    assert all(map(is_visible, shown))
    assert shown.isprintable()
    assert shown == " ".join(shown.split())
    assert plain(shown) == shown
    shown.encode()


@given(st.text(string.ascii_letters + string.digits + string.punctuation + "äß語🌱é"))
def test_plain_keeps_what_can_be_seen(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x9b31mred", "red"),
        ("\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x07", "click"),
        ("\x9d0;title\x9cafter", "after"),
        ("\x1b]0;never closed", "]0;never closed"),
        ("a\u202eb\u2066c\u200bd\ufeffe\u00adf", "abcdef"),
        ("a\r\n\tb\u2028c\u00a0d", "a b c d"),
        ("a \u200b b", "a b"),
        ("a\ue000b\udc00c", "a\ufffdb\ufffdc"),
        ("[red]x[/red]", "[red]x[/red]"),
    ],
)
def test_plain(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_plain_says_how_much_it_left_out() -> None:
    assert plain("a" * 12, 10) == "a" * 10 + " [2 more characters]"
    assert plain("a" * 10, 10) == "a" * 10


def test_many_unclosed_strings_are_read_once() -> None:
    assert plain("\x1b]x" * 50_000) == "]x" * 50_000


@given(NASTY)
def test_markdown_shows_the_text_itself(text: str) -> None:
    paragraphs = RENDERER.parse(markdown(text))
    inline = [child for token in paragraphs for child in token.children or []]
    assert [child.type for child in inline] == ["text"] * len(inline)
    assert "".join(child.content for child in inline).replace("\u200b", "") == plain(text)


@pytest.mark.parametrize("context", CONTEXTS)
@given(text=NASTY)
def test_markdown_adds_no_markup_to_its_surroundings(context: str, text: str) -> None:
    assume(plain(text))
    slots = context.count("{}")
    assert shape(context.format(*[markdown(text)] * slots)) == shape(context.format(*["x"] * slots))


@given(NASTY)
def test_markdown_gives_github_nothing_to_link(text: str) -> None:
    shown = "".join(
        child.content for token in RENDERER.parse(markdown(text)) for child in token.children or []
    )
    assert not re.search(r"@\w|#\d|GH-\d|://|www\.", shown, re.IGNORECASE)


def test_markdown_leaves_ordinary_words_readable() -> None:
    text = "grove/seed-7b says: “up to 3.5 million users (a month)”, see section 2.1; 10% more"
    assert markdown(text) == text


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "javascript:alert(1)",
        "JavaScript:alert(1)//https://x",
        "data:text/html,x",
        "ftp://example.org",
        "//example.org",
        "https://",
        "https:///path",
        " https://example.org",
        "https://huggingface.co@evil.example/",
        "https://huggingface.co\\@evil.example/",
        "https://a b.example/",
        "https://example.org/" + "x" * 3000,
    ],
)
def test_no_link_to_anything_but_a_web_address(address: str | None) -> None:
    assert url(address) is None


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://example.org", "https://example.org"),
        ("http://localhost:8080/a?b=c&d=%20#e", "http://localhost:8080/a?b=c&d=%20#e"),
        ("https://example.org/a (b)[c]<d>\"'`|", "https://example.org/a%20%28b%29%5Bc%5D%3Cd%3E%22%27%60%7C"),
        ("https://example.org/\x1b\\\u202eä", "https://example.org/%1B%5C%E2%80%AE%C3%A4"),
        ("https://example.org/\ud83d", "https://example.org/%ED%A0%BD"),
    ],
)
def test_url_encodes_what_could_end_a_link(address: str, safe: str) -> None:
    assert url(address) == safe


@given(NASTY)
def test_a_url_is_one_link_target_in_markdown(text: str) -> None:
    address = url(f"https://example.org/{text}")
    assume(address)
    link = f"| a |\n|---|\n| [source]({address}) |"
    assert shape(link) == shape("| a |\n|---|\n| [source](https://example.org) |")
