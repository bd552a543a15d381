"""Whatever stands in a record or a card: scored as far as it goes, and nothing hostile in what is shown."""

from __future__ import annotations

import csv
import json
import re
from io import StringIO
from typing import TYPE_CHECKING, Any
from unicodedata import category

import pytest
import zstandard
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from huggingface_hub import constants
from markdown_it import MarkdownIt
from sarif_kit.validate import validation_errors
from spdx_python_model import load_data

from tests.audit.command import Done, run
from tests.fakehub import FakeHub, Repo, dataset, model

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakehub.catalogue import Kind

COMPONENTS = {"weights", "pretraining_dataset", "finetuning_dataset", "reward_model", "data_processing_code"}
WEIGHTS: dict[str, str | bytes] = {"model.safetensors": "weights, as it were\n"}
PAYLOADS = {
    "terminal": "\x1b]0;owned\x07\x1b[2J\x1b[31mred\x9b31m \x1b]8;;https://evil.example\x07x\x1b]8;;\x07",
    "direction": "\u202egpj.exe\u2066 \u200b\u2028\u2029 \ufeff",
    "nul": "nul \x00 byte, bell \x07, back \x08\x08\x08, return \r over",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)> &lt;b&gt;",
    "sql": "'; drop table raw.repo_log; -- \" ; select * from read_csv('/etc/passwd') $1 ?",
    "formula": "=cmd|' /C calc'!A0 +1 -1 @SUM(A1)",
    "markdown": "| a | [x](javascript:alert(1)) ![i](https://evil.example/p.png) `c` @all #1\n\n# H\n---",
    "format": "{0} {crawl_id} %s %(x)s {{x}} ${HOME} \\N{BELL} [bold red]rich[/] \\d+(",
    "long": "A" * 20_000,
}
READMES: dict[str, str | bytes | None] = {
    "broken-yaml": "---\nlicense: mit\n  tags: [a\n---\n# Broken\n\nAn open-source model.\n",
    "unclosed-head": "---\nlicense: mit\n# Unclosed\n",
    "head-is-a-list": "---\n- license\n- mit\n---\n# List\n",
    "aliases": "---\na: &a [x, x, x, x]\nb: &b [*a, *a, *a, *a]\nc: [*b, *b, *b]\n---\n# Aliases\n",
    "not-utf-8": b"---\nlicense: mit\n---\n# Caf\xe9\n\nUn mod\xe8le open source \xff\xfe\x80.\n",
    "utf-16": "---\nlicense: mit\n---\n# Sixteen\n\nAn open-source model.\n".encode("utf-16"),
    "empty": "",
    "no-card": None,
    "a-megabyte": "---\nlicense: mit\n---\n"
    + "An open-source model trained on The Pile with GPT-4.\n\n" * 20_000,
    "ten-thousand-links": "# Links\n\n"
    + "[x](https://github.com/a/b) (https://huggingface.co/c/d)\n" * 5_000,
    "one-line": "x" * 1_000_000,
    "deep": ">" * 20_000 + " open source " + "[" * 20_000,
}
FIELDS: dict[str, Any] = {
    "license-list": {"license": ["apache-2.0", "cc-by-nc-4.0"]},
    "license-prose": {"license": "Free for research; ask us for everything else, please"},
    "license-number": {"license": 7},
    "license-map": {"license": {"name": "mit", "url": ["x"]}},
    "license-null": {"license": None},
    "license-nested": {"license": [["mit"], {"a": "mit"}, None, 1.5]},
    "datasets-map": {"datasets": {"train": "acme/data"}},
    "datasets-string": {"datasets": "acme/data"},
    "datasets-number": {"datasets": 3},
    "datasets-mixed": {"datasets": ["acme/data", None, 3, {"name": "acme/data"}, ["acme/data"], "", "../.."]},
    "base-map": {"base_model": {"name": "acme/base"}},
    "base-mixed": {"base_model": ["acme/base", None, 4, ["acme/base"], "", "https://evil.example/x", "/"]},
    "relation-list": {"base_model": "acme/base", "base_model_relation": ["quantized", "merge"]},
}  # fmt: skip
RECORDS: dict[str, Any] = {
    "card-data-is-text": {"cardData": "license: mit"},
    "card-data-is-a-list": {"cardData": [{"license": "mit"}]},
    "tags-are-text": {"tags": "license:mit"},
    "tags-hold-maps": {"tags": [{"license": "mit"}, None, 3, "license:mit"]},
    "gated-is-a-map": {"gated": {"mode": "auto"}},
    "siblings-hold-anything": {"siblings": [None, 3, "x", {"name": "a"}, {"rfilename": 3}]},
    "siblings-are-text": {"siblings": "README.md"},
    "counts-are-text": {"downloads": "many", "likes": -1, "disabled": "perhaps"},
    "half-a-character": {"cardData": {"license": "mit", "extra_gated_prompt": "\ud800"}, "gated": "auto"},
    "deep": {"cardData": {"license": json.loads("[" * 90 + "]" * 90)}},
}  # fmt: skip


def payload(name: str, text: str) -> Repo:
    """A model that says `text` wherever a stranger can say something."""
    head = {
        "tags": [text], "language": text, "title": text, text: text,
        "extra_gated_prompt": text, "extra_gated_fields": {text: "checkbox"},
        "library_name": text, "pipeline_tag": text,
    }  # fmt: skip
    file = re.sub(r"[/\x00]", "_", text)[:200]
    return model(
        f"evil/{name}", head=head, license=text, license_name=text, license_link=text, gated="auto",
        base_model=["acme/base", text, f"acme/{text}"], base_model_relation=text,
        datasets=["acme/data", text, f"acme/{text}"], tags=["license:mit", text, f"base_model:{text}"],
        card=f"# {text}\n\nAn open-source model {text}, trained on {text} with GPT-4.\n\n[{text}]({text})\n",
        files={**WEIGHTS, f"LICENSE-{file}": text, "LICENSE": text},
    )  # fmt: skip


def repos() -> list[Repo]:
    return [
        model("acme/base", license="llama3.1", card="# Base\n", files=WEIGHTS),
        dataset("acme/data", license="cc-by-nc-4.0", card="# Data\n"),
        *(payload(name, text) for name, text in PAYLOADS.items()),
        *(model(f"card/{name}", readme=readme, files=WEIGHTS) for name, readme in READMES.items()),
        *(model(f"field/{name}", card="# Card\n", files=WEIGHTS, **given) for name, given in FIELDS.items()),
        *(model(f"record/{name}", card="# C\n", files=WEIGHTS, **given) for name, given in RECORDS.items()),
    ]  # fmt: skip


FORMATS = ("json", "table", "markdown", "jsonl", "csv", "sarif", "discussion")
OF_ONE_MODEL = ("cyclonedx", "spdx")
BILLS = [f"{form} evil/{name}" for form in OF_ONE_MODEL for name in PAYLOADS]
IDS = sorted(repo.id for repo in repos() if repo.kind == "model" and not repo.id.startswith("acme/"))


def score_all(folder: Path, endpoint: str, ids: list[str]) -> dict[str, Done]:
    common = ("--db", str(folder / "store.duckdb"), "--endpoint", endpoint)
    return {form: run("score", *ids, *common, "--format", form) for form in FORMATS} | {
        f"{form} {model_id}": run("score", model_id, *common, "--format", form)
        for form in OF_ONE_MODEL
        for model_id in ids
        if model_id.startswith("evil/")
    }


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Done]:
    """All of them in one call a format: the second and the others are answered from the store."""
    with FakeHub(repos()) as hub, pytest.MonkeyPatch.context() as patch:
        patch.setattr(constants, "HF_HUB_DISABLE_IMPLICIT_TOKEN", True)  # read once a process
        return score_all(tmp_path_factory.mktemp("hostile"), hub.url, IDS)


def hostile_characters(text: str) -> set[str]:
    """Return what moves the cursor, hides or turns words round; line ends are ours."""
    return {char for char in text if category(char) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}} - {
        "\n",
        "\u200b",
    }


pytestmark = pytest.mark.xdist_group("hostile")  # one process scores them all at once


@pytest.mark.parametrize("form", ["json", "table", "markdown"])
def test_all_are_scored(done: dict[str, Done], form: str) -> None:
    assert done[form].err == ""
    assert done[form].code == 0
    assert all(model_id in done[form].out for model_id in IDS)


def test_each_cell_of_each_is_there(done: dict[str, Done]) -> None:
    models = done["json"].json["models"]
    assert [each["model"]["id"] for each in models] == IDS
    for each in models:
        assert each["grid"].keys() == COMPONENTS
        assert re.fullmatch(r"[0-4?-](/[0-4?-]){4}", each["signature"])
        coverage = each["coverage"]
        assert coverage["flagged"] + coverage["passed"] + coverage["unjudged"] == coverage["rules"] > 0


@pytest.mark.parametrize("form", [*FORMATS, *BILLS])
def test_nothing_that_moves_hides_or_turns_is_shown(done: dict[str, Done], form: str) -> None:
    assert (done[form].code, done[form].err) == (0, "")
    ours = (
        {"\u200b"} if form in {"markdown", "discussion"} else set()
    )  # it keeps a renderer from making links
    assert hostile_characters(done[form].out) - ours == set()


@pytest.mark.parametrize("bill", BILLS)
def test_a_bill_of_materials_of_a_hostile_model_keeps_its_schema(done: dict[str, Done], bill: str) -> None:
    if bill.startswith("cyclonedx"):
        assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(done[bill].out) is None
    else:
        spdx, objects = load_data(done[bill].json)
        assert list(objects.foreach_type(spdx.ai_AIPackage))


def test_lists_of_hostile_findings_can_be_read_back(done: dict[str, Done]) -> None:
    findings = [json.loads(line) for line in done["jsonl"].out.splitlines()]
    assert {each["id"] for each in findings} >= {f"evil/{name}" for name in PAYLOADS}
    _, *rows = csv.reader(StringIO(done["csv"].out))
    assert len(rows) == len(findings)
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert validation_errors(done["sarif"].json) == []
    assert len(done["sarif"].json["runs"][0]["results"]) == len(findings)


@pytest.mark.parametrize("form", ["markdown", "discussion"])
def test_markdown_makes_no_html_links_or_images_of_theirs(done: dict[str, Done], form: str) -> None:
    reader = MarkdownIt("commonmark").enable("table")
    tokens = reader.parse(done[form].out)
    tokens += [child for token in tokens for child in token.children or ()]
    kinds = {token.type for token in tokens}
    assert {"heading_open", "link_open"} <= kinds
    assert kinds & {"html_block", "image", "fence", "code_block"} == set()
    assert {token.content for token in tokens if token.type == "html_inline"} <= {"<br>"}  # ours, in a table
    links = [str(token.attrs["href"]) for token in tokens if token.type == "link_open"]
    assert [link for link in links if not link.startswith(("http://127.0.0.1:", "https://"))] == []
    assert [link for link in links if "evil.example" in link.split("/")[2]] == []


def test_json_links_lead_to_the_web_only(done: dict[str, Done]) -> None:
    urls = re.findall(r'"url": "([^"]*)"', done["json"].out)
    assert urls
    assert all(url.startswith(("http://", "https://")) for url in urls)


def test_the_table_fits_its_width(done: dict[str, Done]) -> None:
    wide = [line for line in done["table"].out.splitlines() if len(line) > 100 and "http" not in line]
    assert wide == []


def one(done: dict[str, Done], model_id: str) -> Any:
    (found,) = [each for each in done["json"].json["models"] if each["model"]["id"] == model_id]
    return found


@pytest.mark.parametrize(
    "name", ["license-list", "license-prose", "license-number", "license-map", "license-nested"]
)
def test_a_license_that_is_none_is_not_open(done: dict[str, Done], name: str) -> None:
    assert one(done, f"field/{name}")["grid"]["weights"]["level"] != 4


@pytest.mark.parametrize("name", ["datasets-map", "datasets-string", "datasets-mixed"])
def test_data_sets_are_found_in_any_shape(done: dict[str, Done], name: str) -> None:
    assert "acme/data" in json.dumps(one(done, f"field/{name}"))


@pytest.mark.parametrize("name", ["base-mixed", "relation-list"])
def test_bases_are_found_among_rubbish(done: dict[str, Done], name: str) -> None:
    found = one(done, f"field/{name}")
    assert "acme/base" in {each["id"] for each in found["lineage"]}
    assert found["grid"]["weights"]["level"] != 4


def test_half_a_character_does_not_cost_the_record(done: dict[str, Done]) -> None:
    assert one(done, "record/half-a-character")["model"]["license"]["tag"] == "mit"


def test_a_claim_is_found_in_a_card_that_is_not_utf_8(done: dict[str, Done]) -> None:
    assert one(done, "card/utf-16")["model"]["claims"]


def recorded_generations(path: Path) -> list[list[Repo]]:
    """Every recorded answer of the API, as many Hubs as the most recorded model has answers."""
    with zstandard.open(path, "rt", encoding="utf-8") as lines:
        answers = [json.loads(line) for line in lines]
    hubs: list[dict[str, Repo]] = []
    for answer in answers:
        kind: Kind = "dataset" if answer["path"].startswith("/api/datasets/") else "model"
        repo = Repo(kind, answer["body"], files_known=False)
        hub = next((hub for hub in hubs if repo.id not in hub), None)
        if hub is None:
            hubs.append(hub := {})
        hub[repo.id] = repo
    return [list(hub.values()) for hub in hubs]


def test_every_recorded_answer_of_the_hub_is_scored(shared: Path, tmp_path: Path) -> None:
    path = shared / "real" / "api_bodies.jsonl.zst"
    if not path.is_file():
        pytest.skip(f"no recorded answers at {path}")
    generations = recorded_generations(path)
    assert sum(map(len, generations)) >= 65
    for number, repos in enumerate(generations):
        ids = [repo.id for repo in repos if repo.kind == "model"]
        with FakeHub(repos) as hub:
            done = run(
                "score", *ids, "--db", str(tmp_path / f"{number}.duckdb"), "--endpoint", hub.url, "-f", "json"
            )
        assert done.code in {0, 3}
        assert done.err == ""
        reports = done.json.get("models", [done.json])
        assert [each["model"]["id"] for each in reports] == ids
