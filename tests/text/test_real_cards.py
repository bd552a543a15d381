"""Every recorded card is read. Skipped, and said so, where the recordings are not at hand."""

import io
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import zstandard

from hubaudit.model import Pattern
from hubaudit.text.scan import Scanner

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


@pytest.mark.parametrize("name", ["labelled_cards.jsonl.zst", "cards_2024-05.jsonl.zst"])
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
