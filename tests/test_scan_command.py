"""`hubaudit scan` as a person and a pipeline meet it: the exit codes of `score`, a place for everything."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sarif_kit.validate import validation_errors

from hubaudit.report.escape import is_visible
from tests.audit.command import Done, run
from tests.fakehub import FakeHub, model
from tests.report.rendering import RENDERER

if TYPE_CHECKING:
    from collections.abc import Iterator

WEIGHTS = {"model.safetensors": "weights, as it were\n"}
REPOS = (
    model("acme/clean", license="apache-2.0", card="# Clean\n", files=WEIGHTS),
    model("acme/trap", license="apache-2.0", card="# Trap\n", base_model="acme/closed", files=WEIGHTS),
    model("acme/closed", license="cc-by-nc-4.0", card="# Closed\n", files=WEIGHTS),
    model("acme/untagged", card="# Untagged\n", files=WEIGHTS),
    model("acme/new-name", license="mit", card="# New\n", renamed_from=["acme/old-name"], files=WEIGHTS),
)
CODE = {
    "app/load.py": "NAME = 'acme/trap'\na.from_pretrained(NAME)\nb.from_pretrained('acme/clean')\n",
    "conf.yaml": "model: acme/trap\ndatasets: [acme/data]\nbase_model: acme/trap\n",
}


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FakeHub, Path]]:
    """Score every model once: each test then asks the store, and the Hub only for what it does not have."""
    store = tmp_path_factory.mktemp("scan") / "store.duckdb"
    with FakeHub(REPOS) as running, pytest.MonkeyPatch.context() as environment:
        environment.delenv("HF_TOKEN", raising=False)
        environment.setenv("HUBAUDIT_NO_CODE_HOST", "1")
        ids = [*(repo.id for repo in REPOS), "acme/old-name"]
        assert run("score", *ids, "--db", str(store), "--endpoint", running.url).code == 0
        yield running, store


@pytest.fixture
def hub(scored: tuple[FakeHub, Path], monkeypatch: pytest.MonkeyPatch) -> FakeHub:
    running, store = scored
    shutil.copy(store, os.environ["HUBAUDIT_DB"])
    running.requests.clear()
    monkeypatch.setenv("HF_ENDPOINT", running.url)
    return running


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in CODE.items():
        write(name, text)
    return tmp_path


def write(name: str, text: str) -> None:
    path = Path(name)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def sarif(done: Done) -> list[dict[str, Any]]:
    assert validation_errors(done.json) == []
    return list(done.json["runs"][0]["results"])


def test_a_list_asks_nothing(hub: FakeHub) -> None:
    done = run("scan", ".", "--list")
    assert done.out.splitlines() == [
        "kind\tid\tfile\tline\tcolumn",
        "model\tacme/trap\tconf.yaml\t1\t8",
        "model\tacme/trap\tconf.yaml\t3\t13",
        "model\tacme/trap\tapp/load.py\t1\t9",
        "model\tacme/clean\tapp/load.py\t3\t20",
        "dataset\tacme/data\tconf.yaml\t2\t12",
    ]
    assert (done.code, done.err) == (0, "hubaudit: 1 data set is listed and not scored\n")
    assert hub.requests == []


def test_a_list_in_every_format() -> None:
    found = run("scan", ".", "--list", "-f", "json").json
    assert (found["schema_version"], found["files"], found["unread"]) == (1, 2, [])
    assert [(each["kind"], each["id"], len(each["places"])) for each in found["named"]] == [
        ("model", "acme/trap", 3), ("model", "acme/clean", 1), ("dataset", "acme/data", 1)
    ]  # fmt: skip
    lines = run("scan", ".", "--list", "-f", "jsonl").out.splitlines()
    assert json.loads(lines[0]) == {
        "kind": "model", "id": "acme/trap", "file": "conf.yaml", "line": 1, "column": 8
    }  # fmt: skip
    assert "| model | acme/trap | conf" in run("scan", ".", "--list", "-f", "markdown").out
    refused = run("scan", ".", "--list", "-f", "sarif")
    assert (refused.code, refused.out) == (2, "")


@pytest.mark.usefixtures("hub")
def test_the_table_shows_each_model_its_places_and_its_findings() -> None:
    done = run("scan", ".")
    assert (done.code, done.err) == (0, "hubaudit: 1 data set is listed and not scored\n")
    assert "named  conf.yaml:1, conf.yaml:3, app/load.py:1" in done.out
    assert "upstream-license-conflict" in done.out
    assert "acme/data · conf.yaml:2" in done.out
    assert "2 models in 2 files: " in done.out
    assert "\x1b" not in done.out
    assert [line for line in done.out.splitlines() if len(line) > 80 and "http" not in line] == []


@pytest.mark.usefixtures("hub")
def test_sarif_has_a_result_for_each_finding_and_place() -> None:
    done = run("scan", ".", "--format", "sarif", "--fail-on", "high")
    assert done.code == 1
    results = [each for each in sarif(done) if each["ruleId"] == "upstream-license-conflict"]
    places = [each["locations"][0]["physicalLocation"] for each in results]
    assert [(place["artifactLocation"]["uri"], place["region"]) for place in places] == [
        ("conf.yaml", {"startLine": 1, "startColumn": 8}),
        ("conf.yaml", {"startLine": 3, "startColumn": 13}),
        ("app/load.py", {"startLine": 1, "startColumn": 9}),
    ]
    assert len({each["partialFingerprints"]["hubauditFinding/v1"] for each in results}) == 3
    assert results[0]["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "acme/trap"
    assert any("physicalLocation" in each for each in results[0]["relatedLocations"])


@pytest.mark.usefixtures("hub")
def test_a_fingerprint_outlives_lines_that_move() -> None:
    before = sarif(run("scan", ".", "-f", "sarif"))
    write("conf.yaml", f"# a new line\n\n{CODE['conf.yaml']}")
    after = sarif(run("scan", ".", "-f", "sarif"))
    assert [each["partialFingerprints"] for each in before] == [each["partialFingerprints"] for each in after]
    assert before != after


@pytest.mark.usefixtures("hub")
def test_json_has_the_keys_of_a_score_and_the_places() -> None:
    found = run("scan", ".", "-f", "json").json
    assert list(found) == ["schema_version", "models", "unscored", "datasets", "files", "unread"]
    scored = run("score", "acme/trap", "-f", "json").json
    assert set(found["models"][0]) - set(scored) == {"places"}
    assert found["models"][0]["places"][0] == {"file": "conf.yaml", "line": 1, "column": 8}
    assert found["datasets"][0]["id"] == "acme/data"
    lines = [json.loads(line) for line in run("scan", ".", "-f", "jsonl").out.splitlines()]
    assert {line["id"] for line in lines} == {"acme/trap"}
    assert len(lines[0]["places"]) == 3


@pytest.mark.usefixtures("hub")
@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_a_former_scan_is_a_baseline(form: str) -> None:
    write("base.txt", run("scan", ".", "-f", form).out)
    assert run("scan", ".", "--fail-on", "high", "--baseline", "base.txt").code == 0
    done = run("scan", ".", "--fail-on", "high", "--baseline", "base.txt", "-f", "sarif")
    assert {each["baselineState"] for each in sarif(done)} == {"unchanged"}


@pytest.mark.usefixtures("hub")
def test_the_policy_and_the_ignored_of_the_project_hold() -> None:
    write("hubaudit.toml", '[policy]\nfail-on = "high"\nallowed-licenses = ["mit"]\n')
    done = run("scan", "app", "-f", "sarif")
    assert done.code == 1
    assert {"policy-allowed-license"} < {each["ruleId"] for each in sarif(done)}
    ignored = (
        '[[ignore]]\nrule = "upstream-license-conflict"\nid = "acme/*"\nreason = "x"\nuntil = 2999-01-01\n'
    )
    write("hubaudit.toml", ignored)
    assert run("scan", "app", "--fail-on", "high").code == 0


@pytest.mark.usefixtures("hub")
@pytest.mark.parametrize(
    ("model_id", "fail_on", "code"),
    [
        ("acme/clean", "high", 0),
        ("acme/untagged", "high", 0),
        ("acme/untagged", "medium", 1),
        ("no/such-model", None, 3),
    ],
)
def test_the_exit_code_is_that_of_score(model_id: str, fail_on: str | None, code: int) -> None:
    write("one/x.sh", f"vllm serve {model_id}\n")
    gate = ["--fail-on", fail_on] if fail_on else []
    assert run("scan", "one", *gate).code == run("score", model_id, *gate).code == code


@pytest.mark.usefixtures("hub")
def test_a_model_that_the_hub_does_not_have_is_told_with_its_place() -> None:
    write("one/x.sh", "vllm serve no/such-model\nvllm serve acme/clean\n")
    done = run("scan", "one", "-f", "json")
    assert done.code == 3
    (lost,) = done.json["unscored"]
    assert (lost["id"], lost["places"]) == ("no/such-model", [{"file": "one/x.sh", "line": 1, "column": 12}])
    assert not lost["reason"].startswith("no/such-model")
    assert [each["model"]["id"] for each in done.json["models"]] == ["acme/clean"]
    for form in ("table", "markdown"):
        assert "1 model without an answer" in run("scan", "one", "-f", form).out


@pytest.mark.usefixtures("hub")
def test_two_names_of_one_model_are_one_model_with_all_places() -> None:
    write("one/x.sh", "vllm serve acme/old-name\nvllm serve acme/new-name\n")
    (only,) = run("scan", "one", "-f", "json").json["models"]
    assert only["model"]["id"] == "acme/new-name"
    assert [place["line"] for place in only["places"]] == [1, 2]


@pytest.mark.usefixtures("hub")
def test_code_that_names_nothing_is_fine() -> None:
    write("one/x.sh", "echo hello\n")
    done = run("scan", "one", "--fail-on", "info")
    assert (done.code, done.out, done.err) == (0, "0 models in 1 file: no finding\n", "")
    assert sarif(run("scan", "one", "-f", "sarif")) == []
    assert run("scan", "one", "-f", "jsonl").out == ""


def test_what_was_not_read_is_counted_by_reason() -> None:
    for number in range(5):
        write(f"old/{number}.py", "print from_pretrained\n")
    write("old/big.json", " " * 1_000_001)
    done = run("scan", "old", "--list")
    assert done.code == 0
    assert "5 files were not read to the end, broken: old/0.py, old/1.py, old/2.py and 2 more\n" in done.err
    assert "1 file was not read to the end, too-large: old/big.json\n" in done.err


@pytest.mark.parametrize("paths", [[], ["nowhere"]])
def test_a_path_that_is_not_there(paths: list[str]) -> None:
    done = run("scan", *paths)
    assert (done.code, done.out) == (2, "")


@pytest.mark.usefixtures("hub")
def test_a_hostile_file_name_does_nothing() -> None:
    name = "\x1b[31m[x](javascript:alert(1))<b>|é ü\n.sh"
    write(f"one/{name}", "vllm serve acme/trap\n")
    for form in ("table", "markdown", "json", "sarif"):
        out = run("scan", "one", "-f", form).out
        assert all(is_visible(char) or char in "\n\u200b" for char in out)
    assert "<b>" not in RENDERER.render(run("scan", "one", "-f", "markdown").out)
    uri = sarif(run("scan", "one", "-f", "sarif"))[0]["locations"][0]["physicalLocation"]["artifactLocation"][
        "uri"
    ]
    assert uri.startswith("one/%1B%5B31m")
