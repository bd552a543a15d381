"""Reads hostile texts and says what breaks: `python -m benchmarks.fuzz [--inputs N]`.

Four readers: the scan of a card (head, body, mentions, links and where they lead), a file's bytes as text,
the words of a gate, and the identification of a license text. None may raise, take more than a second of
processor time for a megabyte, or find more than its bounds allow. Every input has a number: `--seed S
--only N` reads it again and writes it to a file. Prints inputs a second, the slowest, and every failure.
"""

from __future__ import annotations

import argparse
import heapq
import json
import os
import signal
import sys
import time
import traceback
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from benchmarks import fuzz_inputs
from hubaudit.audit.licenses import identify
from hubaudit.text.decode import decode
from hubaudit.text.gate import gate_text
from hubaudit.text.hub_links import leads_to
from hubaudit.text.scan import LONGEST_QUOTE, MOST_LINKS, MOST_MENTIONS, Scanner
from hubaudit.warehouse.reference import patterns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

SECONDS_A_MEGABYTE = 1.0  # of processor time
FLOOR = 0.25  # seconds that any input may take, however small
_HANGS = 20  # times its budget: an input is stopped
_CHUNK = 250
_SLOWEST = 5
_LARGEST_HEAD = 8_000_000  # characters of JSON; aliases copy what they mark
_SHARES = (("card", 0.88), ("content", 0.04), ("gate", 0.03), ("license", 0.05))


@dataclass(frozen=True, order=True, slots=True)
class Judged:
    """How the reading of one input ended. `spent` is a share of its budget; `wrong` says what went wrong."""

    spent: float
    number: int
    kind: str
    size: int  # bytes
    seconds: float
    wrong: str


def main() -> None:
    """Read so many inputs on all cores; exit with 1 after a failure."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--inputs", type=int, default=20_000)
    arguments.add_argument("--first", type=int, default=0, help="number of the first input")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--only", type=int, help="read this input alone, and write it to fuzz-input.txt")
    arguments.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    given = arguments.parse_args()
    if given.only is not None:
        _again(given.seed, given.only)
        return
    start = time.perf_counter()
    failures, slowest, size = _run(given)
    seconds, megabytes = time.perf_counter() - start, size / 1e6
    last = given.first + given.inputs - 1
    print(f"seed {given.seed}, inputs {given.first:,} to {last:,}, {megabytes:,.0f} MB")
    print(
        f"{given.inputs / seconds:,.0f} inputs/s, {megabytes / seconds:.2f} MB/s, {given.processes} processes"
    )
    for kind in dict(_SHARES):
        for one in slowest[kind]:
            print(f"  slow {_told(one)}")
    for one in failures:
        print(f"  WRONG {_told(one)}: {one.wrong}")
    print(f"{len(failures)} failures")
    sys.exit(bool(failures))


def _told(one: Judged) -> str:
    return f"{one.kind} {one.number}: {one.seconds:.3f} s for {one.size:,} bytes, {one.spent:.0%} of the time"


def _run(given: argparse.Namespace) -> tuple[list[Judged], dict[str, list[Judged]], int]:
    failures: list[Judged] = []
    slowest: dict[str, list[Judged]] = {kind: [] for kind, _ in _SHARES}
    size = done = 0
    end = given.first + given.inputs
    chunks = [(given.seed, first, min(first + _CHUNK, end)) for first in range(given.first, end, _CHUNK)]
    with ProcessPoolExecutor(given.processes, get_context("spawn"), _warm_up) as pool:
        for wrong, slow, read in pool.map(_judge_all, chunks):
            failures += wrong
            for one in wrong:
                print(f"WRONG {_told(one)}: {one.wrong}", file=sys.stderr, flush=True)
            for one in slow:
                slowest[one.kind] = heapq.nlargest(_SLOWEST, [*slowest[one.kind], one])
            size += read
            done += 1
            if done % 40 == 0:
                told = f"{done * _CHUNK:,} inputs, {size / 1e6:,.0f} MB, {len(failures)} failures"
                print(told, file=sys.stderr, flush=True)
    return failures, slowest, size


def _warm_up() -> None:
    """Read one input of each kind: the first compiles patterns and loads tables."""
    for kind, maker in _MAKERS.items():
        judge(kind, maker(Random(kind)))  # noqa: S311 -- the same input each time


def _judge_all(chunk: tuple[int, int, int]) -> tuple[list[Judged], list[Judged], int]:
    """Return what went wrong, the slowest, and how many bytes were read."""
    seed, first, end = chunk
    judged = [_judge_fairly(seed, number) for number in range(first, end)]
    return (
        [one for one in judged if one.wrong],
        heapq.nlargest(_SLOWEST, judged),
        sum(one.size for one in judged),
    )


def _judge_fairly(seed: int, number: int) -> Judged:
    """Read one input; a slow one twice more, for something else may have been in the way."""
    kind, given = made(seed, number)
    judged = judge(kind, given, number)
    if judged.spent <= 1:
        return judged
    return min(judged, *(judge(kind, given, number) for _ in range(2)))


def made(seed: int, number: int) -> tuple[str, object]:
    """Return an input, and which reader it is for."""
    rng = Random(f"{seed}-{number}")  # noqa: S311 -- made to be made again
    (kind,) = rng.choices([kind for kind, _ in _SHARES], [share for _, share in _SHARES])
    return kind, _MAKERS[kind](rng)


def judge(kind: str, given: object, number: int = 0) -> Judged:
    """Read one input and say how it went."""
    size = len(given) if isinstance(given, bytes) else len(str(given).encode(errors="replace"))
    budget = max(FLOOR, SECONDS_A_MEGABYTE * size / 1e6)
    start, wrong = time.process_time(), ""
    try:
        with _stopped_after(_HANGS * budget):
            read(kind, given)
    except Exception:  # noqa: BLE001 - whatever a reader raises is what is looked for
        wrong = traceback.format_exc(limit=-3)
    seconds = time.process_time() - start
    if not wrong and seconds > budget:
        wrong = f"too slow: {seconds / budget:.1f} times its budget"
    return Judged(seconds / budget, number, kind, size, seconds, wrong)


def read(kind: str, given: object) -> None:
    """Read an input of that kind. Raises whatever the reader does, AssertionError for facts out of bounds."""
    _READERS[kind](given)


@contextmanager
def _stopped_after(seconds: float) -> Iterator[None]:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"stopped after {seconds:.1f} s")

    signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


@cache
def _scanner() -> Scanner:
    return Scanner(patterns())


def _hold(is_so: bool) -> None:
    if not is_so:
        raise AssertionError


def _read_card(text: object) -> None:
    assert isinstance(text, str)  # noqa: S101 -- its maker is beside it in _MAKERS
    facts = _scanner().scan(text)
    _hold(len(facts.mentions) <= MOST_MENTIONS)
    _hold(len(facts.links) <= MOST_LINKS)
    places = [(fact.start, fact.quote) for facts in (facts.mentions, facts.links) for fact in facts]
    _hold(all(0 <= start <= len(text) and len(quote) <= LONGEST_QUOTE for start, quote in places))
    for link in facts.links:
        _hold(len(link.url) <= 2_000 + len("https://huggingface.co"))
        leads_to(link)
    _hold(len(json.dumps(facts.head, allow_nan=False)) <= max(_LARGEST_HEAD, 6 * len(text)))


def _read_content(content: object) -> None:
    assert isinstance(content, bytes)  # noqa: S101 -- its maker is beside it in _MAKERS
    text, encoding = decode(content)
    _hold(text.encode(encoding) == content)
    _read_card(text)


def _read_gate(record: object) -> None:
    words = gate_text(record)
    if words is not None:
        _read_card(words.encode(errors="replace").decode())


def _read_license(text: object) -> None:
    assert isinstance(text, str)  # noqa: S101 -- its maker is beside it in _MAKERS
    facts = identify(text)
    _hold(sum(map(len, facts.inserted)) <= 2 * len(text))
    for clause in facts.clauses:
        _hold(0 <= clause.start <= len(text))
        _hold(len(clause.quote) <= LONGEST_QUOTE)


_MAKERS: dict[str, Callable[[Random], object]] = {
    "card": fuzz_inputs.card,
    "content": fuzz_inputs.content,
    "gate": fuzz_inputs.record,
    "license": fuzz_inputs.license_text,
}
_READERS = {"card": _read_card, "content": _read_content, "gate": _read_gate, "license": _read_license}


def _again(seed: int, number: int) -> None:
    kind, given = made(seed, number)
    content = given if isinstance(given, bytes) else str(given).encode(errors="replace")
    Path("fuzz-input.txt").write_bytes(content)
    _warm_up()
    print(judge(kind, given, number))


if __name__ == "__main__":
    main()
