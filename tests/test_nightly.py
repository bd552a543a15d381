"""The nightly workflow, run line by line: against the fake Hub in a process of its own, night after night."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from hubaudit.store.lake import MANIFEST
from tests.conftest import ROOT
from tests.workflow import Job, Workflow

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

NIGHTLY = ROOT / ".github" / "workflows" / "nightly.yml"
TOKEN = "hf_nightly"  # noqa: S105 - the fake Hub's
COMMANDS = {
    "hubaudit": "-m hubaudit",
    "gh": ROOT / "tests" / "fake_gh.py",
    "pip": "-c ''",  # the checkout is installed already
}
# A test says which night is a Sunday.
DATE = '#!/bin/sh\ncase "$*" in *%u*) echo "$FAKE_WEEKDAY";; *) exec {date} "$@";; esac\n'

BASE = {"kind": "model", "id": "acme/base", "license": "llama3", "card": "# A base\n"}
TUNED = {
    "kind": "model",
    "id": "acme/tuned",
    "license": "llama3",
    "base_model": "acme/base",
    "card": "# Tuned\n",
}
BARE = {"kind": "model", "id": "acme/bare", "card": "# No license\n"}
CHANGED = TUNED | {"license": "apache-2.0"}
LATE = {"kind": "model", "id": "acme/late", "card": "# No license either\n"}


class Hub:
    """The fake Hub as a program, always at the same address."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder, self._environment = folder, environment
        self._port = "0"
        self._process: subprocess.Popen[str] | None = None
        self.recorded: list[str] = []
        self.url = ""

    def serve(self, *repos: dict[str, Any]) -> None:
        """Serve these repositories, and the recorded ones."""
        self.stop()
        records = self._folder / "records.jsonl"
        records.write_text("".join(f"{json.dumps(repo)}\n" for repo in repos), encoding="utf-8")
        command = [sys.executable, "-m", "tests.fakehub", "--records", str(records), *self.recorded]
        self._process = subprocess.Popen(
            [*command, "--port", self._port, "--token", TOKEN, "--quota", "resolvers=100000:300"],
            cwd=ROOT, env=self._environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        assert self._process.stdout
        self.url = self._process.stdout.readline().strip()
        self._port = self.url.rpartition(":")[2]

    def stop(self) -> None:
        """Go down."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.communicate()
            self._process = None


class Nights:
    """One night after the other."""

    def __init__(self, folder: Path, hub: Hub, environment: dict[str, str]) -> None:
        self.folder, self.hub = folder, hub
        self.github = folder / "github"
        self.releases = self.github / "releases"
        self.releases.mkdir(parents=True)
        bin_folder = _commands(folder / "bin")
        environment = environment | {
            "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}",
            "FAKE_GH": str(self.releases),
            "FAKE_WEEKDAY": "1",
            "HF_ENDPOINT": hub.url,
        }
        context = {"secrets.HF_TOKEN": TOKEN, "github.token": "ghs_x", "github.repository": "acme/hubaudit"}
        self.environment = environment
        self.workflow = Workflow(NIGHTLY, self.github, environment, context)
        self._number = 0

    def run(self) -> dict[str, Job]:
        """Let a night pass."""
        self._number += 1
        return self.workflow.run(self.folder / f"night{self._number}", self._number)

    def pass_first(self, kept: Path) -> None:
        """Let the first night pass, or take what it left in `kept`: it is the same for many tests."""
        if kept.exists():
            shutil.copytree(kept, self.github, dirs_exist_ok=True)
            self._number += 1
        else:
            assert outcomes(self.run()) == {"audit": "success", "publish": "success"}
            shutil.copytree(self.github, kept)

    @property
    def caches(self) -> list[str]:
        """The keys in the cache."""
        return sorted(path.name for path in self.workflow.caches.iterdir())

    @property
    def assets(self) -> dict[str, int]:
        """The release's files, and when each was written."""
        return {path.name: path.stat().st_mtime_ns for path in (self.releases / "lake").iterdir()}


def _commands(folder: Path) -> Path:
    folder.mkdir()
    scripts = {name: f'#!/bin/sh\nexec "{sys.executable}" {what} "$@"\n' for name, what in COMMANDS.items()}
    for name, script in (scripts | {"date": DATE.format(date=shutil.which("date"))}).items():
        (folder / name).write_text(script, encoding="utf-8")
        (folder / name).chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the first night's cache and release are kept."""
    return tmp_path_factory.mktemp("first") / "night"


@pytest.fixture
def nights(tmp_path: Path, offline_env: dict[str, str]) -> Iterator[Nights]:
    environment = {
        key: value for key, value in offline_env.items() if key not in {"HUBAUDIT_DB", "HUBAUDIT_CACHE"}
    }
    environment["PYTHONPATH"] += os.pathsep + str(ROOT)
    hub = Hub(tmp_path, environment)
    hub.serve(BASE, TUNED, BARE)
    try:
        yield Nights(tmp_path, hub, environment)
    finally:
        hub.stop()


def outcomes(jobs: dict[str, Job]) -> dict[str, str]:
    return {name: job.outcome for name, job in jobs.items()}


def new_findings(job: Job) -> str:
    return job.summary.partition("## New findings")[2].partition("## All findings")[0]


def tonight(repo: dict[str, Any]) -> dict[str, Any]:
    return repo | {"lastModified": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")}


@pytest.mark.parametrize("is_real", [False, True], ids=["own cases", "recorded Hub"])
def test_the_second_night_tells_what_is_new(
    nights: Nights, request: pytest.FixtureRequest, is_real: bool
) -> None:
    if is_real:
        shared: Path = request.getfixturevalue("shared")
        nights.hub.recorded = ["--records", str(shared / "real" / "api_bodies.jsonl.zst")]
        nights.hub.serve(BASE, TUNED, BARE)
    first = nights.run()
    assert outcomes(first) == {"audit": "success", "publish": "success"}, first["audit"].log
    assert "acme/bare" in new_findings(first["audit"])
    assert nights.caches == ["store-1-1"]
    before = nights.assets

    nights.hub.serve(BASE, tonight(CHANGED), BARE, tonight(LATE))
    nights.workflow.environment["FAKE_WEEKDAY"] = "7"
    second = nights.run()
    assert outcomes(second) == {"audit": "success", "publish": "success"}, second["audit"].log
    new = new_findings(second["audit"])
    assert "| high | acme/tuned | upstream-license-conflict |" in new
    assert "| medium | acme/late | missing-license |" in new
    assert "acme/bare" not in new
    assert "2 changed" in second["audit"].summary
    probes = [jobs["audit"].steps["probe"] for jobs in (first, second)]
    assert probes == ["skipped", "success"], "the Hub is probed on Sundays"
    assert nights.caches == ["store-1-1", "store-2-1"]
    _check_release(nights, before)


def _check_release(nights: Nights, before: dict[str, int]) -> None:
    """Nothing is sent twice, nothing old is left, and all that lake.json names is there."""
    after = nights.assets
    kept = before.keys() & after.keys() - {MANIFEST}
    assert any(name.startswith("odd_record.") for name in kept), "what did not change stays"
    assert {name: before[name] for name in kept} == {name: after[name] for name in kept}
    files = json.loads((nights.releases / "lake" / MANIFEST).read_text(encoding="utf-8"))["files"]
    assert {file["path"] for file in files} == after.keys() - {MANIFEST}


def test_a_lost_cache_comes_back_from_the_release(nights: Nights, kept: Path) -> None:
    nights.pass_first(kept)
    shutil.rmtree(nights.workflow.caches)
    nights.workflow.caches.mkdir()
    nights.hub.serve(BASE, tonight(CHANGED), BARE)
    jobs = nights.run()
    assert outcomes(jobs) == {"audit": "success", "publish": "success"}, jobs["audit"].log
    assert jobs["audit"].steps["Restore the store from the release"] == "success"
    assert "acme/tuned" in new_findings(jobs["audit"])
    assert "acme/bare" not in new_findings(jobs["audit"])
    assert nights.caches == ["store-2-1"]


def test_a_broken_store_in_the_cache_comes_back_from_the_release(nights: Nights, kept: Path) -> None:
    nights.pass_first(kept)
    store = nights.workflow.caches / "store-1-1" / "hubaudit.duckdb"
    store.write_bytes(store.read_bytes()[: 64 * 1024])
    jobs = nights.run()
    assert outcomes(jobs) == {"audit": "success", "publish": "success"}, jobs["audit"].log
    assert jobs["audit"].steps["given"] == "failure"
    assert "acme/bare" not in new_findings(jobs["audit"])


def test_a_hub_that_is_down_fails_the_night_and_costs_nothing(nights: Nights, kept: Path) -> None:
    nights.pass_first(kept)
    nights.hub.stop()
    jobs = nights.run()
    assert jobs["audit"].outcome == "failure"
    assert jobs["audit"].steps["crawl"] == "failure"
    assert jobs["audit"].steps["Fail when the night was not complete"] == "failure"
    assert "::error::" in jobs["audit"].log
    nights.hub.serve(BASE, tonight(CHANGED), BARE)
    again = nights.run()
    assert outcomes(again) == {"audit": "success", "publish": "success"}, again["audit"].log
    assert "acme/tuned" in new_findings(again["audit"])
    assert "acme/bare" not in new_findings(again["audit"])


def test_a_first_night_without_a_hub_keeps_nothing(nights: Nights) -> None:
    nights.hub.stop()
    jobs = nights.run()
    assert outcomes(jobs) == {"audit": "failure", "publish": "skipped"}
    assert (nights.caches, list(nights.releases.iterdir())) == ([], [])


def test_a_store_that_shrank_is_not_kept(nights: Nights, kept: Path) -> None:
    nights.pass_first(kept)
    crawl = next(step for step in _steps(nights.workflow) if step.get("id") == "crawl")
    crawl["run"] = 'rm -rf "$HUBAUDIT_DB"* store/pages && hubaudit crawl --id acme/base'
    jobs = nights.run()
    assert outcomes(jobs) == {"audit": "failure", "publish": "skipped"}
    assert nights.caches == ["store-1-1"]


def _steps(workflow: Workflow) -> Sequence[dict[str, Any]]:
    return [step for job in workflow.content["jobs"].values() for step in job["steps"]]


def test_only_what_asks_the_hub_has_the_token(tmp_path: Path) -> None:
    workflow = Workflow(NIGHTLY, tmp_path / "github", {}, {})
    text = NIGHTLY.read_text(encoding="utf-8")
    holders = [step["id"] for step in _steps(workflow) if "HF_TOKEN" in step.get("env", {})]
    assert holders == ["crawl", "probe"]
    assert text.count("secrets.") == len(holders)


def test_only_the_job_that_publishes_may_write_and_actions_are_pinned(tmp_path: Path) -> None:
    content = Workflow(NIGHTLY, tmp_path / "github", {}, {}).content
    assert content["permissions"] == {}
    granted = {name: job["permissions"] for name, job in content["jobs"].items()}
    assert granted == {"audit": {"contents": "read"}, "publish": {"contents": "write"}}
    lines = [line for line in NIGHTLY.read_text(encoding="utf-8").splitlines() if "uses:" in line]
    assert [line for line in lines if not re.search(r"@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line)] == []
