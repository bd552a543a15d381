"""The command line as a person and a script meet it."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
from threading import Event
from typing import TYPE_CHECKING

import pytest

from hubaudit import __version__, cli
from hubaudit.audit.rules import SEVERITIES, rules
from tests.audit.command import Done, run
from tests.conftest import ROOT
from tests.fakehub import FakeHub, model
from tests.fakehub.faults import drip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.fakehub.messages import Request

WEIGHTS = {"model.safetensors": "weights, as it were\n"}
REPOS = (
    model("acme/clean", license="apache-2.0", card="# Clean\n", files=WEIGHTS),
    model("acme/trap", license="apache-2.0", card="# Trap\n", base_model="acme/closed", files=WEIGHTS),
    model("acme/closed", license="cc-by-nc-4.0", card="# Closed\n", files=WEIGHTS),
    model("acme/untagged", card="# Untagged\n", files=WEIGHTS),
)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    with FakeHub(REPOS) as running:
        monkeypatch.setenv("HF_ENDPOINT", running.url)
        yield running


def is_one_line(done: Done, code: int) -> bool:
    return done.code == code and done.out == "" and re.fullmatch(r"hubaudit: [^\n]+\n", done.err) is not None


@pytest.mark.usefixtures("hub")
def test_the_table_is_the_default_and_all_of_stdout() -> None:
    done = run("score", "acme/trap")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("acme/trap ")
    for words in ("OPENNESS", "weights", "LINEAGE", "acme/closed", "FINDINGS", "upstream-license-conflict"):
        assert words in done.out
    assert "\x1b" not in done.out
    assert [line for line in done.out.splitlines() if len(line) > 80 and "http" not in line] == []


@pytest.mark.usefixtures("hub")
def test_markdown() -> None:
    done = run("score", "acme/trap", "--format", "markdown")
    assert (done.code, done.err) == (0, "")
    assert re.search(r"^#+ .*acme/trap", done.out, re.MULTILINE)
    assert "| weights" in done.out.lower()


JSON_PARTS = {
    "The report": "", "`model`": "model", "`model.license`": "license", "`model.license.places[]`": "place",
    "`grid`": "grid", "`grid.*`": "cell", "`grid.*.evidence[]`": "evidence", "`lineage[]`": "lineage",
    "`findings[]`": "finding", "`coverage`": "coverage",
}  # fmt: skip


def documented_keys() -> dict[str, set[str]]:
    """The keys by the sections of docs/json.md."""
    page = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    return {
        name: set(re.findall(r"^\| `(\w+)` \|", sections[title], re.MULTILINE))
        for title, name in JSON_PARTS.items()
    }


@pytest.mark.usefixtures("hub")
def test_json_has_exactly_its_documented_keys() -> None:
    done = run("score", "acme/trap", "-f", "json")
    found = done.json
    seen = {
        "": found, "model": found["model"], "license": found["model"]["license"],
        "place": found["model"]["license"]["places"][0], "grid": found["grid"],
        "cell": found["grid"]["weights"], "evidence": found["grid"]["weights"]["evidence"][0],
        "lineage": found["lineage"][0], "finding": found["findings"][0], "coverage": found["coverage"],
    }  # fmt: skip
    assert {part: set(content) for part, content in seen.items()} == documented_keys()
    assert found["schema_version"] == 1
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", found["model"]["observed_at"])
    assert found["findings"][0]["path"] == ["acme/trap", "acme/closed"]


@pytest.mark.usefixtures("hub")
def test_several_models_in_one_json() -> None:
    found = run("score", "acme/clean", "acme/closed", "-f", "json").json
    assert found.keys() == {"schema_version", "models"}
    assert [each["model"]["id"] for each in found["models"]] == ["acme/clean", "acme/closed"]


@pytest.mark.usefixtures("hub")
@pytest.mark.parametrize(
    ("models", "fail_on", "code"),
    [
        (["acme/trap"], None, 0),
        (["acme/trap"], "high", 1),
        (["acme/trap"], "medium", 1),
        (["acme/trap"], "info", 1),
        (["acme/untagged"], "high", 0),
        (["acme/untagged"], "medium", 1),
        (["acme/untagged", "acme/trap"], "high", 1),
        (["acme/clean"], "high", 0),
        (["acme/trap", "no/such-model"], "high", 1),
        (["acme/clean", "no/such-model"], "high", 3),
        (["acme/clean", "no/such-model"], None, 3),
    ],
)
def test_the_exit_code_is_a_gate(models: list[str], fail_on: str | None, code: int) -> None:
    gate = ["--fail-on", fail_on] if fail_on else []
    assert run("score", *models, *gate).code == code


@pytest.mark.parametrize("form", ["table", "json", "markdown"])
def test_the_exit_code_is_the_same_for_every_format(hub: FakeHub, form: str) -> None:
    assert run("score", "acme/trap", "--fail-on", "high", "--format", form).code == 1
    assert hub.requests


@pytest.mark.usefixtures("hub")
@pytest.mark.parametrize(
    "address",
    [
        "https://huggingface.co/acme/clean",
        "https://huggingface.co/acme/clean/blob/main/README.md?x=1#y",
        "huggingface.co/acme/clean",
        "hf://acme/clean@main",
        " acme/clean ",
    ],
)
def test_an_address_is_as_good_as_an_id(address: str) -> None:
    assert run("score", address, "-f", "json").json["model"]["id"] == "acme/clean"


@pytest.mark.parametrize(
    "bad",
    [
        "a/b/c", "", "-", "a b/c", "acme/../x", "acme/x.git", "acme--x/y", "é/x", "\x1b[31m/x", "a" * 500,
        "https://evil.example/acme/clean", "http://[", "file:///etc/passwd", "datasets/acme/data",
        "https://huggingface.co/datasets/acme/data", "https://huggingface.co/spaces/acme/x", "'; drop table",
    ],
)  # fmt: skip
def test_what_is_no_id_is_refused_before_anything_is_asked(hub: FakeHub, bad: str) -> None:
    done = run("score", "acme/clean", "--", bad)
    assert is_one_line(done, 2), (done.out, done.err)
    assert "\x1b" not in done.err
    assert hub.requests == []


@pytest.mark.parametrize(
    "age", ["", "soon", "24", "-1h", "1.5h", "24 hours", "h", "1y", "9" * 30 + "d", "٣h"]
)
def test_an_age_that_is_none(age: str) -> None:
    done = run("score", "acme/clean", f"--max-age={age}")
    assert (done.code, done.out) == (2, "")
    assert "write a number and m, h or d, such as 90m, 24h or 7d" in " ".join(done.err.split())


@pytest.mark.parametrize("age", ["0m", "90m", "24h", "7 d", "999999999d"])
def test_an_age(hub: FakeHub, age: str) -> None:
    assert run("score", "acme/clean", f"--max-age={age}").code == 0
    assert hub.requests


@pytest.mark.parametrize(
    "arguments",
    [
        ["score"], ["score", "--nonsense", "a/b"], ["nonsense"], ["score", "a/b", "--format", "pdf"],
        ["score", "a/b", "--fail-on", "severe"], ["explain"], ["explain", "a", "b"],
        ["score", "a/b", "--endpoint", "ftp://hub.example"], ["score", "a/b", "--endpoint", "http://u:pw@h"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_usage(arguments: list[str]) -> None:
    done = run(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err
    assert "pw" not in done.err


def test_explain_a_rule() -> None:
    for rule in rules():
        done = run("explain", rule.id)
        assert (done.code, done.err) == (0, "")
        assert done.out.startswith(f"{rule.id} ({rule.severity})")
        assert rule.severity in SEVERITIES
        assert max(map(len, done.out.splitlines())) <= 80


@pytest.mark.parametrize(
    ("name", "begins"),
    [("llama3.1", "llama3.1: "), ("APACHE-2.0", "apache-2.0: "), (" mit ", "mit: ")],
)
def test_explain_a_license(name: str, begins: str) -> None:
    done = run("explain", name)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(begins)
    assert re.search(r"^level +\S", done.out, re.MULTILINE)


def test_explain_shows_demands_clauses_and_hard_cases() -> None:
    words = " ".join(run("explain", "llama3.1").out.split())
    assert "hard case user cap of 700M a month" in words
    assert "demands name begins Llama (finetune, merge, adapter)" in words
    assert 'clause "include "Llama" at the beginning of any such AI model name"' in words
    assert "source meta-llama/llama-models models/llama3_1/LICENSE" in words
    assert re.search(r"read on \d{4}-\d\d-\d\d", words)
    assert "demands same terms (finetune, merge, adapter, quantized), disputed" in " ".join(
        run("explain", "gpl-3.0").out.split()
    )


def test_explain_says_where_only_the_name_is_known() -> None:
    assert "seen for several licenses: read the text" in run("explain", "yi-34b").out
    assert run("explain", "deepseek-license").out.count("demands") == 1, "one license under two names"


@pytest.mark.parametrize(
    ("name", "begins", "level"),
    [
        ("0bsd", "0BSD: ", "4"),
        ("bitstream-vera", "Bitstream-Vera: ", "undetermined"),
        ("GPL-3.0-only", "gpl-3.0: ", "4"),
    ],
)
def test_explain_what_only_the_spdx_list_knows(name: str, begins: str, level: str) -> None:
    done = run("explain", name)
    assert done.out.startswith(begins)
    assert re.search(rf"^level +{level}", done.out, re.MULTILINE)


def test_explain_an_alias() -> None:
    assert run("explain", "Apache License 2.0").out.startswith("apache-2.0: ")


@pytest.mark.parametrize("name", ["nonsense", "", "\x1b[31mred", "upstream-licence-conflict", "x" * 5000])
def test_explain_nonsense_names_what_is_near(name: str) -> None:
    done = run("explain", name)
    assert is_one_line(done, 2), done.err
    assert "near: " in done.err
    assert "\x1b" not in done.err
    if name.startswith("upstream"):
        assert "near: upstream-license-conflict" in done.err


def test_the_version(run_python: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    assert run("--version").out == f"hubaudit {__version__}\n"
    done = run_python("-m", "hubaudit", "--version")
    assert (done.returncode, done.stdout) == (0, f"hubaudit {__version__}\n")


@pytest.mark.parametrize("arguments", [[], ["score"], ["explain"]])
def test_help(arguments: list[str]) -> None:
    done = run(*arguments, "--help")
    assert (done.code, done.err) == (0, "")
    assert "Usage: hubaudit" in done.out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shell_completion(
    run_python: Callable[..., subprocess.CompletedProcess[str]], monkeypatch: pytest.MonkeyPatch, shell: str
) -> None:
    monkeypatch.setenv("SHELL", f"/bin/{shell}")
    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")
    done = run_python("-c", "import sys; sys.argv[0] = 'hubaudit'; from hubaudit.cli import main; main()",
                      "--show-completion", shell)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "_HUBAUDIT_COMPLETE" in done.stdout


def break_down(message: str) -> Callable[..., object]:
    def broken(*_: object) -> object:
        raise ZeroDivisionError(message)

    return broken


def test_a_mistake_of_ours_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hubaudit.audit.score.score", break_down("some\x1b[31mthing\nTraceback"))
    done = run("score", "a/b")
    assert is_one_line(done, 3)
    assert "ZeroDivisionError: something" in done.err
    assert "HUBAUDIT_DEBUG=1" in done.err
    monkeypatch.setenv("HUBAUDIT_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        run("score", "a/b")


def test_a_result_that_the_encoding_cannot_hold(hub: FakeHub, offline_env: dict[str, str], home: str) -> None:
    env = offline_env | {"PYTHONIOENCODING": "latin-1", "HF_ENDPOINT": hub.url}
    command = [sys.executable, "-m", "hubaudit", "score", "acme/clean"]
    done = subprocess.run(command, capture_output=True, check=False, env=env, cwd=home)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "acme/clean" in done.stdout.decode("latin-1")
    assert "????" in done.stdout.decode("latin-1"), "the bar has no character there"


def on_a_terminal(env: dict[str, str], *arguments: str) -> bytes:
    """Run with stdout on a terminal; return what it shows."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "hubaudit", *arguments]
    with subprocess.Popen(command, stdout=theirs, stderr=subprocess.PIPE, env=env) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # how Linux says that the other side has closed
                piece = b""
            if not piece:
                break
            shown += piece
    os.close(ours)
    assert process.returncode == 0
    return shown


@pytest.mark.parametrize(
    ("setting", "colored"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_color_is_for_terminals_that_want_it(
    hub: FakeHub, offline_env: dict[str, str], setting: dict[str, str], *, colored: bool
) -> None:
    env = offline_env | {"HF_ENDPOINT": hub.url, "TERM": "xterm-256color", "COLUMNS": "80"} | setting
    shown = on_a_terminal(env, "score", "acme/clean")
    assert b"acme/clean" in shown
    assert (b"\x1b[" in shown) is colored


def test_ctrl_c_ends_tidily(hub: FakeHub, offline_env: dict[str, str]) -> None:
    came = Event()

    def seen(_: Request) -> None:
        came.set()

    hub.before = seen
    hub.faults.add(drip(300))
    command = [sys.executable, "-m", "hubaudit", "score", "acme/clean"]
    env = offline_env | {"HF_ENDPOINT": hub.url}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env, text=True
    ) as process:
        assert came.wait(30)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (cli.INTERRUPTED, "")
    assert re.fullmatch(r"hubaudit: interrupted[^\n]*\n", err)


def test_a_reader_that_hangs_up_is_no_mistake(hub: FakeHub, offline_env: dict[str, str]) -> None:
    command = [sys.executable, "-m", "hubaudit", "score", "acme/clean"]
    env = offline_env | {"HF_ENDPOINT": hub.url}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()


def test_json_of_a_pipe_is_json(hub: FakeHub, offline_env: dict[str, str]) -> None:
    command = [sys.executable, "-m", "hubaudit", "score", "acme/trap", "--format", "json"]
    env = offline_env | {"HF_ENDPOINT": hub.url, "FORCE_COLOR": "1"}
    done = subprocess.run(command, capture_output=True, check=True, env=env)
    assert json.loads(done.stdout)["model"]["id"] == "acme/trap"
    assert b"\x1b" not in done.stdout + done.stderr
