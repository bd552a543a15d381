"""Hostile texts from pieces of what cards and licenses are written in: YAML, Markdown, HTML, links, words.

The same random numbers always give the same text. Most have 50 to 2,000 characters, a few up to a megabyte;
among the large ones the repeats of a short row of pieces are many, for that is where time grows with the
square of the length.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from hubaudit.warehouse.reference import rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

HEAD = (
    "license: mit", "license: [mit, apache-2.0]", "license:", "base_model:\n- a/b", "datasets: {a: b}",
    "- a", "a: &a [x, x]", "b: *a", "<<: *a", "? a", ": b", "a: |\n  long\n  words", "a: >-\n  folded",
    "a: 'it''s'", 'a: "\\x41\\u263a"', "a: !!binary aGk=", "!!set {a, b}", "{a: {a: {a: b}}}", "[[[a]]]",
    "a: 1e999", "a: .nan", "a: 2024-02-30", "a: 99999999999999999999", "# comment", "%YAML 1.1", "---",
    "...", "\t", "a: b: c", "true: no", "~: null", "extra_gated_prompt: You agree", "tags:\n- a\n-  - b",
    "a: [", "a: }", "'", '"', "\\",
)  # fmt: skip
MARKUP = (
    "# ", "###### ", "=====\n", "-----\n", "> ", "- ", "* ", "1. ", "99999999999. ", "    ", "\t", "```\n",
    "~~~~\n", "`", "``", "*", "**", "_", "__", "***", "[", "]", "](", "[](", ")", "![", "[a](b)", "[a][b]",
    "[b]: /url 'x'\n", "[a]: <", "<", ">", "<a", "<a href='x", '<a href="https://e.example/a">', "</a>",
    "<!--", "-->", "<![CDATA[", "]]>", "<?", "<script>", "</script>", "<pre>", "<td>", "<tr>", "<table>",
    "<h1>", "</h1>", "<br>", "<img alt='a'>", "<b ", "&", "&amp;", "&#", "&#99999999;", "&#x110000;",
    "&notit;", "|", "|a|b|\n", "|-|-|\n", ":-:|", "\\", "\\\n", "  \n", "\n", "\n\n", "\r\n", "\r", " ",
    "a ", "a", ".", "- [ ] ", "[^1]", "[^1]: ", "$$", "~~", "<https://e.example>",
)  # fmt: skip
LINKS = (
    "https://huggingface.co/", "https://huggingface.co/datasets/a/b", "hf.co/a/b/blob/main/README.md",
    "/a/b", "//a", "https://github.com/a/b/tree/main/train", "github.com/", "www.", "http://",
    "https://[::1", "https://a@b:99999/", "https://e.example/(a)", "https://e.example/%ff%00",
    "https://arxiv.org/abs/1", "javascript:a", "data:,a", "https://huggingface.co/datasets/", "..", "/",
    "?a=b", "#a", ")", ".", "…", "a@b.c", "a.b.c.d.com", "mailto:a",
)  # fmt: skip
SIGNS = (
    "\0", "\x07", "\x0b", "\x0c", "\x1b[31m", "\x1c", "\x85", "\xa0", "\xad", "\u061c", "\u200b", "\u200d",
    "\u202e", "\u2028", "\u2029", "\ufeff", "\ufffd", "\uffff", "\U0010ffff", "\U0001f600", "e\u0301",
    "\u0301" * 9, "ß", "ﬁ", "İ", "ſ", "ǆ", "漢", "。", "「", "」",  # noqa: RUF001 - to look like others
    "！", "カ", "한", "א", "١", "²", "Ⅷ", "’", "”", "—",  # noqa: RUF001 - is their point
    "\u3000", "\u1680",
)  # fmt: skip
WORDS = (
    "open source", "open-source model", "is released under the", "license", "not", "non-commercial",
    "research only", "trained on", "fine-tuned", "training code", "DPO", "RLHF", "reward model", "e.g.",
    "et al.", "v1.2.", "No. 3", "We", "the", "a", "data set", "You may not use", "for any purpose",
    "Llama 3.1", "GPT-4", "the Pile", "A. B. C.",
)  # fmt: skip
LEGAL = (
    "Copyright (c) 2024 ", "(c) (c) ", "Copyright ", "© ", "All rights reserved", ". A", " .", "A. ", "_",
    "_" * 60, "Permission is hereby granted, free of charge, to any person ",
    'THE SOFTWARE IS PROVIDED "AS IS" ', "a@", ".a", "@a.b", "http:/", "https://", "www.a", ".com", "-",
    "a-", "a.", "(a) ", "1.1.1 ", "iv. ", "; (", ", \n", "&#1", "&lt;", "<!-- a", "<a b",
    "Original source: https://", "for the original ", "Licensed under the Apache License, ", "Version 2.0 ",
    "SPDX-License-Identifier: MIT\n", "You may not ", "shall ", "> 1) ", "## 2. ", "\n", "[", "{", "9999",
)  # fmt: skip
_SIZES = ((0.978, 50, 2_000), (0.9978, 2_000, 20_000), (0.9998, 20_000, 200_000), (1.0, 200_000, 1_000_000))
_LARGE = 20_000  # characters
_MOST_HEAD = 60  # lines


def card(rng: Random) -> str:
    """Return a text like a card, more or less."""
    size = _size(rng)
    head = _head(rng) if rng.random() < 0.4 else ""
    return _damaged(rng, head + _grown(rng, size, (_word, *_of(MARKUP, MARKUP, LINKS, SIGNS, HEAD))))


def license_text(rng: Random) -> str:
    """Return a text like a license file, more or less."""
    page = "<!doctype html>\n" if rng.random() < 0.1 else ""
    return _damaged(rng, page + _grown(rng, _size(rng), (_word, *_of(LEGAL, LEGAL, LEGAL, MARKUP, SIGNS))))


def content(rng: Random) -> bytes:
    """Return a file: a card in some encoding, and at times bytes of none."""
    written = card(rng).encode(rng.choice(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-7", "gb18030"]))
    if rng.random() < 0.5:
        return written
    place = rng.randrange(len(written) + 1)
    return rng.choice([b"", b"\xfe\xff", b"\xff\xfe"]) + written[:place] + rng.randbytes(9) + written[place:]


def record(rng: Random) -> object:
    """Return what might stand where a repository's record is expected, with the words of a gate."""
    return {"cardData": {key: _json(rng, 3) for key in _GATE}} if rng.random() < 0.9 else _json(rng, 3)


_GATE = ("extra_gated_heading", "extra_gated_prompt", "extra_gated_fields", "extra_gated_description")
_NAMES = [row["name"] for table in ("dataset", "system") for row in rows(table)]


def _size(rng: Random) -> int:
    share = rng.random()
    low, high = next((low, high) for limit, low, high in _SIZES if share < limit)
    return rng.randrange(low, high)


def _head(rng: Random) -> str:
    lines = rng.choices(HEAD, k=rng.randrange(_MOST_HEAD))
    indented = (" " * rng.choice([0, 0, 0, 2, 4]) + line for line in lines)
    return "---\n" + "\n".join(indented) + rng.choice(["\n---\n", "\n---", "\n--- \n", "\n"])


def _of(*kinds: Sequence[str]) -> list[Callable[[Random], str]]:
    return [partial(_one_of, kind) for kind in kinds]


def _one_of(kind: Sequence[str], rng: Random) -> str:
    return rng.choice(kind)


def _word(rng: Random) -> str:
    return (rng.choice(WORDS) if rng.random() < 0.8 else rng.choice(_NAMES)) + " "


def _grown(rng: Random, size: int, makers: Sequence[Callable[[Random], str]]) -> str:
    """Put pieces together until the size is reached: one by one, and rows of a few many times over."""
    parts: list[str] = []
    length = 0
    while length < size:
        part = "".join(rng.choice(makers)(rng) for _ in range(rng.choice([1, 1, 2, 3, 8])))
        if rng.random() < (0.02 if size < _LARGE else 0.3):
            part *= rng.randrange(1, max(2, (size - length) // len(part)))
        parts.append(part)
        length += len(part)
    return "".join(parts)[:size]


def _damaged(rng: Random, text: str) -> str:
    """Cut, double or turn a part round, as often as not."""
    if rng.random() < 0.5 or not text:
        return text
    start, end = sorted(rng.choices(range(len(text) + 1), k=2))
    part = text[start:end]
    instead = rng.choice(
        ["", part[::-1], part.upper(), part.replace("\n", ""), part.replace(" ", "\n"), part]
    )
    return text[:start] + instead + text[end:]


def _json(rng: Random, depth: int) -> object:
    if depth and rng.random() < 0.4:
        values = [_json(rng, depth - 1) for _ in range(rng.randrange(4))]
        return values if rng.random() < 0.5 else {str(value): value for value in values}
    return rng.choice([None, 7, 1.5, True, "", "\ud800", _word(rng), rng.choice(SIGNS)])
