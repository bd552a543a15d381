"""What cards claim, as hubaudit reads it and as we do: `python -m benchmarks.claims [--sample NAME]`.

Samples of cards, drawn by benchmarks/card_sample.py, which tells how. benchmarks/claims.csv says what each
of them claims, as one of us read it before hubaudit was asked:

main     200 cards; with them and with sentences of other cards of the same files the patterns were written
holdout  60 others of these files, many of owners known by then, drawn, read and measured when the patterns
         were done; what that showed was then mended (titles of papers, "commercial or non-commercial use")
fresh    49 cards of a file that nobody had opened, drawn, read and measured last; nothing changed after it

Each card goes the way of every text: read for our patterns, then through the queries. Prints precision and
recall of each statement, and every card on which the two differ, with the sentence that hubaudit went by.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.card_sample import HUB, LABELLED, LATER, STUDIED, Card, Place, by_file, draw, read_in
from benchmarks.card_sample import cards as all_cards

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_TABLE = Path(__file__).with_name("claims.csv")
_MAIN = {HUB: (45, 40), LATER: (40, 40), LABELLED: (15, 20)}
_HOLDOUT = {HUB: (10, 15), LATER: (12, 15), LABELLED: (3, 5)}
_FRESH = {STUDIED: (15, 45)}
_STATEMENTS = {
    "claims open source": ("claims_open", {"yes"}),
    "limits to non-commercial or research use": ("limits_use", {"noncommercial", "research"}),
    "says open weights": ("open_weights", {"yes"}),
    "allows commercial use": ("allows_commercial", {"yes"}),
}
_FOUND = """
    select repo_id, 'claims open source' as statement, start, quote
    from core.claim
    where kind = 'card-text'
    union all
    select
        repo.repo_id,
        case stated.statement
            when 'open-weights' then 'says open weights'
            when 'commercial-allowed' then 'allows commercial use'
            else 'limits to non-commercial or research use'
        end,
        stated.start,
        stated.quote
    from core.card_statement as stated
    join core.repo on repo.kind = stated.kind and repo.repo_key = stated.repo_key
    where stated.statement in ('open-weights', 'commercial-allowed', 'noncommercial', 'research-only')
    order by all
"""


def samples() -> dict[str, Sequence[Card]]:
    """Draw all samples: no card twice, and in the last no model that another file holds."""
    main = draw(1, _MAIN)
    known = {card.id for file in _MAIN for card in all_cards(file)}
    return {
        "main": main,
        "holdout": draw(2, _HOLDOUT, without=main),
        "fresh": draw(3, _FRESH, without=[card for card in all_cards(STUDIED) if card.id in known]),
    }


def found_in(cards: Iterable[Card]) -> dict[str, dict[Place, str]]:
    """Return the first sentence for each statement and card, as the queries tell it."""
    found: defaultdict[str, dict[Place, str]] = defaultdict(dict)
    for file, of_file in by_file(cards).items():
        for repo_id, statement, _, quote in read_in(of_file).execute(_FOUND).fetchall():
            found[statement].setdefault((file, repo_id), quote)
    return found


def _compare(statement: str, verdicts: Mapping[Place, Mapping[str, str]], found: Mapping[Place, str]) -> None:
    column, yes = _STATEMENTS[statement]
    said = {place for place, row in verdicts.items() if row[column] in yes}
    if not said and not found:
        print(f"{statement}: no card does")
        return
    right = len(said & found.keys())
    precision, recall = right / max(len(found), 1), right / max(len(said), 1)
    print(f"{statement}: {len(said)} cards; precision {precision:.2f}, recall {recall:.2f}")
    for place in sorted(found.keys() - said):
        print(f"  too much  {'/'.join(place)}: {found[place]!r} ({verdicts[place]['note']})")
    for place in sorted(said - found.keys()):
        print(f"  missed    {'/'.join(place)} ({verdicts[place]['note']})")


def main() -> None:
    """Print the comparison of each sample."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", choices=("main", "holdout", "fresh"), action="append")
    wanted = parser.parse_args().sample or ["main", "holdout", "fresh"]
    with _TABLE.open(encoding="utf-8", newline="") as lines:
        rows = {(row["file"], row["id"]): row for row in csv.DictReader(lines)}
    for name, cards in samples().items():
        if name not in wanted:
            continue
        places = [(card.file, card.id) for card in cards]
        if unknown := set(places) - rows.keys():
            sys.exit(f"{_TABLE.name} does not tell what {min(unknown)} claims: was it drawn otherwise?")
        print(f"{name}: {len(cards)} cards")
        found = found_in(cards)
        for statement in _STATEMENTS:
            _compare(statement, {place: rows[place] for place in places}, found[statement])


if __name__ == "__main__":
    main()
