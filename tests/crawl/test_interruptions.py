"""Crawls in processes of their own: killed, interrupted, started twice, on a full disk."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from functools import partial
from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT
from tests.crawl.helpers import crawl, folder_of, ids, models, rows_on_disk, state_of
from tests.fakehub import FakeHub
from tests.fakehub.faults import drip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Start = Callable[..., subprocess.Popen[str]]

ALL = [f"acme/m{n:03d}" for n in range(120)]


@pytest.fixture
def large() -> Iterator[FakeHub]:
    with FakeHub(models(len(ALL))) as hub:
        yield hub


@pytest.fixture
def start(cache: Path, offline_env: dict[str, str]) -> Iterator[Start]:
    """Return a function that starts a crawl of a fake Hub into the cache; what still runs is killed."""
    started: list[subprocess.Popen[str]] = []

    def run(fake: FakeHub, *more: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.crawl.crawler", fake.url, str(cache), *more]
        started.append(
            subprocess.Popen(command, cwd=ROOT, env=offline_env, stderr=subprocess.PIPE, text=True)
        )
        return started[-1]

    yield run
    for process in started:
        process.kill()
        with process:  # waits, and closes its pipe
            pass


def answered(fake: FakeHub, count: int) -> bool:
    return len(fake.requests) >= count


def tire(fake: FakeHub, count: int) -> None:
    """Let every answer after so many take a minute."""
    fake.faults.add(drip(60), when=lambda _: answered(fake, count + 1))


def wait_until(is_so: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    while not is_so() and process.poll() is None:
        time.sleep(0.001)


def test_a_killed_crawl_resumes_without_loss_or_repetition(large: FakeHub, cache: Path, start: Start) -> None:
    chance = Random(20261123)  # noqa: S311 - repeatable chance is the point
    for kill in range(8):
        target = len(large.requests) + chance.randint(1, 3)
        tire(large, target)  # so that no crawl can end before it is killed
        process = start(large)
        wait_until(partial(answered, large, target), process)
        time.sleep(chance.random() * 0.02)
        process.kill()
        assert process.wait() == -signal.SIGKILL, f"it was over before kill {kill}"
        if (cache / "walks" / "model" / "walk.json").exists():
            numbers = range(1, state_of(cache).pages + 1)
            assert all(folder_of(cache).read(number) for number in numbers)
        large.faults.clear()
    assert start(large).wait() == 0
    assert ids(rows_on_disk(cache)) == ALL
    assert state_of(cache).records == len(ALL)


def test_ctrl_c_ends_within_two_seconds_and_loses_a_page_at_most(
    large: FakeHub, cache: Path, start: Start
) -> None:
    slow = drip(60)
    large.faults.add(slow, when=lambda _: len(large.requests) >= 3)
    process = start(large)
    wait_until((cache / "walks/model/page-00003.json.zst").exists, process)
    time.sleep(0.2)  # the fourth page is dripping now
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, narration = process.communicate(timeout=10)
    assert (process.returncode, narration) == (130, "")
    assert time.monotonic() - began < 2
    large.faults.clear()
    assert state_of(cache).pages == 3
    crawl(large, cache)
    assert ids(rows_on_disk(cache)) == ALL


def test_a_second_crawl_names_the_first(large: FakeHub, cache: Path, start: Start) -> None:
    large.faults.add(drip(60), when=lambda _: len(large.requests) >= 1)
    first = start(large)
    wait_until((cache / "walks/model/page-00001.json.zst").exists, first)
    second = start(large)
    _, narration = second.communicate()
    assert second.returncode == 1
    assert narration.startswith(f"hubaudit: process {first.pid} is crawling into {cache}")
    assert narration.count("\n") == 1
    first.kill()
    first.wait()
    large.faults.clear()
    assert start(large).wait() == 0, "a killed crawl keeps nobody out"


def test_a_full_disk_is_one_line_and_loses_nothing(large: FakeHub, cache: Path, start: Start) -> None:
    large.catalogue.change(ALL[17], tags=[f"{n * 7919:x}" for n in range(30_000)])  # on the fourth page
    process = start(large, "20000")
    _, narration = process.communicate()
    assert process.returncode == 1
    assert narration.startswith("hubaudit: the disk is full: ")
    assert "page-00004" in narration
    assert narration.count("\n") == 1
    assert (state_of(cache).pages, ids(rows_on_disk(cache))) == (3, ALL[:15])
    assert not list(cache.rglob("*.part"))
    assert start(large).wait() == 0
    assert ids(rows_on_disk(cache)) == ALL
