"""Answers of the Hub and facts of texts as rows of the raw tables."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duckdb import DuckDBPyConnection

    from hubaudit.model import FileAnswer, RepoAnswer, TextFacts

# Counters change every hour and say nothing of openness: they do not make a change.
COUNTERS = (
    "downloads", "downloadsAllTime", "likes", "trendingScore", "spaces", "childrenModelCount",
    "inference", "inferenceProviderMapping", "usedStorage",
)  # fmt: skip
_WITHOUT_COUNTERS = json.dumps(dict.fromkeys(COUNTERS))

# What cannot be parsed is kept as a JSON string: nothing read is lost, and no query finds a field in it.
_ADD_REPO = f"""
    insert into raw.repo_log
    select $crawl_id, $observed_at, $kind, $repo_id, record ->> '_id', $outcome, $renamed_to, record ->> 'sha',
        record, md5($outcome || coalesce($renamed_to, '')
            || coalesce(json_merge_patch(record, '{_WITHOUT_COUNTERS}')::varchar, '')), $url, $detail
    from (select if(json_valid($record), $record::json, to_json($record)) as record)
"""
_ADD_FILE = "insert into raw.text_seen values (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_ADD_TEXT = "insert into raw.text values (?, ?, ?, ?) on conflict do nothing"
_ADD_SCAN = "insert into raw.text_scan values (?, ?, ?, ?) on conflict do nothing"
_SHAPES = {
    "mention": json.dumps([dict.fromkeys(["source", "key", "heading", "quote"], "VARCHAR") | {"start": "INTEGER"}]),
    "link": json.dumps(
        [
            dict.fromkeys(["heading", "label", "url", "quote", "repo_kind", "repo_id", "code_repo"], "VARCHAR")
            | {"start": "INTEGER"}
        ]
    ),
}
_ADD_CHECK = "insert into raw.repo_check values (?, lower(?), ?) on conflict do update set checked_at = excluded.checked_at"


def add_repo(con: DuckDBPyConnection, crawl_id: int, answer: RepoAnswer) -> None:
    """One answer of the Hub on one repository; two rows when the id asked for leads to another one."""
    repo_id = answer.repo_id or answer.asked_id
    _add_repo_row(con, crawl_id, answer, repo_id, answer.outcome, None)
    con.execute(_ADD_CHECK, [answer.kind, repo_id, answer.observed_at])
    if repo_id.lower() != answer.asked_id.lower():
        _add_repo_row(con, crawl_id, answer, answer.asked_id, "renamed", repo_id)
        con.execute(_ADD_CHECK, [answer.kind, answer.asked_id, answer.observed_at])


def _add_repo_row(
    con: DuckDBPyConnection, crawl_id: int, answer: RepoAnswer, repo_id: str, outcome: str, renamed_to: str | None
) -> None:
    record = None if renamed_to or answer.record is None else answer.record.decode("utf-8", "replace")
    con.execute(
        _ADD_REPO,
        {
            "crawl_id": crawl_id,
            "observed_at": answer.observed_at,
            "kind": answer.kind,
            "repo_id": repo_id,
            "outcome": outcome,
            "renamed_to": renamed_to,
            "record": record,
            "url": answer.url,
            "detail": answer.detail,
        },
    )


def add_file(con: DuckDBPyConnection, answer: FileAnswer, blob: str | None) -> None:
    """One look at one file; `blob` names its text, where there is one."""
    con.execute(
        _ADD_FILE,
        [answer.observed_at, answer.kind, answer.repo_id, answer.commit, answer.path, answer.outcome, blob, answer.url,
         answer.detail],
    )  # fmt: skip


def add_text(con: DuckDBPyConnection, blob: str, size: int, encoding: str, text: str) -> None:
    """A text, once."""
    con.execute(_ADD_TEXT, [blob, size, encoding, text])


def add_facts(
    con: DuckDBPyConnection, blob: str, version: str, facts: TextFacts, leads_to: Sequence[dict[str, str | None]]
) -> None:
    """What was read in a text. `leads_to` says where each link goes: repo_kind, repo_id, code_repo."""
    head = None if facts.head is None else json.dumps(facts.head)
    con.execute(_ADD_SCAN, [blob, version, facts.head_outcome, head])
    _add_many(con, "mention", blob, version, [asdict(mention) for mention in facts.mentions])
    _add_many(
        con, "link", blob, version, [asdict(link) | goes for link, goes in zip(facts.links, leads_to, strict=True)]
    )


def _add_many(
    con: DuckDBPyConnection, table: str, blob: str, version: str, rows: Sequence[dict[str, object]]
) -> None:
    """All rows as one JSON value: hundreds of times faster than one statement for each."""
    if rows:
        con.execute(
            f"insert into raw.{table} by name select $1 as blob, $2 as version, unnest(from_json($3, $4), recursive := true)",
            [blob, version, json.dumps(rows), _SHAPES[table]],
        )
