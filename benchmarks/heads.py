"""Whether we read the heads of cards as the Hub does: `python -m benchmarks.heads`.

Over every card of the Hub of 2022-02-21 (../shared/real/hub_2022-02-21.jsonl.zst, or HUBAUDIT_SHARED), twice:

client  our reader beside huggingface_hub's `metadata_load`, the Hub's own pattern and PyYAML
tags    the head's license and datasets beside the record's tags, as core.head_difference sets them against
        each other. In 2022 the Hub also read a head that stood below the first line; today it does not

Prints shares, kinds of difference and the commonest pairs of values; takes some minutes.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import orjson
from huggingface_hub.repocard import metadata_load

from benchmarks.card_sample import HUB, cards
from hubaudit.audit.reading import SCAN, read_all
from hubaudit.audit.work import README, Work
from hubaudit.model import FileAnswer, Kind, Outcome, RepoAnswer
from hubaudit.store import rows
from hubaudit.store.keep import NEW
from hubaudit.text.decode import blob_sha1
from hubaudit.text.head import read_head, split_head
from hubaudit.text.scan import Scanner
from hubaudit.warehouse.build import build
from hubaudit.warehouse.queries import load

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from benchmarks.card_sample import Card
    from hubaudit.warehouse.queries import Query

_DAY = datetime(2022, 2, 21, tzinfo=UTC)
_FIELDS = ("license", "datasets")
_DIFFERENCES = "select field, difference, head, hub from core.head_difference"
_SAID = """
    select count(*) filter (told.license), count(*) filter (told.datasets)
    from (
        select
            json_type(head -> 'license') not in ('NULL')    as license,
            json_type(head -> 'datasets') not in ('NULL')   as datasets
        from core.repo
        where head_outcome = 'found'
    ) as told
"""


def main() -> None:
    """Print both comparisons."""
    sample = cards(HUB)
    _beside_client(sample)
    _beside_tags(sample)


def _beside_client(sample: Sequence[Card]) -> None:
    kinds: Counter[str] = Counter()
    values: Counter[str] = Counter()
    with TemporaryDirectory() as folder:
        path = Path(folder) / README
        for card in sample:
            yaml, _ = split_head(card.text)
            outcome, ours = read_head(yaml) if yaml is not None else ("none", None)
            theirs = _client(path, card.text)
            kinds[f"{outcome} / {theirs if isinstance(theirs, str) else 'found'}"] += 1
            if ours is not None and not isinstance(theirs, str):
                values.update(_compared(ours, theirs))
    print(f"client: {len(sample)} cards; how the head reads, ours / theirs")
    for kind, count in kinds.most_common():
        print(f"  {kind:<24}{count:>7} ({count / len(sample):.2%})")
    for name in _FIELDS:
        both = values[f"{name} equal"] + values[f"{name} differs"]
        print(f"  {name}: {values[f'{name} equal']} of {both} values equal")


def _client(path: Path, text: str) -> Mapping[str, Any] | str:
    """Read a head as the Hub's client does; a word where it gives no map."""
    path.write_text(text, encoding="utf-8", errors="replace", newline="")
    try:
        return metadata_load(path) or "none"
    except ValueError:
        return "not-a-map"
    except Exception:  # noqa: BLE001 - PyYAML's errors have no common class that it exports
        return "broken"


def _compared(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[str]:
    for name in _FIELDS:
        if name in ours or name in theirs:
            yield f"{name} {'equal' if ours.get(name) == theirs.get(name) else 'differs'}"


def _beside_tags(sample: Sequence[Card]) -> None:
    work = _tables(sample)
    found = work.con.execute(_DIFFERENCES).fetchall()
    said = dict(zip(_FIELDS, work.con.execute(_SAID).fetchall()[0], strict=True))
    for name in _FIELDS:
        kinds = Counter(kind for field, kind, *_ in found if field == name)
        same = said[name] - kinds["differ"] - kinds["only-head"]
        print(f"tags: {name} in {said[name]} heads, {same} as the tags have it ({same / said[name]:.2%})")
        for kind, count in kinds.most_common():
            pairs = Counter(
                (head, hub) for field, other, head, hub in found if (field, other) == (name, kind)
            )
            print(f"  {kind}: {count}")
            for (head, hub), times in pairs.most_common(6):
                print(f"    {times:>5} times  {str(head)[:60]!r} / {str(hub)[:60]!r}")


def _tables(sample: Sequence[Card]) -> Work:
    """Make core.head_difference and what it reads; no pattern is looked for in the texts."""
    work = Work()
    texts = []
    for card in sample:
        content = card.text.encode(errors="replace")
        blob, commit, url = blob_sha1(content), card.record["sha"], f"https://huggingface.co/{card.id}"
        record = orjson.dumps({"id": card.id, **card.record})
        rows.add_repo(
            work.con, NEW, RepoAnswer(Kind.MODEL, card.id, Outcome.FOUND, url, _DAY, card.id, record)
        )
        answer = FileAnswer(Kind.MODEL, card.id, commit, README, Outcome.FOUND, url, _DAY, content)
        rows.add_files(work.con, [(answer, rows.Text(blob, len(content), "utf-8", card.text))])
        texts.append((blob, card.text))
    rows.add_reading(work.con, work.versions[SCAN], read_all(Scanner(()), dict(texts).items()))
    build(work.con, _needed(load(), "core.head_difference"))
    return work


def _needed(queries: Sequence[Query], table: str) -> list[Query]:
    """Return the queries that a table stands on, itself last."""
    wanted = {table}
    for query in reversed(queries):
        if query.table in wanted:
            wanted |= query.reads
    return [query for query in queries if query.table in wanted]


if __name__ == "__main__":
    main()
