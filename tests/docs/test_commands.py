"""Every command line and every block of Python that the docs show is run, each in a folder of its own."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.audit.command import run
from tests.docs.blocks import lines, of, parts
from tests.docs.reader import ELSEWHERE, repositories, run_line, settle
from tests.fakehub import FakeHub
from tests.history.world import build

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.docs.blocks import Block

LINES = sorted({line for block in of("bash") for line in lines(block.text)})
pytestmark = pytest.mark.xdist_group("docs")  # one worker, so one Hub and one store


@pytest.fixture(scope="module")
def hub() -> Iterator[FakeHub]:
    with FakeHub(repositories()) as running:
        yield running


@pytest.fixture(scope="module")
def store(hub: FakeHub, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that knows the models of the pages: to ask the Hub again for each line would take seconds."""
    folder = tmp_path_factory.mktemp("store")
    build(folder / "store.duckdb", folder)
    models = ("acme/open-claim", "acme/nolicense", "HuggingFaceH4/zephyr-7b-beta")
    assert run("score", *models, "--db", str(folder / "store.duckdb"), "--endpoint", hub.url).code == 0
    return folder / "store.duckdb"


@pytest.fixture(autouse=True)
def reader(hub: FakeHub, store: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", hub.url)
    monkeypatch.setenv("URL", hub.url)
    shutil.copy(store, home / "hubaudit.duckdb")
    settle(tmp_path)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("line", LINES)
def test_a_command_line_does_what_the_page_says(line: str) -> None:
    done = run_line(line)
    assert done.code == 0 or (done.code == 1 and "--fail-on" in line), done.err


@pytest.mark.parametrize("block", of("python"), ids=lambda block: block.page)
def test_python_runs(block: Block) -> None:
    exec(compile(block.text, block.page, "exec"), {})  # noqa: S102 - our own pages


def test_the_policy_of_the_readme_is_one() -> None:
    (policy,) = (block.text for block in of("toml") if block.page == "index.md")
    Path("hubaudit.toml").write_text(policy, encoding="utf-8")
    assert run_line("hubaudit score acme/nolicense").code == 1, "it demands what this model does not carry"


def test_what_is_not_run_is_shown_somewhere() -> None:
    shown = {" ".join(words) for line in LINES for words in parts(line)}
    assert set(ELSEWHERE) - shown == set()
