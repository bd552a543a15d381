from __future__ import annotations

import json
import re

from hubaudit.audit.bundled import FOLDER
from hubaudit.audit.options import Options
from hubaudit.audit.score import score
from hubaudit.store.file import default_path
from hubaudit.text.version import reading_version
from hubaudit.warehouse.reference import patterns, rows

COMPLETE = "HuggingFaceH4/zephyr-7b-beta"


def _lines(table: str) -> list[dict[str, object]]:
    text = (FOLDER / f"{table}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_the_snapshot_answers_offline_and_says_that_it_is_one() -> None:
    answers = score([COMPLETE], Options(default_path(), offline=True))
    (report,) = answers.reports
    assert report.source == "bundled"
    assert not answers.is_incomplete
    assert all(cell.status == "judged" for cell in report.grid)
    assert any("bundled" in note for note in report.notes)
    assert [upstream.id for upstream in report.lineage] == ["mistralai/Mistral-7B-v0.1"]


def test_the_snapshot_was_read_with_todays_patterns() -> None:
    versions = {row["version"] for table in ("text_scan", "mention", "link") for row in _lines(table)}
    assert versions == {reading_version(patterns())}, "run `python -m tests.snapshot`"


def test_the_snapshot_holds_facts_and_no_strangers_words() -> None:
    words = re.compile(r"[a-z& -]*")
    for table in ("mention", "link"):
        for row in _lines(table):
            assert not {"quote", "label"} & row.keys()
            assert words.fullmatch(str(row["heading"]))
    for row in _lines("repo_log"):
        record = row.get("record") or {}
        assert isinstance(record, dict)
        assert not [key for key in record.get("cardData") or {} if str(key).startswith("extra_gated")]


def test_every_recorded_system_of_the_talk_is_in_the_snapshot() -> None:
    recorded = {str(row["repo_id"]).lower() for row in _lines("repo_log")}
    named = [each for row in rows("talk_grid") for each in row["hub_ids"].split(";") if each]
    missing = [each for each in named if each.lower() not in recorded]
    assert missing == ["openai-community/openai-gpt", "allenai/OLMo-7B-Instruct"], "no recording has these"


def test_the_snapshot_knows_other_spellings() -> None:
    (report,) = score(["OpenAI-Community/GPT2"], Options(default_path(), offline=True)).reports
    assert report.id == "openai-community/gpt2"
