"""What every test gets: no network, a home of its own, and the shared records where they exist."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

ROOT = Path(__file__).resolve().parents[1]
OFFLINE = ROOT / "tests" / "offline"
UNSET = (
    *("HF_TOKEN", "HF_TOKEN_PATH", "HUGGING_FACE_HUB_TOKEN", "HF_ENDPOINT", "NO_COLOR", "FORCE_COLOR"),
    *("GITHUB_TOKEN", "HUBAUDIT_CODE_HOST", "SSL_CERT_FILE"),
)
UNSET_FOLDERS = ("XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")

runpy.run_path(str(OFFLINE / "sitecustomize.py"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Fail a test that reached beyond loopback, also when the code under test swallowed the refusal."""
    yield
    refusals = Path(os.environ.get("HUBAUDIT_TEST_REFUSALS", ""))
    if refusals.is_file():
        pytest.fail(f"{item.nodeid} used the network:\n{refusals.read_text(encoding='utf-8')}", pytrace=False)


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the test an empty home: nothing of the developer's is read, nothing is left behind."""
    folder = tmp_path_factory.mktemp("home")
    for name in UNSET + UNSET_FOLDERS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("HF_HOME", str(folder / "huggingface"))
    monkeypatch.setenv("HF_HUB_DISABLE_TELEMETRY", "1")
    monkeypatch.setenv("HUBAUDIT_NO_CODE_HOST", "1")  # a test that asks one takes this away
    monkeypatch.setenv("HUBAUDIT_DB", str(folder / "hubaudit.duckdb"))
    monkeypatch.setenv("HUBAUDIT_CACHE", str(folder / "cache"))
    monkeypatch.setenv("SSL_CERT_DIR", str(folder))  # trusts nobody: all the others take 30 ms a client
    monkeypatch.setenv("HUBAUDIT_TEST_REFUSALS", str(folder / "refusals"))
    if constants := sys.modules.get(
        "huggingface_hub.constants"
    ):  # it read HF_HOME once, when it was imported
        monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(folder / "huggingface" / "token"))
    return folder


@pytest.fixture
def refusals(home: Path) -> Path:
    """Where refused connections are written down; a test that provokes one on purpose deletes it."""
    return home / "refusals"


@pytest.fixture
def offline_env(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the environment for a command that a test starts: this checkout, the test's home, no network.

    What is compiled is kept for the next test, also where the developer's environment would not.
    """
    paths = [str(OFFLINE), str(ROOT / "src"), *filter(None, [os.environ.get("PYTHONPATH")])]
    compiled = {
        "PYTHONPYCACHEPREFIX": str(tmp_path_factory.getbasetemp() / "pycache"),
        "PYTHONDONTWRITEBYTECODE": "",
    }
    return os.environ | {"PYTHONPATH": os.pathsep.join(paths)} | compiled


@pytest.fixture
def run_python(offline_env: dict[str, str], home: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a function that runs Python with these arguments, away from the checkout and the network."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, *arguments]
        return subprocess.run(command, capture_output=True, check=False, cwd=home, env=offline_env, text=True)

    return run


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of recorded Hub records, which is not part of the repository."""
    folder = Path(os.environ.get("HUBAUDIT_SHARED") or ROOT.parent / "shared")
    if not folder.is_dir():
        pytest.skip(f"no shared records at {folder}; HUBAUDIT_SHARED names the folder")
    return folder
