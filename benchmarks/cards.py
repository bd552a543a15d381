"""How all recorded cards are read, how fast and in what memory: `python -m benchmarks.cards`.

Three parts. Every card through the scanner on all cores: what came out, file by file; none may be lost. Then
every 40th card, medians of 3 rounds on all cores: the scanner beside the same reading with the same patterns
in Python's `re`, one after the other, and the same over sentences taken out of the cards before. Last, the
peak memory of a reader, in a process of its own, over every fourth, every second and every card.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import time
from collections import Counter
from functools import cache, partial
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

from benchmarks.nightly import peak
from benchmarks.recorded_cards import FILES, Card, cards
from benchmarks.talk_grid import SHARED
from hubaudit.text.blocks import Sentence, sentences
from hubaudit.text.head import read_head, split_head
from hubaudit.text.scan import MOST_LINKS, MOST_MENTIONS, Scanner
from hubaudit.warehouse.reference import patterns

if TYPE_CHECKING:
    from collections.abc import Callable

EVERY = 40
ROUNDS = 3
_SHOWN = (
    "records", "no card", "head none", "head found", "head broken", "head not-a-map", "bytes", "mentions",
    "links", "sentences read as lines", "cards with such", "cards at a limit", "crashed",
)  # fmt: skip


def main() -> None:
    """Print all three parts."""
    if not SHARED.is_dir():
        print(f"skipped: no shared records at {SHARED}; HUBAUDIT_SHARED names the folder")
        return
    if sys.argv[1:2] == ["--child"]:
        _child(int(sys.argv[2]))
        return
    print(f"{os.cpu_count()} cores, {len(patterns())} patterns")
    _read_all()
    texts = [card.text for card in cards(EVERY) if card.text]
    size = sum(len(text.encode(errors="replace")) for text in texts)
    _race("whole cards", texts, size, {"scanner": _cards_with_scanner, "re": _cards_with_re})
    spoken = [sentence for text in texts for sentence in sentences(text)]
    size = sum(len(sentence.text.encode(errors="replace")) for sentence in spoken)
    _race("sentences", spoken, size, {"scanner": _sentence_with_scanner, "re": _sentence_with_re})
    for step in (4, 2, 1):
        _print_peak(step)


def _read_all() -> None:
    """Read every card, and print what came out."""
    found: dict[str, Counter[str]] = {file: Counter() for file in FILES}
    start = time.perf_counter()
    with get_context("spawn").Pool() as pool:
        for file, counts in pool.imap_unordered(_counted, cards(), chunksize=50):
            found[file] += counts
    seconds = time.perf_counter() - start
    print(f"\n| | {' | '.join(FILES)} | all |\n|---|{'---:|' * (len(FILES) + 1)}")
    for name in _SHOWN:
        numbers = [found[file][name] for file in FILES]
        print(f"| {name} | {' | '.join(f'{number:,}' for number in [*numbers, sum(numbers)])} |")
    records, size = (sum(found[file][name] for file in FILES) for name in ("records", "bytes"))
    print(f"\n{records:,} records in {seconds:.1f} s, {size / seconds / 1e6:.2f} MB/s, unpacking included")


def _counted(card: Card) -> tuple[str, Counter[str]]:
    """Read one card and count what is in it."""
    counts = Counter({"records": 1, "no card": int(card.text is None)})
    if card.text is None:
        return card.file, counts
    counts["bytes"] = len(card.text.encode(errors="replace"))
    try:
        facts = _scanner().scan(card.text)
    except Exception:  # noqa: BLE001 - the bench is here to count whatever may happen
        counts["crashed"] = 1
        return card.file, counts
    counts[f"head {facts.head_outcome}"] = 1
    counts["mentions"], counts["links"] = len(facts.mentions), len(facts.links)
    counts["sentences read as lines"] = facts.sentences_as_lines
    counts["cards with such"] = int(facts.sentences_as_lines > 0)
    counts["cards at a limit"] = int(len(facts.mentions) == MOST_MENTIONS or len(facts.links) == MOST_LINKS)
    return card.file, counts


@cache
def _scanner() -> Scanner:
    return Scanner(patterns())


@cache
def _compiled() -> list[tuple[tuple[str, str], re.Pattern[str]]]:
    return [((each.source, each.key), re.compile(each.regex, re.IGNORECASE)) for each in patterns()]


def _cards_with_scanner(text: str) -> int:
    return len(_scanner().scan(text).mentions)


def _cards_with_re(text: str) -> int:
    """Read a card as the scanner does, with each pattern tried alone."""
    yaml, start = split_head(text)
    if yaml is not None:
        read_head(yaml)
    return sum(map(_sentence_with_re, sentences(text[start:], start)))


def _sentence_with_scanner(sentence: Sentence) -> int:
    return len(list(_scanner().mentions(sentence)))


def _sentence_with_re(sentence: Sentence) -> int:
    return len({key for key, pattern in _compiled() if pattern.search(sentence.text)})


def _race(title: str, things: list[Any], size: int, ways: dict[str, Callable[[Any], int]]) -> None:
    """Print both rates over the same things, and what each found."""
    rounds = [[_timed(way, things) for way in ways.values()] for _ in range(ROUNDS)]
    print(f"\n{title}: {len(things):,}, {size / 1e6:.2f} MB, medians of {ROUNDS} rounds on all cores")
    for number, name in enumerate(ways):
        taken = [each[number] for each in rounds]
        wall, cpu = (statistics.median(column) for column in zip(*(each[:2] for each in taken), strict=True))
        print(
            f"  {name:<8}{size / wall / 1e6:7.2f} MB/s by the clock,"
            f" {size / cpu / 1e6:7.2f} MB for a second of CPU, {taken[0][2]:,} mentions"
        )
    clock, cpu = (statistics.median(slow[by] / fast[by] for fast, slow in rounds) for by in (0, 1))
    print(f"  the scanner is {clock:.1f} times as fast by the clock, {cpu:.1f} times in CPU time")


def _timed(way: Callable[[Any], int], things: list[Any]) -> tuple[float, float, int]:
    """Return the seconds by the clock and of CPU, and the mentions, of one round on all cores.

    Processes and patterns stand ready, and the scanner's automata, which grow as they read, are warm.
    """
    with get_context("spawn").Pool() as pool:
        pool.map(partial(_costed, way), things[::4], chunksize=20)
        start = time.perf_counter()
        taken = pool.map(partial(_costed, way), things, chunksize=50)
        wall = time.perf_counter() - start
    return wall, sum(cpu for cpu, _ in taken), sum(mentions for _, mentions in taken)


def _costed(way: Callable[[Any], int], thing: object) -> tuple[float, int]:
    start = time.process_time()
    mentions = way(thing)
    return time.process_time() - start, mentions


def _print_peak(step: int) -> None:
    command = [sys.executable, "-m", "benchmarks.cards", "--child", str(step)]
    read, kilobytes = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    print(f"{int(read):>8,} cards: peak {int(kilobytes) >> 10:,} MB")


def _child(step: int) -> None:
    read = sum(_counted(card)[1]["records"] for card in cards(step))
    print(read, peak())


if __name__ == "__main__":
    main()
