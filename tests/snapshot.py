"""Make the bundled snapshot: `python -m tests.snapshot`, at the repository's root, beside the shared records.

Scores the talk's reference systems against a fake Hub that serves recorded responses, and exports what the
store then holds as facts: ids, commits, tags, licenses, gates, relations, links, and which phrase matched at
which place. No text, no quotation, no label of a link; of a heading only the words that the queries look for.
"""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from benchmarks.talk_grid import RECORDS, SHARED, granted
from hubaudit.audit.bundled import FOLDER
from hubaudit.audit.options import Options
from hubaudit.audit.score import score
from hubaudit.warehouse.reference import rows
from tests.fakehub.records import load

_FIELDS = (
    "_id", "id", "sha", "author", "private", "gated", "disabled", "createdAt", "lastModified", "library_name",
    "pipeline_tag", "siblings", "baseModels",
)  # fmt: skip
_CARD_FIELDS = ("license", "license_name", "license_link", "datasets", "base_model", "base_model_relation")
_TAGS = ("license:", "dataset:", "base_model:", "arxiv:")
# The words of a heading that decide where a sentence stands, or what it speaks of; see queries/2_core.
_HEADING_WORDS = re.compile(
    "training|data ?mix|dataset|fine-?tun|pre-?train|corpus|instruct|sft"
    "|evaluat|benchmark|result|performance|metric"
    "|acknowledg|credit|citation|citing|bibtex|references|related work|thanks"
    r"|\b(?:uses?|usages?|applications?|licen[cs]e|terms)\b"
    r"|\b(?:other|related|derived|built|models|variants|model zoo)\b"
)
_HUB = "https://huggingface.co"
# A card without an API record has no commit and no dates; what the fake Hub makes up for it must not go out.
_MADE_UP = ("_id", "sha", "createdAt", "lastModified")
# What was not recorded is not missing on the Hub: only what was seen goes out.
_SEEN = "outcome in ('found', 'renamed')"

_TABLES = {
    "repo_log": f"select * exclude (detail) from raw.repo_log where {_SEEN}",
    "repo_check": f"select * from raw.repo_check where (kind, repo_key) in"
    f" (select (kind, lower(repo_id)) from raw.repo_log where {_SEEN})",
    "text_seen": "select * exclude (detail) from raw.text_seen where outcome in ('found', 'absent')",
    "text_scan": "select * exclude (head) from raw.text_scan",
    "mention": "select * exclude (quote) from raw.mention",
    "link": "select * exclude (label, quote) from raw.link",
    "license_text": "select * exclude (inserted, deleted) from raw.license_text",
    "license_clause": "select * replace ('' as quote) from raw.license_clause",
}


def main() -> None:
    """Write the snapshot into the package."""
    ids = [repo_id for system in rows("talk_grid") for repo_id in system["hub_ids"].split(";") if repo_id]
    repos = load([SHARED / "real" / f"{name}.jsonl.zst" for name in RECORDS])
    with granted(repos) as hub, TemporaryDirectory() as folder:
        store = Path(folder) / "snapshot.duckdb"
        score(ids, Options(store, hub.url))
        _export(store, hub.url)


def _export(store: Path, endpoint: str) -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    day = datetime.now(UTC).date().isoformat() + " 00:00:00+00"
    with duckdb.connect(str(store)) as con:
        made_up = con.execute(
            "select sha from raw.repo_log where (record -> 'siblings') is null and sha is not null"
        )
        commits = {sha for (sha,) in made_up.fetchall()}
        for table, sql in _TABLES.items():
            cursor = con.execute(f"select to_json(row)::varchar from ({sql}) as row")
            facts = [_facts(json.loads(line), endpoint, day, commits) for (line,) in cursor.fetchall()]
            lines = sorted(json.dumps(row, ensure_ascii=False) for row in facts)
            (FOLDER / f"{table}.jsonl").write_text("\n".join(dict.fromkeys(lines)) + "\n", encoding="utf-8")


def _facts(row: dict[str, Any], endpoint: str, day: str, made_up_commits: set[str]) -> dict[str, Any]:
    """Take a stranger's words out. The recordings have no common date: the snapshot's day stands for all."""
    facts = {name: value for name, value in row.items() if value is not None}
    if facts.get("sha") in made_up_commits:
        del facts["sha"], facts["hub_id"]
    if facts.get("commit") in made_up_commits:
        facts["url"] = facts["url"].replace(facts["commit"], "main")
        facts["commit"] = "main"
    facts |= dict.fromkeys({"observed_at", "checked_at"} & row.keys(), day)
    if "url" in facts:
        facts["url"] = facts["url"].replace(endpoint, _HUB)
    if "heading" in row:
        facts["heading"] = " ".join(_HEADING_WORDS.findall(row["heading"].lower()))
    if row.get("record"):
        facts["record"] = _record_facts(row["record"])
    return facts


def _record_facts(record: dict[str, Any]) -> dict[str, Any]:
    fields = _FIELDS if "siblings" in record else [name for name in _FIELDS if name not in _MADE_UP]
    facts = {name: record[name] for name in fields if name in record}
    facts["tags"] = [tag for tag in record.get("tags") or [] if str(tag).startswith(_TAGS)]
    if isinstance(card := record.get("cardData"), dict):
        facts["cardData"] = {name: card[name] for name in _CARD_FIELDS if name in card}
    return facts


if __name__ == "__main__":
    main()
