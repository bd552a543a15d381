"""Every command line and every block of Python that the docs show is run, each in a folder of its own.

Not parametrized, for then every worker of pytest would make the pages only to collect the tests.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.audit.command import run
from tests.docs.blocks import lines, of, parts
from tests.docs.reader import ELSEWHERE, Reader, repositories, run_line
from tests.fakehub import FakeHub
from tests.history.world import build

if TYPE_CHECKING:
    from collections.abc import Iterator

MODELS = ("acme/open-claim", "acme/nolicense", "HuggingFaceH4/zephyr-7b-beta")
pytestmark = pytest.mark.xdist_group("docs")  # with the pages, which are made once


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """Give a reader whose store knows the models of the pages: to ask the Hub for each line takes seconds."""
    folder = tmp_path_factory.mktemp("docs")
    build(folder / "store.duckdb", folder)
    with FakeHub(repositories()) as hub:
        done = run("score", *MODELS, "--db", str(folder / "store.duckdb"), "--endpoint", hub.url)
        assert done.code == 0, done.err
        yield Reader(folder, hub.url)


def command_lines() -> list[str]:
    return sorted({line for block in of("bash") for line in lines(block.text)})


def test_a_command_line_does_what_the_page_says(reader: Reader, subtests: pytest.Subtests) -> None:
    assert len(command_lines()) > 30
    for line in command_lines():
        with subtests.test(line), reader.at_home():
            done = run_line(line)
            assert done.code == 0 or (done.code == 1 and "--fail-on" in line), done.err


def test_python_runs(reader: Reader, subtests: pytest.Subtests) -> None:
    for block in of("python"):
        with subtests.test(block.text), reader.at_home():
            exec(compile(block.text, block.page, "exec"), {})  # noqa: S102 - our own pages


def test_the_policy_of_the_readme_is_one(reader: Reader) -> None:
    (policy,) = (block.text for block in of("toml") if block.page == "index.md")
    with reader.at_home():
        Path("hubaudit.toml").write_text(policy, encoding="utf-8")
        done = run_line("hubaudit score acme/nolicense")
    assert done.code == 1, "it demands what this model does not carry"


def test_a_command_that_nothing_runs_is_told() -> None:
    with pytest.raises(AssertionError, match="nothing runs sudo"):
        run_line("pytest && sudo reboot")


def test_what_is_not_run_is_shown_somewhere() -> None:
    shown = {" ".join(words) for line in command_lines() for words in parts(line)}
    assert set(ELSEWHERE) - shown == set()
