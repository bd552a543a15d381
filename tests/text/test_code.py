"""What is found in code, row by row of the table that says what to look for."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubaudit.text.code.read import BINARY, BROKEN, LARGEST, NOT_UTF_8, READ, TOO_LARGE, read
from hubaudit.text.code.wanted import Wanted
from tests.reference import table

ROWS = table("code_mention")
WANTED = Wanted(ROWS)
FILES = {"call": "code.py", "key": "code.yaml", "command": "code.sh"}
BY_ID = {row["id"]: row for row in ROWS}
DECOYS = [row for row in ROWS if row["syntax"] == "decoy"]


def found(name: str, text: str, wanted: Wanted = WANTED) -> list[tuple[str, str, int, int]]:
    outcome, ids = read(name, text.encode(), wanted)
    assert outcome == READ
    return [(each.kind, each.id, each.line, each.column) for each in ids]


def ids(name: str, text: str) -> list[str]:
    return [repo_id for _, repo_id, _, _ in found(name, text)]


@pytest.mark.parametrize("row", [row for row in ROWS if row not in DECOYS], ids=lambda row: row["id"])
def test_a_row_finds_its_yes_and_not_its_no(row: dict[str, str]) -> None:
    alone = Wanted([row])
    name = FILES[row["syntax"]]
    assert found(name, row["no"], alone) == []
    kinds = {kind for kind, *_ in found(name, row["yes"], alone)}
    assert kinds == ({row["kind"].replace("repo_type", "model")} - {"space"})
    with_all = {kind for kind, *_ in found(name, row["yes"])}
    assert with_all == kinds, "another row says something else"


@pytest.mark.parametrize("row", DECOYS, ids=lambda row: row["id"])
def test_a_decoy_is_no_id(row: dict[str, str]) -> None:
    assert ids("code.yaml", f"model: {row['yes']}") == []
    assert ids("code.yaml", f"model: {row['no']}") == [row["no"]]


def test_a_name_stands_for_what_it_is_given_here() -> None:
    text = """
NAME = "acorn/outer"
def first(NAME): load.from_pretrained(NAME)
def second(): load.from_pretrained(NAME)
def third(*, NAME="acorn/default"): load.from_pretrained(NAME)
async def fourth():
    NAME = "acorn/inner" if small else "acorn/other"
    load.from_pretrained(NAME or "acorn/last")
ID = f"acorn/needless-f"
load.from_pretrained(ID)
circle = around
around = circle
load.from_pretrained(circle)
lambda NAME: load.from_pretrained(NAME)
"""
    assert found("code.py", text) == [
        ("model", "acorn/outer", 2, 9),
        ("model", "acorn/default", 5, 20),
        ("model", "acorn/inner", 7, 13),
        ("model", "acorn/other", 7, 41),
        ("model", "acorn/last", 8, 35),
        ("model", "acorn/needless-f", 9, 8),
    ]


@pytest.mark.parametrize(
    "call",
    [
        "import transformers as tf\ntf.pipeline('x', model='acorn/oak')",
        "from transformers.pipelines import pipeline as p\np('x', 'acorn/oak')",
        "import transformers\nclass A:\n  def b(self): return self.c.pipeline(model='acorn/oak')",
    ],
)
def test_an_import_tells_whose_function_it_is(call: str) -> None:
    assert ids("code.py", call) == ["acorn/oak"]
    assert ids("code.py", call.replace("transformers", "kfp")) == []


def test_a_star_hides_which_argument_is_which() -> None:
    assert ids("code.py", "from transformers import pipeline\npipeline(*tasks, 'acorn/oak')") == []


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://huggingface.co/acorn/oak/resolve/main/config.json?x=1", ["acorn/oak"]),
        ("hf.co/acorn/oak", ["acorn/oak"]),
        ("git@hf.co:acorn/oak.git", ["acorn/oak"]),
        ("hf://acorn/oak@main/model.safetensors", ["acorn/oak"]),
        ("hf-hub:acorn/oak", ["acorn/oak"]),
        ("hf://buckets/acorn/oak", []),
        ("https://huggingface.co/spaces/acorn/oak", []),
        ("https://huggingface.co/docs/transformers", []),
        ("https://huggingface.co/acorn", []),
        ("https://huggingface.co/acorn/{name}", []),
        ("https://huggingface.co/acorn/oak-$SIZE", []),
        ("https://evil.example/huggingface.co/acorn/oak", []),
    ],
)
def test_an_address_leads_to_a_repository_or_to_none(address: str, expected: list[str]) -> None:
    assert ids("run.sh", f"fetch {address} now") == expected
    assert ids("code.json", json.dumps({"anything": address})) == expected


def test_a_place_is_in_characters_and_lines_end_in_any_way() -> None:
    assert found("a.py", "é = 'ü'; x.from_pretrained('acorn/oak')\r\n") == [("model", "acorn/oak", 1, 29)]
    assert found("a.sh", "# 1\r\nhf download acorn/oak\r\n") == [("model", "acorn/oak", 2, 13)]
    assert found("a.toml", 'x = "é"\r\nmodel = "acorn/oak"\r\n') == [("model", "acorn/oak", 2, 10)]
    assert found("a.yaml", "x: é\r\nmodel: acorn/oak") == [("model", "acorn/oak", 2, 8)]
    assert found("a.json", '{"x": "\\u00e9",\r\n"model": "acorn\\/oak"}') == [("model", "acorn/oak", 2, 11)]


def test_a_table_of_toml_in_every_spelling() -> None:
    text = """
a.model = "acorn/one"
"b".'model' = 'acorn/two'
[c.embeddings]
model = ["acorn/three", # "acorn/no"
  'acorn/four']
other = { model = "acorn/five", x = [1, 2], base_model = '''acorn/six''' }
when = 2026-01-01 10:00:00
[[datasets]]
path = "acorn/seven"
"""
    assert [repo_id.partition("/")[2] for repo_id in ids("a.toml", text)] == [
        "one", "two", "three", "four", "five", "six", "seven"
    ]  # fmt: skip


def test_what_cannot_be_read_is_named() -> None:
    code = b"x.from_pretrained('acorn/oak')\n"
    assert read("a.py", code + b"#" * LARGEST, WANTED) == (TOO_LARGE, [])
    assert read("a.py", code + b"\0", WANTED) == (BINARY, [])
    assert read("a.py", code + b"# caf\xe9", WANTED) == (NOT_UTF_8, [])
    assert read("a.py", code + b"print 1", WANTED) == (BROKEN, [])
    assert read("a.py", code.decode().encode("utf-16"), WANTED)[1][0].id == "acorn/oak"
    for name in ("a.py", "a.json", "a.toml", "a.yaml", "a.ipynb"):
        assert read(name, b"[" * 100_000 + b"from_pretrained", WANTED) == (BROKEN, []), name
        assert read(name, b"- " * 100_000 + b"from_pretrained", WANTED)[0] == BROKEN, name


def test_what_was_found_before_a_break_counts() -> None:
    outcome, seen = read("chart.yaml", b"a: {{ b }}: {{ c\nrun: hf download acorn/oak", WANTED)
    assert (outcome, [each.id for each in seen]) == (BROKEN, ["acorn/oak"])
    cells = [{"cell_type": "code", "source": text} for text in ("x = (", "x.from_pretrained('acorn/oak')")]
    outcome, seen = read("a.ipynb", json.dumps({"cells": cells}).encode(), WANTED)
    assert (outcome, [each.id for each in seen]) == (BROKEN, ["acorn/oak"])


def test_a_cell_may_be_of_another_language_or_go_on_with_a_remainder() -> None:
    cells = [
        "%%bash\nhf download acorn/bash",
        "%%html\n<a href='x'>hf download acorn/html</a>",
        "x = (7\n% 2)\nx.from_pretrained('acorn/modulo')",
        "model?\n\ud83d\n!vllm serve acorn/shell",
    ]
    content = {"cells": [{"cell_type": "code", "source": text.splitlines(keepends=True)} for text in cells]}
    _, seen = read("a.ipynb", json.dumps(content).encode(), WANTED)
    assert [each.id for each in seen] == ["acorn/bash", "acorn/modulo", "acorn/shell"]


def test_aliases_of_yaml_are_not_followed() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
    )
    assert ids("a.yaml", f"{bomb}model: acorn/oak") == ["acorn/oak"]


PIECES = st.sampled_from(
    [
        *"'\"()[]{}:=,#\\é!%|>\n\r\x0c\x85\u2028\ufeff",
        *("from_pretrained(", "pipeline(", "'acorn/oak'", "acorn/oak", "import transformers as t", "x = "),
        *("model", "\r\n", "- ", "  ", "\\u00e9", "\\ud83d", "&a ", "*a", "'''", '"""', "f'{", "---", "[["),
        *("hf download ", "--repo-type dataset", "https://hf.co/acorn/oak", "%%bash", "lambda x=1:"),
        *("def f(x):", '{"cells": [{"cell_type": "code", "source": ["', '"]}]}'),
    ]
)
NAMES = st.sampled_from(["a.py", "a.ipynb", "a.yaml", "a.toml", "a.json", "Dockerfile", "a.sh", "Makefile"])


@given(NAMES, st.lists(st.one_of(PIECES, st.text(max_size=3)), max_size=25).map("".join))
@settings(max_examples=400, deadline=None)
def test_any_text_is_read_and_every_place_is_in_it(name: str, text: str) -> None:
    _, seen = read(name, text.encode(errors="replace"), WANTED)
    lines = text.encode(errors="replace").decode("utf-8-sig", errors="replace").replace("\r\n", "\n")
    for each in seen:
        assert 1 <= each.line <= len(lines.replace("\r", "\n").split("\n"))
        assert each.column >= 1


@given(NAMES, st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_read(name: str, content: bytes) -> None:
    assert read(name, content, WANTED)[0] in {READ, BINARY, NOT_UTF_8, BROKEN}
