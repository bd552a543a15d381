"""`hubaudit identify`: files in, one answer each out."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

import pytest

from tests.audit.command import run
from tests.license.texts import APACHE, MIT, NO_WEAPONS

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "MIT").write_text(MIT, encoding="utf-8")
    (tmp_path / "RIDER").write_text(f"{MIT}\n{NO_WEAPONS}\n", encoding="utf-8")
    (tmp_path / "OWN").write_text(
        "You may use the model for non-commercial purposes only.\n", encoding="utf-8"
    )
    (tmp_path / "ODD").write_text(
        "\x1b[31m Use Harbour\u202e for military surveillance is prohibited.", "utf-8"
    )
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_each_file_gets_its_answer_in_order() -> None:
    done = run("identify", "RIDER", "MIT", "OWN", "--format", "json")
    rider, mit, own = done.json["results"]
    assert (done.code, done.err, done.json["schema_version"]) == (0, "", 1)
    assert (mit["id"], mit["spdx"], mit["score"], mit["exact"], mit["level"]) == (
        "mit",
        "MIT",
        100.0,
        True,
        4,
    )
    assert (mit["inserted"], mit["restrictions"]) == ([], [])
    assert (rider["id"], rider["modified"], rider["level"]) == ("mit", True, 3)
    assert rider["restrictions"] == [{"kind": "aup", "quote": NO_WEAPONS}]
    assert (own["id"], own["level"], own["basis"]) == (None, 2, "read by pattern")


@pytest.mark.usefixtures("folder")
def test_a_reader_sees_what_was_inserted_and_why() -> None:
    done = run("identify", "RIDER")
    assert done.out.splitlines()[0].startswith("RIDER: modified mit, score ")
    assert "level 3 (modified)" in done.out
    assert f"    inserted     {NO_WEAPONS.removesuffix('.')}\n" in done.out


@pytest.mark.usefixtures("folder")
def test_hostile_text_reaches_no_terminal() -> None:
    table, as_json = run("identify", "ODD"), run("identify", "ODD", "-f", "json")
    for out in (table.out, as_json.out):
        assert "\x1b" not in out
        assert "\u202e" not in out
    assert json.loads(as_json.out)["results"][0]["level"] == 3


def test_a_dash_reads_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(APACHE.encode())))
    done = run("identify", "-")
    assert (done.code, done.out) == (
        0,
        "-: identified apache-2.0 (Apache-2.0), score 100; level 4 (license)\n",
    )


@pytest.mark.usefixtures("folder")
def test_unknown_stays_unknown_and_is_no_error() -> None:
    monkey = run("identify", "MIT", "EMPTY")
    assert monkey.code == 2
    done = run("identify", "OWN", "--format", "json")
    assert (done.code, done.json["results"][0]["outcome"]) == (0, "unknown")


@pytest.mark.parametrize("name", ["nothing-here", "."])
def test_what_cannot_be_read_is_told_in_one_line(name: str) -> None:
    done = run("identify", name)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert f"{name} cannot be read" in done.err
