"""Crawls with files in processes of their own: killed, interrupted, started twice, on a full disk."""

from __future__ import annotations

import resource
import signal
import time
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from tests.crawl.running import killed, log_of, start, texts_of
from tests.fakehub import FakeHub, Window, model
from tests.fakehub.faults import drip

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    Start = Callable[..., subprocess.Popen[str]]

COUNT = 60
KILLS = 5
BATCH = 20  # answers, and records of a page
LONGEST = 1.0  # seconds from the first request of such a crawl to its end, on a fast machine


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    chance = Random(1)  # noqa: S311 - repeatable
    repos = [
        model(f"acme/m{n:02d}", license="other" if n % 2 else "mit", card=chance.randbytes(4000).hex())
        for n in range(COUNT)
    ]
    with FakeHub(repos, quota={"api": Window(10**6), "resolvers": Window(10**6)}) as running:
        yield running


@pytest.fixture
def begin(hub: FakeHub, tmp_path: Path, offline_env: Mapping[str, str]) -> Iterator[Start]:
    """Return a function that starts a crawl; what still runs is killed."""
    started: list[subprocess.Popen[str]] = []

    def run(*options: str) -> subprocess.Popen[str]:
        started.append(start(hub, tmp_path, offline_env, *options, size=BATCH))
        return started[-1]

    yield run
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store.duckdb"


def files_asked(hub: FakeHub) -> int:
    return sum("/resolve-cache/" in seen.path for seen in hub.requests)


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, narration = process.communicate(timeout=30)
    return process.returncode, out, narration


def wait_until(is_so: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    while not is_so():
        assert process.poll() is None
        time.sleep(0.002)


def everything(hub: FakeHub) -> list[tuple[Any, ...]]:
    """Return what a crawl that nobody disturbs has to read."""
    rows: list[tuple[Any, ...]] = []
    for repo in hub.catalogue.every("model"):
        names = ["LICENSE", "LICENSE.md", "LICENSE.txt"]
        absent = names if "license:other" in repo.record["tags"] else names[:1]
        rows += [("model", repo.id, repo.sha, path, "absent", None) for path in absent]
        rows.append(("model", repo.id, repo.sha, "README.md", "found", repo.files["README.md"].decode()))
    return sorted(rows)


def test_killed_anywhere_and_resumed_it_reads_the_same(
    hub: FakeHub, tmp_path: Path, offline_env: dict[str, str], begin: Start, store: Path
) -> None:
    chance = Random(20261124)  # noqa: S311 - repeatable chance is the point
    kills = [killed(hub, tmp_path, offline_env, chance.random() * LONGEST, size=BATCH) for _ in range(KILLS)]
    assert any(kills), "every process was over before it could be killed"
    assert ended(begin())[0] == 0
    assert texts_of(store) == everything(hub)


def test_a_kill_loses_a_batch_at_most(hub: FakeHub, begin: Start, store: Path) -> None:
    hub.faults.add(drip(60), when=lambda _: files_asked(hub) > 100)
    process = begin()
    wait_until(lambda: files_asked(hub) >= 110, process)
    process.kill()
    process.communicate()
    kept = len(texts_of(store))
    assert kept >= 80
    hub.faults.clear()
    hub.requests.clear()
    assert ended(begin())[0] == 0
    assert texts_of(store) == everything(hub)
    assert files_asked(hub) == len(everything(hub)) - kept


def names_a_repository(path: str) -> bool:
    return path.startswith("/api/models/")


PHASES: dict[str, tuple[str, Callable[[FakeHub, Path], bool]]] = {
    "applying": ("/api/resolve-cache/*", lambda _, store: store.exists()),
    "asking what is gone": (
        "/api/models/*",
        lambda hub, _: any(names_a_repository(seen.path) for seen in hub.requests),
    ),
    "files": ("/api/resolve-cache/*/m3*", lambda hub, _: files_asked(hub) > 70),
}


@pytest.mark.parametrize("phase", PHASES)
def test_ctrl_c_is_tidy_in_every_phase(hub: FakeHub, begin: Start, store: Path, phase: str) -> None:
    slow, is_there = PHASES[phase]
    if phase == "asking what is gone":
        assert ended(begin("--metadata-only"))[0] == 0
        hub.catalogue.remove("acme/m33")
        hub.requests.clear()
    hub.faults.add(drip(60), path=slow)
    process = begin("--full")
    wait_until(lambda: is_there(hub, store), process)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    assert ended(process) == (130, "", "hubaudit: interrupted: run it again to go on where it was\n")
    assert time.monotonic() - began < 2
    kept = len(texts_of(store)) if phase == "files" else 0
    hub.faults.clear()
    hub.requests.clear()
    code, out, narration = ended(begin())
    assert (code, narration) == (0, "")
    assert texts_of(store) == everything(hub)
    assert files_asked(hub) == len(everything(hub)) - kept, "what was written is not asked again"
    assert phase != "files" or kept >= 40
    assert phase != "asking what is gone" or ("1 gone" in out and len(log_of(store)) == COUNT + 1)


def test_a_second_crawl_while_files_are_read_names_the_first(
    hub: FakeHub, begin: Start, tmp_path: Path
) -> None:
    hub.faults.add(drip(60), path="/api/resolve-cache/*")
    first = begin()
    wait_until(lambda: files_asked(hub) > 0, first)
    asked = len(hub.requests)
    code, out, narration = ended(begin("--id", "acme/m01"))
    assert (code, out, narration.count("\n")) == (3, "", 1)
    assert narration.startswith(f"hubaudit: process {first.pid} is crawling into {tmp_path}")
    assert len([seen for seen in hub.requests[asked:] if not seen.path.startswith("/api/resolve")]) == 0


def test_a_full_disk_is_one_line_and_loses_nothing(hub: FakeHub, begin: Start, store: Path) -> None:
    assert ended(begin("--metadata-only"))[0] == 0
    room = store.stat().st_size + 100_000
    process = begin()
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
    code, out, narration = ended(process)
    assert (code, out, narration.count("\n")) == (3, "", 1)
    assert narration.startswith("hubaudit: the disk is full: ")
    kept = texts_of(store)
    assert set(kept) < set(everything(hub))
    hub.requests.clear()
    assert ended(begin())[0] == 0
    assert texts_of(store) == everything(hub)
    assert files_asked(hub) == len(everything(hub)) - len(kept)
