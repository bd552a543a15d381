"""Every recorded card, model's and data set's, as bytes and text, one at a time."""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import zstandard

from benchmarks.talk_grid import SHARED
from hubaudit.text.decode import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES = ("hub_2022-02-21", "cards_2024-05", "model_cards", "dataset_cards")
_NO_README = "Error: the path"  # what the recording of 2022 has in the place of an absent file


@dataclass(frozen=True, slots=True)
class Card:
    """A recorded card; the text is None where the repository had none."""

    file: str
    text: str | None


def cards(step: int = 1) -> Iterator[Card]:
    """Yield the cards of all files, or every `step`-th."""
    for number, (file, record) in enumerate(_all(), 1):
        if number % step == 0:
            yield Card(file, card_text(record))


def _all() -> Iterator[tuple[str, dict[str, Any]]]:
    yield from ((file, record) for file in FILES for record in records(file))


def records(file: str) -> Iterator[dict[str, Any]]:
    """Yield the lines of a recording."""
    with zstandard.open(SHARED / "real" / f"{file}.jsonl.zst", "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def card_text(record: dict[str, Any]) -> str | None:
    """Return the card of a record in any of the files' shapes; None where there was none."""
    if "body" in record:
        head, body = record.get("front_matter_raw"), record["body"]
        return body if head is None else f"---\n{head}\n---\n{body}"
    if "bytes_base64" in record:
        return decode(b64decode(record["bytes_base64"]))[0]
    text = record.get("readme", record.get("text"))
    return None if text is None or text.startswith(_NO_README) else str(text)
