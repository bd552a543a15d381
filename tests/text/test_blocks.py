import sys
import traceback

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubaudit.text.blocks import Sentence, sentences


def read(markdown: str) -> list[Sentence]:
    return list(sentences(markdown))


def texts(markdown: str) -> list[str]:
    return [sentence.text for sentence in read(markdown)]


def links(markdown: str) -> list[tuple[str, str]]:
    return [link for sentence in read(markdown) for link in sentence.links]


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        (
            "Some *very* **bold** `code-7b` words\nwrapped here.",
            ["Some very bold code-7b words wrapped here."],
        ),
        ("# Title #\n\nText.", ["Title", "Text."]),
        ("Title\n=====\nText.", ["Title", "Text."]),
        ("- one\n- two. Three\n  - four", ["one", "two.", "Three", "four"]),
        ("| a | b |\n|---|---|\n| x. Y | `z` |\n|  | w |", ["a | b", "x. Y | z", "w"]),
        ("**A:** b  \n**C:** d<br>e", ["A: b", "C: d", "e"]),
        ("> quoted\n> text", ["quoted text"]),
        ("Tom &amp; &lt;Jerry&gt; \\*", ["Tom & <Jerry> *"]),
        ("a\u202eb\u200bc\x07 d\u00a0e", ["abc d e"]),
        ("before ![alt words](https://e.example/x.png) after", ["before after"]),
        ("", []),
        ("***\n\n---\n", []),
    ],
)
def test_markdown_becomes_plain_sentences(markdown: str, expected: list[str]) -> None:
    assert texts(markdown) == expected


@pytest.mark.parametrize(
    "hidden",
    [
        "```python\nsecret https://e.example\n```",
        "~~~\nsecret\n",
        "    secret https://e.example",
        "<!-- secret https://e.example -->",
        "<!-- secret, never closed",
        "<script>secret</script>",
        "<style>\n\nsecret\n</style>",
        "<pre><code>secret</code></pre>",
        "Inside <!-- secret --> text",
        "Inside <script>secret [x](https://e.example)</script> text",
    ],
)
def test_code_comments_and_scripts_say_nothing(hidden: str) -> None:
    found = read(f"# Head\n\n{hidden}\n")
    assert all("secret" not in sentence.text for sentence in found)
    assert found[0].text == "Head"


def test_a_text_that_is_no_markdown_has_no_indented_code() -> None:
    assert texts("LICENSE\n\n     You may copy.\n") == ["LICENSE", "You may copy."]
    assert texts("# Card\n\n     You may copy.\n") == ["Card"]


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("[a b](https://e.example/x)", [("a b", "https://e.example/x")]),
        ("[x][r]\n\n[r]: https://e.example 'title'", [("x", "https://e.example")]),
        ("<https://e.example/auto>", [("https://e.example/auto", "https://e.example/auto")]),
        ("See https://e.example/a_(b), ok", [("https://e.example/a_(b)", "https://e.example/a_(b)")]),
        ("(https://e.example/a).", [("https://e.example/a", "https://e.example/a")]),
        ("hf.co/o/n!", [("https://hf.co/o/n", "https://hf.co/o/n")]),
        ("[d](/datasets/o/n)", [("d", "https://huggingface.co/datasets/o/n")]),
        ("[![alt](https://i.example/b.svg)](https://e.example)", [("alt", "https://e.example")]),
        ('<a href="https://e.example?a=1&amp;b=2"><b>L</b></a>', [("L", "https://e.example?a=1&b=2")]),
        ('Text <a href="//e.example">L</a>', [("L", "https://e.example")]),
        ('<p><a href="https://e.example"><img alt="pic"></a></p>', [("pic", "https://e.example")]),
        ("# Head [x](https://e.example#f)", [("x", "https://e.example#f")]),
        ("| a |\n|---|\n| [x](HTTPS://E.example/P) |", [("x", "https://e.example/P")]),
        (
            "[a](javascript:x) [b](data:text/html,x) [c](mailto:a@b.c) [d](LICENSE) [e](#part) [f](http://[)",
            [],
        ),
        ('<a href="javascript:x">a</a> <a href="data:,x">b</a> <a name="c">d</a>', []),
        ("![x](https://e.example/x.png) <img src='https://e.example/y.png'>", []),
        ("https://" + "e" * 3_000, []),
    ],
)
def test_links_of_every_form(markdown: str, expected: list[tuple[str, str]]) -> None:
    assert links(markdown) == expected


def test_a_label_stays_with_its_link() -> None:
    found = read("- **Repository:** https://github.com/o/n\n- **Finetuned from model:** [base](/o/base)\n")
    assert [(sentence.text, sentence.links[0][1]) for sentence in found] == [
        ("Repository: https://github.com/o/n", "https://github.com/o/n"),
        ("Finetuned from model: base", "https://huggingface.co/o/base"),
    ]


def test_each_link_stands_in_its_own_sentence() -> None:
    found = read("Use [one](https://e.example/1). Or [two](https://e.example/2). Or neither.")
    assert [[url[-1] for _, url in sentence.links] for sentence in found] == [["1"], ["2"], []]


def test_images_alone_make_a_sentence_without_words() -> None:
    assert read("[![](i.png)](https://e.example)") == [Sentence(0, "", "", (("", "https://e.example"),))]


def test_the_heading_path_follows_markdown_and_html() -> None:
    markdown = "# A\n\na\n\n### B\n\nb\n\n<h2 align=center>C <i>c</i></h2>\n\nd\n\n# E\n\ne\n"
    assert [(sentence.heading, sentence.text) for sentence in read(markdown)] == [
        ("A", "A"),
        ("A", "a"),
        ("A > B", "B"),
        ("A > B", "b"),
        ("A > C c", "C c"),
        ("A > C c", "d"),
        ("E", "E"),
        ("E", "e"),
    ]


def test_html_is_reduced_to_its_words() -> None:
    html = "<div><p>One &copy;<br/>Two</p><ul><li>Three<li>Four</ul><table><tr><td>a<td>b</table>Five</div>"
    assert texts(html) == ["One ©", "Two", "Three", "Four", "a | b", "Five"]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_offsets_point_at_the_words(newline: str) -> None:
    lines = [
        "# Über",
        "",
        "First here. **Second** one",
        "goes on.",
        "",
        "- item `x`",
        "- [link](https://e.example)",
        "",
    ]
    lines += ["| h |", "|---|", "| cell |", "", "<p>Html</p>", ""]
    text = "HEAD" + newline.join(lines)
    words = [text[sentence.start :] for sentence in sentences(text[4:], 4)]
    expected = ["Über", "First", "Second", "item", "link", "h |", "cell", "Html"]
    assert [word[: len(start)] for word, start in zip(words, expected, strict=True)] == expected


# Pieces of Markdown and HTML, in any order; a blank line and other white space between some of them.
SCRAPS = """
#  -  *  >  1.  ```  ~~~  [  ](  ]  )  [r]:   <  >  <a href=  <!--  -->  <div>  </  &#  &amp;  ;  `  _  !
|---|  x  Word.  A b  https://e.example/  =  ---  é  。  |  999999  \x00  \u202e  \\
"""
SPACES = [" ", "\n", "\n\n", "    ", "\t", "\r\n"]


@given(st.lists(st.sampled_from([*SCRAPS.split("  "), *SPACES]), max_size=60).map("".join))
@settings(max_examples=150)
def test_any_text_is_read_and_offsets_only_grow(text: str) -> None:
    starts = [sentence.start for sentence in read(text)]
    assert starts == sorted(starts)
    assert all(0 <= start < len(text) for start in starts)


HOSTILE = {
    "brackets": "[" * 15_000,
    "asterisks": "*" * 100_000,
    "emphasis": "**a " * 4_000,
    "tags": "<a " * 60_000,
    "tags in html": "<div>\n" + "<a b='" * 60_000,
    "comments": "<div>" + "<!--" * 60_000,
    "character references": "<p>&#" + "9" * 5_000 + ";</p><a href='&#" + "9" * 5_000 + ";'>x</a>",
    "quotes": (">" * 300 + " a\n") * 300,
    "lists": ("- " * 300 + "a\n") * 300,
    "numbers": "1. " * 60_000,
    "columns": "|" + "a|" * 3_000 + "\n|" + "-|" * 3_000 + "\n" + "|b|\n" * 300,
    "one line": "word " * 100_000,
    "one word": "x" * 200_000,
    "address": "https://e.example/" + ")" * 100_000,
    "newlines": "\n" * 200_000,
    "short lines": "ab\n" * 60_000,
    "narrow tables": "|-|-|\n" * 30_000,
    "lines without a word": "\\\n" * 60_000,
    "bare tags": "<h1>" * 50_000,
    "backticks": "".join("`" * count + " " for count in range(1, 400)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_ends_with_bounded_sentences(name: str) -> None:
    found = read(HOSTILE[name])
    assert all(len(sentence.text) <= 600 for sentence in found)
    # Short lines become one, parted by " | ".
    assert sum(len(sentence.text) for sentence in found) <= 2 * len(HOSTILE[name])


@pytest.mark.parametrize(
    "markdown",
    [
        "**b** " + "word " * 10_000 + "https://e.example/end",
        "a\n" * 100_001 + "https://e.example/end",
        "|a|b|\n" * 5_001 + "\nhttps://e.example/end",
        "- - an item of a list\n" * 5_001 + "\nhttps://e.example/end",
        "".join(" " * (2 * depth) + "- a\n" for depth in range(60)) + " " * 120 + "https://e.example/end",
    ],
    ids=["too long", "too many lines", "too many short lines", "too many items", "too deep"],
)
def test_what_is_too_large_or_deep_is_read_as_lines_and_says_so(markdown: str) -> None:
    last = read(markdown)[-1]
    assert last.as_lines
    assert last.links == (("https://e.example/end", "https://e.example/end"),)


def test_a_long_table_of_ordinary_lines_is_read_as_one() -> None:
    last = read("|name|value|\n|-|-|\n" + "|a name|a [value](https://e.example)|\n" * 5_001)[-1]
    assert (last.text, last.as_lines) == ("a name | a value", False)


def test_short_lines_that_are_read_as_such_become_rows() -> None:
    long = "a line of words that is long enough to stand on its own"
    found = texts("\n".join(["a", "b", long, "c"] * 30_000))
    assert found[:4] == ["a | b", long, "c | a | b", long]


def test_lines_without_a_word_are_no_sentences() -> None:
    assert texts("\\\n" * 60_000 + "words\n---\n") == ["words"]


def test_deep_quotes_and_lists_on_one_line_keep_their_words() -> None:
    assert texts(">" * 30 + " deep") == ["deep"]
    assert texts("- " * 30 + "deep\n\n# Card\n") == ["deep", "Card"]
    assert texts("> - > - deep") == ["deep"]


def test_a_stack_that_is_nearly_full_costs_only_the_markdown() -> None:
    nested = "".join("  " * depth + "- a\n" for depth in range(20)) + "  " * 20 + "*words*\n"
    used = len(list(traceback.walk_stack(None)))

    def read_below(frames: int) -> list[Sentence]:
        return read_below(frames - 1) if frames else read(nested)

    found = [read_below(sys.getrecursionlimit() - used - room)[-1] for room in range(30, 500, 10)]
    assert {sentence.as_lines for sentence in found} == {True, False}
    assert all("words" in sentence.text for sentence in found)
