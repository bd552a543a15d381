"""Whether a card tells of weights that came before, as hubaudit reads it and as we do.

`python -m benchmarks.descent [--sample NAME]`. benchmarks/descent.csv says of each card of a sample, as one
of us read it: `derived` (tuned, merged, quantized, adapted or trained on from other weights, or tuned by its
own makers after pre-training), `own` (trained from scratch, and nothing more) or `silent` (it tells neither).
Hubaudit's answer is in core.model: is there a base, named or not, or was it tuned? A silent card counts for
nothing. The samples are drawn by benchmarks/card_sample.py, one card of an owner from each file:

main     with it and with sentences of other cards of the same files the patterns were written
holdout  others of these files, read before hubaudit was asked; what differed then was mended since
fresh    others again, read before hubaudit was asked, once the patterns were done; measured and left alone

Prints recall and precision of "derived", and every card on which the two differ.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.card_sample import HUB, LABELLED, LATER, by_file, draw, read_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.card_sample import Card, Place

_TABLE = Path(__file__).with_name("descent.csv")
_SAMPLES = ("main", "holdout", "fresh")
_MAIN = {HUB: (60, 0), LATER: (70, 0), LABELLED: (20, 0)}
_HOLDOUT = {HUB: (40, 0), LATER: (50, 0)}
_FRESH = {HUB: (30, 0), LATER: (34, 0)}
_DERIVED = "select repo_id from core.model where has_base or has_unnamed_base or is_tuned"


def samples() -> dict[str, Sequence[Card]]:
    """Draw all samples: no card twice."""
    main = draw(21, _MAIN)
    holdout = draw(22, _HOLDOUT, without=main)
    return {"main": main, "holdout": holdout, "fresh": draw(23, _FRESH, without=[*main, *holdout])}


def derived_of(cards: Iterable[Card]) -> set[Place]:
    """Return the cards whose models the queries take for derived from other weights, or tuned."""
    return {
        (file, repo_id)
        for file, of_file in by_file(cards).items()
        for (repo_id,) in read_in(of_file).execute(_DERIVED).fetchall()
    }


def main() -> None:
    """Print the comparison of each sample."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", choices=_SAMPLES, action="append")
    wanted = parser.parse_args().sample or _SAMPLES
    with _TABLE.open(encoding="utf-8", newline="") as lines:
        verdicts = {(row["file"], row["id"]): row["descent"] for row in csv.DictReader(lines)}
    for name, cards in samples().items():
        if name in wanted:
            _compare(name, cards, verdicts)


def _compare(name: str, cards: Sequence[Card], verdicts: dict[Place, str]) -> None:
    places = {(card.file, card.id) for card in cards}
    if unknown := places - verdicts.keys():
        sys.exit(f"{_TABLE.name} does not tell of {min(unknown)}: was it drawn otherwise?")
    told = {place for place in places if verdicts[place] != "silent"}
    said = {place for place in told if verdicts[place] == "derived"}
    found = derived_of(cards) & told
    right = len(said & found)
    print(f"{name}: {len(cards)} cards, {len(told)} tell, {len(said)} of them are derived")
    print(f"  precision {right / max(len(found), 1):.2f}, recall {right / max(len(said), 1):.2f}")
    for title, differing in (("too much", found - said), ("missed", said - found)):
        for place in sorted(differing):
            print(f"  {title:<9} {'/'.join(place)}")


if __name__ == "__main__":
    main()
