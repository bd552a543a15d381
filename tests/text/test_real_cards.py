"""Every recorded card is read. Skipped, and said so, where the recordings are not at hand."""

import io
import json
import os
import re
import textwrap
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest
import zstandard

from hubaudit.model import Pattern
from hubaudit.text.code.read import BROKEN, READ, read
from hubaudit.text.code.wanted import Wanted
from hubaudit.text.scan import Scanner
from tests.reference import table

NAMES = ("labelled_cards.jsonl.zst", "cards_2024-05.jsonl.zst")
SHARED = Path(os.environ.get("HUBAUDIT_SHARED") or Path(__file__).parents[3] / "shared")


def cards(name: str) -> Iterator[str]:
    path = SHARED / "real" / name
    if not path.exists():
        pytest.skip(f"no recorded cards at {path}")
    with path.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as plain:
        for line in io.TextIOWrapper(plain, encoding="utf-8"):
            record = json.loads(line)
            head, body = record.get("front_matter_raw"), record.get("body") or ""
            yield f"---\n{head}\n---\n{body}" if head else body


@pytest.mark.parametrize("name", NAMES)
def test_every_recorded_card_is_read(name: str) -> None:
    scanner = Scanner(
        [Pattern("phrase", "license", r"\blicen[cs]ed?\b"), Pattern("phrase", "model", "model")]
    )
    mentions = links = heads = 0
    for card in cards(name):
        facts = scanner.scan(card)
        heads += facts.head_outcome == "found"
        mentions += len(facts.mentions)
        links += len(facts.links)
        assert facts.sentences_as_lines == 0
        assert all(0 <= mention.start < len(card) and len(mention.quote) <= 300 for mention in facts.mentions)
    assert min(mentions, links) > 1_000
    assert heads > 100


PYTHON = re.compile(r"^```(?:py|python)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_what_recorded_cards_tell_to_load_is_found() -> None:
    wanted = Wanted(table("code_mention"))
    loading = found = broken = 0
    for card in chain.from_iterable(map(cards, NAMES)):
        for code in PYTHON.findall(card):
            outcome, ids = read("card.py", textwrap.dedent(code).encode(), wanted)
            broken += outcome == BROKEN
            if outcome == READ and re.search(r"from_pretrained\(\s*['\"][\w.-]+/[\w.-]+['\"]", code):
                loading += 1
                found += bool(ids)
    assert loading > 100
    assert found >= 0.98 * loading, "the others stand in comments"
    assert broken < loading
