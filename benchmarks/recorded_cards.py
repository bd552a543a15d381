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


def cards(step: int = 1, most: int | None = None) -> Iterator[Card]:
    """Yield the cards of all files, or every `step`-th, until there are `most`."""
    number = 0
    for file in FILES:
        with zstandard.open(SHARED / "real" / f"{file}.jsonl.zst", "rt", encoding="utf-8") as lines:
            for line in lines:
                number += 1
                if most is not None and number > most:
                    return
                if number % step == 0:
                    yield Card(file, _text(json.loads(line)))


def _text(record: dict[str, Any]) -> str | None:
    """Return the card of a record in any of the four files' shapes."""
    if "front_matter_raw" in record:
        return f"---\n{record['front_matter_raw']}\n---\n{record['body']}"
    if "bytes_base64" in record:
        return decode(b64decode(record["bytes_base64"]))[0]
    text = record.get("readme", record.get("text"))
    return None if text is None or text.startswith(_NO_README) else str(text)
