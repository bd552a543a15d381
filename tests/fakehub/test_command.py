"""`python -m tests.fakehub`: the fake Hub for other programs, and its own cases."""

from __future__ import annotations

import signal
import ssl
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.fakehub import FakeHub
from tests.fakehub.conftest import TRUSTS_NOBODY
from tests.fakehub.records import load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fakehub import Repo

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "tests.fakehub"]


@contextmanager
def started(*options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    command = [*COMMAND, *options]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdout
        try:
            yield process.stdout.readline().strip(), process
        finally:
            process.send_signal(signal.SIGINT)


def test_it_serves_its_cases_until_interrupted() -> None:
    with started("--quota", "api=2:60", "--token", "tok-good") as (url, process):
        answers = [httpx.get(f"{url}/api/models/acme/open-claim", verify=TRUSTS_NOBODY) for _ in range(3)]
        known = httpx.get(f"{url}/api/models/no/where", headers={"Authorization": "Bearer tok-good"})

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[0].headers["ratelimit-policy"].endswith("q=2;w=60")
    assert known.status_code == 404
    assert process.returncode == 0


@pytest.mark.parametrize(("options", "left"), [((), 2_999), (("--count-both-hops",), 2_998)])
def test_whether_both_hops_count_is_an_option(options: tuple[str, ...], left: int) -> None:
    with started(*options) as (url, _):
        answer = httpx.get(f"{url}/acme/nolicense/resolve/main/README.md", follow_redirects=True)

    assert answer.headers["ratelimit"].startswith(f'"resolvers";r={left};')


def test_it_serves_other_records_over_tls(tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    path.write_text('{"kind": "model", "id": "a/b", "license": "mit"}\n', encoding="utf-8")

    with started("--tls", "--records", str(path)) as (url, process):
        assert process.stderr
        certificate = [process.stderr.readline() for _ in range(2)][1].partition("SSL_CERT_FILE=")[2].strip()
        context = ssl.create_default_context(cafile=certificate)
        assert httpx.get(f"{url}/api/models", verify=context).json()[0]["id"] == "a/b"
        assert url.startswith("https://127.0.0.1:")


@pytest.mark.parametrize(
    "options", [["--quota", "api"], ["--quota", "x=1:1"], ["--records", "/nowhere"], ["--port", "x"]]
)
def test_a_wrong_option_is_one_line(options: list[str]) -> None:
    result = subprocess.run([*COMMAND, *options], capture_output=True, text=True, check=False, cwd=ROOT)

    assert result.returncode != 0
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


def test_help_teaches() -> None:
    result = subprocess.run([*COMMAND, "--help"], capture_output=True, text=True, check=True, cwd=ROOT)

    assert "HF_ENDPOINT=" in result.stdout


@pytest.fixture(scope="module")
def cases() -> dict[str, Repo]:
    return {repo.id: repo for repo in load([Path(__file__).with_name("cases.jsonl")])}


def test_the_trap_is_complete(cases: dict[str, Repo]) -> None:
    trap = cases["acme/open-claim"]

    assert "license:apache-2.0" in trap.record["tags"]
    assert b"LLAMA 3.1 COMMUNITY LICENSE AGREEMENT" in trap.files["LICENSE"]
    assert b"700 million" in trap.files["LICENSE"]
    assert b"fully open source" in trap.files["README.md"]
    assert cases["meta-llama/Llama-3.1-8B"].record["gated"] == "manual"
    assert cases["tatsu-lab/alpaca"].record["cardData"]["license"] == "cc-by-nc-4.0"
    assert cases["acme/open-claim-GGUF"].record["cardData"]["base_model"] == "acme/open-claim"


def test_every_public_case_is_listed(cases: dict[str, Repo]) -> None:
    with FakeHub(cases.values()) as hub, httpx.Client(base_url=hub.url, verify=TRUSTS_NOBODY) as client:
        rows = client.get("/api/models").json() + client.get("/api/datasets").json()

    assert {row["id"] for row in rows} == cases.keys() - {"states/private"}
