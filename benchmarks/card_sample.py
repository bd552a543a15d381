"""Cards to be judged by eye: the same ones for the same seed, whatever hubaudit's own patterns say.

Drawn from ../shared/real (or HUBAUDIT_SHARED): the Hub of February 2022, cards of spring 2024, cards of
models that experts have labelled (project pages left out), cards of 2023 that a study collected. Of each file
some cards at random, and some of those that have a word for "open" within sixty characters of one for source,
code, model or weights, in one of the languages that the patterns know and some more: claims are rare, and
would hardly meet otherwise. The words of this draw are far wider than any claim, so that they hide no claim
from the count of missed ones.
At most one card of an owner in each part of the draw: owners fill the same form for every model.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from benchmarks.recorded_cards import card_text, records
from hubaudit.audit.work import Work
from hubaudit.model import FileAnswer, Kind, Outcome, RepoAnswer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from duckdb import DuckDBPyConnection

Place = tuple[str, str]  # file, id
HUB, LATER, LABELLED, STUDIED = "hub_2022-02-21", "cards_2024-05", "labelled_cards", "model_cards"
_STUDIED = "hub models 2023 (head as JSON, body)"  # of three corpora the one that the other files do not hold
_OPEN = r"(?:\bopen(?:s|ed|ly)?\b|\blibres?\b|\babiert\w*|\boffen\w*|\bouvert\w*)"
_THING = r"(?:source|code|model|weight|poids|pesos|gewicht|código|quell|modèle)"
_NEAR_OPEN = re.compile(
    rf"{_OPEN}.{{0,60}}?{_THING}|{_THING}.{{0,60}}?{_OPEN}|opensource|quelloffen|开源|開源|开放|開放|オープン|오픈",
    re.IGNORECASE | re.DOTALL,
)
_NOW = datetime(2026, 11, 25, tzinfo=UTC)


@dataclass(frozen=True)
class Card:
    """A card of a recording: `text` is the whole README, `record` the API's answer, where there is one."""

    file: str
    id: str
    text: str
    record: Mapping[str, Any]

    @property
    def is_near_open(self) -> bool:
        """Whether its text, head left out as far as fences tell, has the words of the draw."""
        return bool(_NEAR_OPEN.search(self.text.partition("\n---\n")[2] or self.text))


@cache
def cards(file: str) -> Sequence[Card]:
    """Return the cards of a file that say anything below their head."""
    return [card for line in records(file) if (card := _card(file, line))]


def draw(seed: int, sizes: Mapping[str, tuple[int, int]], without: Sequence[Card] = ()) -> list[Card]:
    """Draw from each file as many cards at random, and as many near an "open", and none of those without."""
    drawn = {(card.file, card.id) for card in without}
    sample = []
    for file, (at_random, near_open) in sizes.items():
        in_order = sorted(cards(file), key=lambda card: _place(seed, card))
        for size, only_near in ((at_random, False), (near_open, True)):
            owners: set[str] = set()
            for card in in_order:
                owner = card.id.partition("/")[0]
                is_out = (card.file, card.id) in drawn or (only_near and not card.is_near_open)
                if len(owners) == size or is_out or owner in owners:
                    continue
                owners.add(owner)
                drawn.add((card.file, card.id))
                sample.append(card)
    return sample


def by_file(cards: Iterable[Card]) -> Mapping[str, Sequence[Card]]:
    """Return the cards of each file: one id may be in several."""
    found: defaultdict[str, list[Card]] = defaultdict(list)
    for card in cards:
        found[card.file].append(card)
    return found


def read_in(cards: Iterable[Card]) -> DuckDBPyConnection:
    """Return all tables over these cards alone, each gone the way of every text."""
    work = Work()
    for card in cards:
        _add(work, card)
    work.wanted()
    work.complete()
    return work.con


def _add(work: Work, card: Card) -> None:
    url = f"https://huggingface.co/{card.id}"
    record = {"siblings": [{"rfilename": "README.md"}], **card.record, "id": card.id, "sha": "0" * 40}
    content = json.dumps(record).encode()
    work.add_repo(RepoAnswer(Kind.MODEL, card.id, Outcome.FOUND, url, _NOW, card.id, content))
    text = card.text.encode(errors="replace")
    work.add_file(FileAnswer(Kind.MODEL, card.id, "0" * 40, "README.md", Outcome.FOUND, url, _NOW, text))


def _place(seed: int, card: Card) -> str:
    return hashlib.sha256(f"{seed}/{card.file}/{card.id}".encode()).hexdigest()


def _card(file: str, line: dict[str, Any]) -> Card | None:
    is_other = (
        line.get("kind") == "dataset"
        or line.get("origin") == "github-readme"  # a project page
        or line.get("corpus", _STUDIED) != _STUDIED
    )
    text = card_text(line) or ""
    if is_other or not (line.get("body", text) or "").strip():
        return None
    record = line.get("record", {})
    return Card(file, record.get("modelId") or line.get("id") or line["file"], text, record)
