"""Whole crawls in processes of their own: killed anywhere, interrupted, started twice, on a full disk."""

from __future__ import annotations

import resource
import signal
import time
from itertools import combinations
from random import Random
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from hubaudit.audit.history import diff
from hubaudit.store.clone import compact
from tests.audit.command import run
from tests.crawl.helpers import folder_of
from tests.crawl.running import expected, killed, last_walk, log_of, serve, start, state_of
from tests.fakehub import FakeHub, Window, model
from tests.fakehub.faults import drip
from tests.store.test_file import held

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from pathlib import Path

KILLS = 8
LONGEST = 0.2  # seconds from the first request of such a crawl to its end, on a fast machine
LICENSES = ("mit", "apache-2.0", "cc-by-nc-4.0", "other")


def world(chance: Random, count: int = 40) -> list[Any]:
    """Make models of which some are always missing, and all may differ from the last time."""
    return [
        model(
            f"acme/m{number:02d}",
            license=chance.choice(LICENSES),
            gated=chance.choice((False, "auto", "manual")),
            base_model=chance.sample(["acme/m00", "acme/m01", "gone/away"], chance.randint(0, 2)),
            datasets=chance.sample(["acme/d", "acme/e"], chance.randint(0, 2)),
        )
        for number in range(count)
        if chance.random() < 0.8
    ]


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    with FakeHub(world(Random(1)), quota={"api": Window(100_000)}) as running:  # noqa: S311 - repeatable
        yield running


@pytest.fixture
def processes() -> Iterator[list[subprocess.Popen[str]]]:
    """Hold what a test starts; what still runs is killed."""
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        process.kill()
        process.communicate()


def test_killed_anywhere_and_resumed_it_tells_the_same(
    hub: FakeHub, tmp_path: Path, offline_env: dict[str, str]
) -> None:
    chance = Random(20261123)  # noqa: S311 - repeatable chance is the point
    worlds = [world(chance) for _ in range(4)]
    store, moments, kills = tmp_path / "store.duckdb", [], []
    for repos in worlds:
        serve(hub, repos)
        kills += [
            killed(hub, tmp_path, offline_env, chance.random() * LONGEST) for _ in range(KILLS // len(worlds))
        ]
        whole = start(hub, tmp_path, offline_env, "--full")
        _, narration = whole.communicate()
        assert (whole.returncode, narration) == (0, "")
        moments.append(last_walk(store))
    assert any(kills), "every process was over before it could be killed"
    for before, after in combinations(range(len(worlds)), 2):
        changes = diff(store, moments[before], moments[after])[2]
        found = {(change.id, change.field, change.old, change.new) for change in changes}
        assert found == expected([state_of(repos) for repos in worlds], before, after)


def test_ctrl_c_is_tidy_and_the_next_run_goes_on(
    hub: FakeHub, tmp_path: Path, offline_env: dict[str, str], processes: list[subprocess.Popen[str]]
) -> None:
    hub.faults.add(drip(60), when=lambda _: len(hub.requests) >= 3)
    process = start(hub, tmp_path, offline_env)
    processes.append(process)
    while not (tmp_path / "cache/walks/model/page-00003.json.zst").exists():
        assert process.poll() is None
        time.sleep(0.01)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, narration = process.communicate(timeout=10)
    assert time.monotonic() - began < 2
    assert (process.returncode, out) == (130, "")
    assert narration == "hubaudit: interrupted: run it again to go on where it was\n"
    hub.faults.clear()
    hub.requests.clear()
    again = start(hub, tmp_path, offline_env)
    processes.append(again)
    assert again.communicate()[0].startswith("models: full walk, ")
    assert "cursor" in dict(hub.requests[0].query)
    assert len(log_of(tmp_path / "store.duckdb")) == len(hub.catalogue.every("model"))


def test_ctrl_c_stops_a_query_of_the_store(
    run_python: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    code = """
import os, signal, threading
from pathlib import Path
from hubaudit.store.file import opened
try:
    with opened(Path("store.duckdb"), write=True) as con:
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
        con.execute("select count(*) from range(1000000000) a, range(1000) b where a.range % 7 = b.range")
except KeyboardInterrupt:
    print("stopped")
"""
    done = run_python("-c", code)
    assert (done.stdout, done.stderr) == ("stopped\n", "")


def test_a_second_crawl_names_the_first_and_ends_with_3(
    hub: FakeHub, tmp_path: Path, offline_env: dict[str, str], processes: list[subprocess.Popen[str]]
) -> None:
    hub.faults.add(drip(60), when=lambda _: len(hub.requests) >= 1)
    first = start(hub, tmp_path, offline_env)
    processes.append(first)
    while not (tmp_path / "cache/walks/model/page-00001.json.zst").exists():
        assert first.poll() is None
        time.sleep(0.01)
    second = start(hub, tmp_path, offline_env)
    processes.append(second)
    out, narration = second.communicate(timeout=30)
    assert (second.returncode, out) == (3, "")
    assert narration.startswith(f"hubaudit: process {first.pid} is crawling into ")
    assert narration.count("\n") == 1


def test_a_full_disk_is_one_line_and_the_next_run_has_it_all(
    hub: FakeHub, tmp_path: Path, offline_env: dict[str, str], processes: list[subprocess.Popen[str]]
) -> None:
    hub.catalogue.change("acme/m00", tags=[f"{n * 7919:x}" for n in range(30_000)])
    process = start(hub, tmp_path, offline_env)
    processes.append(process)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
    _, narration = process.communicate()
    assert process.returncode == 3
    assert narration.startswith("hubaudit: the disk is full: ")
    assert narration.count("\n") == 1
    again = start(hub, tmp_path, offline_env)
    processes.append(again)
    assert (again.wait(), len(log_of(tmp_path / "store.duckdb"))) == (0, len(hub.catalogue.every("model")))


def test_a_store_in_use_lets_the_pages_wait(
    hub: FakeHub, tmp_path: Path, offline_env: dict[str, str], processes: list[subprocess.Popen[str]]
) -> None:
    with duckdb.connect(tmp_path / "store.duckdb"):
        process = start(hub, tmp_path, offline_env, "--full")
        processes.append(process)
        _, narration = process.communicate()
    assert process.returncode == 3
    assert "in use by process" in narration
    state = folder_of(tmp_path / "cache").state()
    assert state is not None
    assert state.is_done
    served = len(hub.catalogue.every("model"))
    again = start(hub, tmp_path, offline_env)
    processes.append(again)
    out, _ = again.communicate()
    assert again.returncode == 0
    assert out.splitlines()[0] == f"models: full walk, {served} listed, {served} changed, 0 gone"
    assert len(log_of(tmp_path / "store.duckdb")) == served


def test_a_reader_keeps_no_crawl_from_its_end(
    hub: FakeHub, tmp_path: Path, offline_env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Compacting needs the store alone: a reader of it that stays is told of, and nothing fails."""
    monkeypatch.setenv("HUBAUDIT_DB", str(tmp_path / "store.duckdb"))
    monkeypatch.setenv("HF_ENDPOINT", hub.url)
    reader: list[subprocess.Popen[str]] = []

    def locked(store: Path) -> bool:
        reader.append(held(store, "read", offline_env))
        return compact(store)

    monkeypatch.setattr("hubaudit.crawl.run.compact", locked)
    try:
        done = run("crawl", "--kind", "model", "--limit", "3", "--metadata-only")
        assert "the copy for readers was not renewed: the store" in done.err
        assert done.code == 3  # for the limit alone
    finally:
        reader[0].communicate("")
