"""What the pages say is what the code has: names, tables, columns, keys, results."""

from __future__ import annotations

import inspect
import json
import re
import shlex
import tomllib
from datetime import timedelta
from importlib.util import find_spec

import pytest
import typer
import yaml

from docs import columns, example, table_pages
from docs.markdown import code, fenced, prose
from docs.pages import ROOT, pages
from hubaudit.api import score
from hubaudit.audit.rules import rules
from hubaudit.cli import app
from hubaudit.warehouse.reference import rows
from tests.docs.blocks import blocks, of, spans

LANGUAGES = {"bash", "python", "sql", "toml", "yaml", "json", "text", "{toctree}", "{eval-rst}"}
COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined] # Typer's own group has them
TOGETHER = pytest.mark.xdist_group("docs")  # with the commands: the pages are made once
pytestmark = TOGETHER
HOSTILE = "a|b`c``<img src=x onerror=y>\n# d\x1b[31m"


def _of(page: str) -> set[str]:
    return {span for name, span in spans() if name == page}


def test_a_block_says_its_language_and_is_of_it() -> None:
    assert {block.language for block in blocks()} <= LANGUAGES
    for language, read in (("toml", tomllib.loads), ("json", json.loads), ("yaml", yaml.safe_load)):
        assert [read(block.text) for block in of(language)]


def test_commands_and_options_that_a_line_names_exist() -> None:
    options = {
        name: {option for part in command.params for option in part.opts}
        for name, command in COMMANDS.items()
    }
    every = set().union(*options.values()) | {"--version"}
    for page, span in spans():
        first, *words = shlex.split(span) if span.startswith(("hubaudit ", "--")) else [""]
        if first == "hubaudit" and not words[0].startswith("-"):
            assert {word for word in words if word.startswith("--")} <= options[words[0]], (page, span)
        elif first.startswith("--") and page == "index.md":
            assert first in every, (page, span)


def test_modules_that_a_line_runs_exist() -> None:
    named = {found[1] for _, span in spans() if (found := re.match(r"python -m ([\w.]+)", span))}
    assert named
    assert [module for module in named if find_spec(module) is None] == []


def test_files_that_a_line_names_exist() -> None:
    pattern = re.compile(r"(?:src|queries|tests|benchmarks|docs)/[\w./-]+")
    named = {span for _, span in spans() if pattern.fullmatch(span)}
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_every_rule_has_its_page_with_all_that_its_header_says() -> None:
    for rule in rules():
        text = pages()[f"rules/{rule.id}.md"]
        assert [
            word
            for word in re.findall(r"[a-z]{3,}", f"{rule.title} {rule.why} {rule.fix}")
            if word not in text
        ] == []
        assert all(f"## {verdict}" in text for verdict in ("Flagged", "Passed", "Unjudged"))
        assert (
            fenced((ROOT / "queries" / "4_rules" / f"{rule.id}.sql").read_text(encoding="utf-8"), "sql")
            in text
        )


def test_every_column_has_a_meaning() -> None:
    assert [pair for pair in table_pages.every_column() if not table_pages.meaning(*pair)] == []


def test_every_table_says_what_a_row_is() -> None:
    assert {table_pages.grain(name)[:3] for name, _ in table_pages.every_column()} == {"One"}


def test_no_meaning_is_left_over() -> None:
    there = set(table_pages.every_column())
    written = {
        name: set(given) - {"*"} for name, given in columns.written().items() if name not in {"any", "rules"}
    }
    assert [
        (name, column) for name, given in written.items() for column in given if (name, column) not in there
    ] == []
    general = {
        column
        for name, column in there
        if not name.startswith("raw.") and column not in written.get(name, set())
    }
    assert set(columns.written()["any"]) - general == set()


def test_a_comment_on_a_column_is_read_above_and_behind_it() -> None:
    before = "with a as (\n    -- not this\n    select 1 as b\n)\n\n"
    sql = f"{before}select\n    -- first\n    -- and more\n    x as b,\n    y.c,  -- second\nfrom a\n"
    assert columns.commented(sql) == {"b": "first and more", "c": "second"}


def test_the_schema_is_read_with_its_comments() -> None:
    body = "    b varchar[],  -- first; and\n                  -- more\n    c json\n"
    sql = f"-- One row.\ncreate table raw.a (\n{body});\n"
    assert columns.declared(sql) == {"raw.a": ("One row.", {"b": "first; and more", "c": ""})}


def test_every_license_and_question_is_listed() -> None:
    assert {row["id"] for row in rows("license")} <= _of("licenses.md")
    assert "## license-changes" in pages()["questions.md"]


def test_what_the_worked_example_tells_is_what_its_tables_say() -> None:
    """Each value that the prose quotes stands in what was made: a record, a table or the report."""
    name = "how-a-level-is-decided.md"
    story = (ROOT / "docs" / name).read_text(encoding="utf-8").partition("## One model")[2]
    made = pages()[name].replace("\\", "").replace("&#8203;", "").partition("## One model")[2]
    prose = re.sub(r"```.*?```", "", story, flags=re.DOTALL)
    values = set(re.findall(r"`([\w./-]+)`", prose)) - {"-"}
    assert {"acme/keel", "apache-2.0", "cc-by-nc-4.0"} <= values
    made = made.replace(prose, "")
    assert [value for value in values if value not in made and not (ROOT / value).exists()] == []


def test_the_worked_example_ends_as_the_page_says() -> None:
    report = example.report()
    (weights,) = (cell for cell in report.grid if cell.component == "weights")
    assert (weights.level, sorted(seen.level or 0 for seen in weights.evidence)) == (2, [2, 4, 4])
    assert report.signature == "2/0/0/0/0"
    (finding,) = (finding for finding in report.findings if finding.rule == "upstream-license-conflict")
    assert finding.path == ("acme/harbour", "acme/quay", "acme/keel")


def test_the_signature_of_score_on_its_page_is_its_own() -> None:
    found = re.search(r"function:: score\((.*)\)", pages()["python.md"])
    assert found
    own = inspect.signature(score).parameters.values()
    names = [part.name if part.default is part.empty else f"{part.name}={part.default!r}" for part in own]
    shown = found[1].replace("timedelta(hours=24)", repr(timedelta(hours=24)))
    assert shown == ", ".join([names[0], "*", *names[1:]])


def test_a_sentence_may_hold_code() -> None:
    assert prose("as `a_b|c` in a_b, `d`") == "as `a_b\\|c` in a\\_b, `d`"


@pytest.mark.parametrize("show", [code, lambda text: fenced(text, "text")])
def test_what_strangers_wrote_cannot_leave_its_code(show: object) -> None:
    assert callable(show)
    shown = show(HOSTILE)
    fence = re.match("`+", shown)
    assert fence
    assert shown.endswith(fence[0])
    assert max(map(len, re.findall("`+", shown[len(fence[0]) : -len(fence[0])]))) < len(fence[0])
