"""How well and how fast license texts are identified: `python -m benchmarks.license_texts [--texts N]`.

On the shared test set: right ids, modified texts found and falsely flagged, and every text that went wrong.
On the shared real licenses: a line for each file, to be read by eye. A third part asks each fingerprinted
text with its own rows taken out: it must never be called another license. Last, the rate on one core and on
two over N / 4 and N distinct texts (copies with other copyright lines), beside licenseclassifier alone, which
finds open-source texts and compares nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from dataclasses import replace
from itertools import islice
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

from licenseclassifier import identify_license

from benchmarks.talk_grid import SHARED
from hubaudit.audit.identify import identify_files
from hubaudit.audit.licenses import identify, knowledge
from hubaudit.text.license.identifier import Identifier
from hubaudit.warehouse.reference import rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hubaudit.text.license.facts import LicenseFacts

_REAL = SHARED / "real"


def main() -> None:
    """Print all four parts."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--texts", type=int, default=4000, help="distinct texts of the last part")
    texts = arguments.parse_args().texts
    cases = json.loads((_REAL / "license_testset.json").read_text(encoding="utf-8"))
    _test_set(cases)
    _siblings(cases)
    _real_files()
    _rate([case["text"] for case in cases], texts)


def _test_set(cases: list[dict[str, Any]]) -> None:
    ids = {row["spdx_id"]: row["id"] for row in reversed(rows("license")) if row["spdx_id"]}
    known = [case for case in cases if case["kind"] != "ai"]
    right = hit = false_alarm = missed = 0
    start = time.perf_counter()
    answers = [(case, identify(case["text"])) for case in known]
    seconds = time.perf_counter() - start
    for case, facts in answers:
        wanted = ids.get(case["exp"]) or ids.get(f"{case['exp']}-only") or case["exp"]
        is_right = facts.license_ids == (wanted,)
        right += is_right
        hit += facts.is_modified and case["modified"]
        false_alarm += facts.is_modified and not case["modified"]
        missed += case["modified"] and not facts.is_modified
        if not is_right or facts.is_modified != case["modified"]:
            print(f"  {case['id']}: wanted {wanted}, modified {case['modified']}; {_told(facts)}")
    print(f"test set: {right} of {len(known)} ids right ({right / len(known):.1%})")
    print(f"modified: recall {hit / (hit + missed):.2f}, precision {hit / (hit + false_alarm):.2f}")
    print(f"{len(known) / seconds:.0f} texts/s on one core")


def _siblings(cases: list[dict[str, Any]]) -> None:
    """Identify each AI license as if it had never been read: a sibling may be near, never the same."""
    known = knowledge()
    printed = {each.license_id for each in known.fingerprints}
    wrong = told = 0
    for case in cases:
        own = identify(case["text"])
        if case["kind"] != "ai" or not own.is_exact or not printed.issuperset(own.license_ids):
            continue
        others = [each for each in known.fingerprints if each.license_id != own.license_ids[0]]
        facts = Identifier(replace(known, fingerprints=others)).identify(case["text"])
        told += 1
        wrong += bool(facts.license_ids)
        print(f"  {own.license_ids[0]} unread: {_told(facts)}")
    print(f"siblings: {wrong} of {told} unread AI licenses called by another's name")


def _real_files() -> None:
    paths = sorted(path for path in (_REAL / "licenses").rglob("*") if path.is_file())
    for each in identify_files((str(path.relative_to(_REAL)), path.read_bytes()) for path in paths):
        limits = ",".join(kind for kind, _ in each.restrictions)
        print(f"  {each.file}: {_told(each.facts)}; level {each.level} ({each.basis}) {limits}")


def _told(facts: LicenseFacts) -> str:
    like = f" similar to {facts.similar_to}" if facts.similar_to else ""
    exact = " exact" if facts.is_exact else ""
    modified = " modified" if facts.is_modified else ""
    added = f" + {facts.inserted[0][:60]!r}" if facts.inserted else ""
    return f"{facts.outcome} {','.join(facts.license_ids)}{exact}{modified}{like} {facts.score}{added}"


def _rate(texts: list[str], count: int) -> None:
    wall, cpu = _seconds(_alone, texts, count // 10, 1)
    print(f"{count // 10:>7} texts, licenseclassifier alone: {1000 * cpu / (count // 10):.1f} ms CPU a text")
    for size in (count // 4, count):
        for cores in (1, 2):
            wall, cpu = _seconds(identify, texts, size, cores)
            print(
                f"{size:>7} texts, {cores} core{'s' * (cores > 1)}: {wall:.1f} s, {size / wall:.0f} texts/s,"
                f" {1000 * cpu / size:.1f} ms CPU a text"
            )


def _seconds(work: Callable[[str], object], texts: list[str], size: int, cores: int) -> tuple[float, float]:
    """Return the seconds that pass, and those that the workers work: these count on a busy machine."""
    before = _worked()
    with get_context("spawn").Pool(cores) as pool:
        list(pool.imap_unordered(work, texts[: 16 * cores], chunksize=4))  # every worker loads its tables
        start = time.perf_counter()
        for _ in pool.imap_unordered(work, islice(_distinct(texts), size), chunksize=32):
            pass
        wall = time.perf_counter() - start
    pool.join()
    return wall, _worked() - before


def _worked() -> float:
    used = os.times()
    return used.children_user + used.children_system


def _alone(text: str) -> object:
    return identify_license(text, 0)


def _distinct(texts: list[str]) -> Iterator[str]:
    """Yield the texts over and over, each time under another copyright line."""
    for number in range(1 << 30):
        text = texts[number % len(texts)]
        yield f"Copyright (c) {1990 + number % 37} Holder {number}\n\n{text}"


if __name__ == "__main__":
    print(f"{os.cpu_count()} cores")
    main()
