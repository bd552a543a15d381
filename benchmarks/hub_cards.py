"""Facts of cards for a Hub that never was: what the readers found in recorded cards, dealt out to its models.

The recorded cards go through the front door: `hubaudit import`, then the readers of `hubaudit audit`. What
they found in one is then the facts of many models' cards, each under a blob of its own, by SQL: three million
cards are 6 GB of text, which takes hours to read and tells nothing new. A link to a repository leads to one
of the Hub instead; a head says what the record says; the texts themselves are not kept, and no audit asks
for a text that was read.
"""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING

from benchmarks.hub_files import AT, take
from benchmarks.recorded_cards import card_text, records
from hubaudit.audit.reading import read_texts
from hubaudit.store.dumps import literal
from hubaudit.store.file import opened

if TYPE_CHECKING:
    from pathlib import Path

_FILES = {"hub_2022-02-21": 40, "cards_2024-05": 8, "model_cards": 12}  # every so many-th card of it
_PATH = "README.md"


def add_cards(store: Path, folder: Path, share: float) -> int:
    """Add the facts of cards to that share of the models, those with a license first; return how many.

    The others were looked at, and have none. Who has a license has it from a card.
    """
    deck = folder / "cards.duckdb"
    _read(deck, folder)
    with opened(store, write=True) as con:
        con.execute("set preserve_insertion_order = false")
        con.execute(f"attach {literal(str(deck))} as deck (read_only)")
        for table, sql in _DEAL.items():
            con.execute(
                f"create or replace temp table {table} as {sql}", {"share": share} if "$share" in sql else {}
            )
        for table, sql in _ADD.items():
            con.execute(f"insert into store.raw.{table} by name {sql}")
        (count,) = con.execute("select count(*) from held where blob is not null").fetchone() or (0,)
    return int(count)


def _read(deck: Path, folder: Path) -> None:
    """Make a store of every so many-th recorded model card, and read the cards."""
    lines = folder / "cards.jsonl"
    with lines.open("w", encoding="utf-8") as out:
        texts = [
            card_text(record)
            for file, step in _FILES.items()
            for record in itertools.islice(records(file), 0, None, step)
        ]
        for number, text in enumerate(filter(None, texts)):
            record = {"id": f"deck/card-{number}", "sha": f"{number:040x}", "tags": []}
            out.write(json.dumps({"record": record, "readme": text}) + "\n")
    take(deck, lines, "model", AT)
    with opened(deck, write=True) as con:
        read_texts(con, lambda *_: None)


_DEAL = {
    # the cards in order, so that a number deals one out
    "card": """
        select row_number() over (order by blob) - 1 as number, blob, version, head_outcome
        from deck.raw.text_scan
    """,
    # hash() of a name is the same on every machine of a DuckDB version
    "held": """
        with latest as (
            select repo_id, sha, hash(repo_id) as dealt, len(license) > 0 as is_licensed,
                row_number() over (order by len(license) > 0 desc, hash(repo_id)) as place
            from store.raw.repo_log
            where kind = 'model' and outcome = 'found' and observed_at = (
                select max(observed_at) from store.raw.repo_log where kind = 'model'
            )
        )
        select
            latest.repo_id, latest.sha,
            if(place <= $share * (select count(*) from latest), sha1(repo_id || sha), null) as blob,
            dealt % (select count(*) from card) as number
        from latest
    """,
    # where links lead: the hash deals out one in a thousand of the Hub's repositories
    "target": """
        select kind, repo_id, row_number() over (partition by kind order by hash(repo_id)) - 1 as number,
            count(*) over (partition by kind) as count
        from store.raw.repo_log
        where outcome = 'found' and hash(repo_id) % 1000 = 1
    """,
}
_ADD = {
    "text_seen": f"""
        select
            (select max(observed_at) from store.raw.repo_log) as observed_at,
            'model' as kind, repo_id, sha as commit,
            '{_PATH}' as path, if(blob is null, 'absent', 'found') as outcome, blob,
            'https://huggingface.co/' || repo_id || '/resolve/' || sha || '/{_PATH}' as url, '' as detail
        from held
    """,
    "text_scan": """
        select held.blob, card.version, if(head is null, 'none', 'found') as head_outcome, head
        from held
        join card using (number)
        join (
            select repo_id, nullif(record -> 'cardData', 'null') as head
            from store.raw.repo_log where kind = 'model' and outcome = 'found'
        ) using (repo_id)
        where held.blob is not null
    """,
    "mention": """
        select mention.* replace (held.blob as blob)
        from held join card using (number) join deck.raw.mention as mention on mention.blob = card.blob
        where held.blob is not null
    """,
    "link": """
        select link.* replace (
            held.blob as blob,
            coalesce('https://huggingface.co/' || if(target.kind = 'dataset', 'datasets/', '')
                || target.repo_id, link.url) as url,
            target.repo_id as repo_id
        )
        from held join card using (number) join deck.raw.link as link on link.blob = card.blob
        left join target
            on target.kind = link.repo_kind and target.number = hash(held.blob, link.url) % target.count
        where held.blob is not null
    """,
}
