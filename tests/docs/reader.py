"""A reader of the docs: a folder with a store and a project, a Hub, and a small shell."""

from __future__ import annotations

import json
import os
import re
import shutil
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from unittest.mock import patch

import zstandard

from tests.audit.command import Done, run
from tests.conftest import ROOT
from tests.docs.blocks import parts
from tests.fakehub.build import model
from tests.fakehub.records import load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fakehub.catalogue import Repo

ELSEWHERE = {
    "pip install .": "needs a package registry; the wheel step of .ci/run installs it",
    "pip install -e .[test]": "needs a package registry; each step of .ci/run does it",
    "pip install -e .[docs]": "needs a package registry; the docs step of .ci/run does it",
    "python3 -m venv .venv": "makes an environment to install into; .ci/run makes its own",
    ". .venv/bin/activate": "the same",
    "pytest": "is what runs this",
    "bash .ci/run": "is what runs this",
    "bash .ci/run lint": "is what runs this",
    "python -m docs": "builds these pages: the docs step of .ci/run",
    "python -m tests.fakehub": "serves until Ctrl-C; tests/fakehub/test_command.py runs it",
}
"""Commands that the pages show and that are not run here, with the reason."""

_SETTING = re.compile(r"(\w+)=(.*)")
_CASES = ROOT / "tests" / "fakehub" / "cases.jsonl"
_FILES = {
    "src/app.py": 'from transformers import pipeline\n\nask = pipeline(model="acme/open-claim")\n',
    "tests/try.py": 'from transformers import pipeline\n\nask = pipeline(model="acme/nolicense")\n',
    "LICENSE": "Do what you like with it, says this text of our own.\n",
    "USE_POLICY.md": "You may not use it to deceive people.\n",
}


def repositories() -> list[Repo]:
    """Return what the Hub of the pages serves: the fake Hub's own cases, and stand-ins for real models."""
    base = "mistralai/Mistral-7B-v0.1"
    weights = {"model.safetensors": "weights, as it were\n"}
    return [
        *load([_CASES]),
        model("HuggingFaceH4/zephyr-7b-beta", license="mit", base_model=base, files=weights),
        model(base, license="apache-2.0", files=weights),
    ]


@dataclass(frozen=True, slots=True)
class Reader:
    """Who tries the pages: `folder` has the store that each try begins with, `url` is the Hub."""

    folder: Path
    url: str

    @contextmanager
    def at_home(self) -> Iterator[None]:
        """Go into a new folder with a copy of the store and a project, as the environment tells."""
        with TemporaryDirectory(dir=self.folder) as home:
            settle(Path(home))
            store = shutil.copy(self.folder / "store.duckdb", home)
            told = {"HF_ENDPOINT": self.url, "URL": self.url, "HUBAUDIT_DB": store}
            with patch.dict(os.environ, told | {"HUBAUDIT_CACHE": f"{home}/cache"}), chdir(home):
                yield


def settle(folder: Path) -> None:
    """Give the reader a project: code that names models, files to identify, a list to import."""
    for name, text in _FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    record = json.dumps({"_id": "0" * 24, "id": "acme/listed", "tags": ["license:mit"]})
    (folder / "models.jsonl.zst").write_bytes(zstandard.compress(record.encode()))


def run_line(line: str) -> Done:
    """Run the commands of a line one after the other, until one fails, as a shell does."""
    done = Done(0, "", "")
    for words in parts(line):
        if not done.code and " ".join(words) not in ELSEWHERE:
            done = _run(words)
    return done


def _run(words: list[str]) -> Done:
    """Run `hubaudit`, with settings before it and perhaps `> FILE` behind it."""
    settings = {}
    while setting := _SETTING.fullmatch(words[0]):
        settings[setting[1]] = os.path.expandvars(setting[2])
        words = words[1:]
    words, target = (words[:-2], words[-1]) if ">" in words else (words, None)
    assert words[0] == "hubaudit", f"nothing runs {words[0]}: add it to ELSEWHERE, with the reason"
    with patch.dict(os.environ, settings):
        done = run(*words[1:])
    if target:
        Path(target).write_text(done.out, encoding="utf-8")
    return done
