"""Answers of the Hub and facts of texts as rows of the raw tables."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import TYPE_CHECKING, NamedTuple

from hubaudit.store.typed import told, typed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from duckdb import DuckDBPyConnection

    from hubaudit.model import FileAnswer, RepoAnswer, TextFacts

    LicenseRow = Mapping[str, Any]  # the fields of LicenseFacts, by name
    Reading = Mapping[str, str]  # the rows of each table as one JSON list: small enough to send around


class Text(NamedTuple):
    """What a file holds, as raw.text stores it. `size` is in bytes."""

    blob: str
    size: int
    encoding: str
    text: str


# What cannot be parsed is kept as a JSON string: nothing read is lost, and no query finds a field in it.
_ADD_REPO = "insert into raw.repo_log by name " + typed(
    told(
        """
    select
        $crawl_id as crawl_id, $observed_at as observed_at, $kind as kind, $repo_id as repo_id,
        $outcome as outcome, $renamed_to as renamed_to, $url as url, $detail as detail,
        if(json_valid($record), $record::json, to_json($record)) as record
    """
    )
)
_ADD_FILES = f"insert into raw.text_seen select {', '.join(['unnest(?)'] * 9)}"
_ADD_TEXTS = f"insert into raw.text select {', '.join(['unnest(?)'] * 4)} on conflict do nothing"
_SHAPES = {
    table: json.dumps([dict.fromkeys(("blob", *columns), "VARCHAR") | {"start": "INTEGER"}])
    for table, columns in {
        "mention": ("source", "key", "heading", "quote"),
        "link": ("heading", "label", "url", "quote", "repo_kind", "repo_id", "code_repo"),
        "license_clause": ("restriction", "quote"),
    }.items()
} | {
    "text_scan": json.dumps([dict.fromkeys(("blob", "head_outcome", "head"), "VARCHAR")]),
    "license_text": json.dumps(
        [
            dict.fromkeys(("blob", "outcome", "spdx", "similar_to", "url"), "VARCHAR")
            | {key: ["VARCHAR"] for key in ("license_ids", "inserted", "deleted")}
            | {"score": "DOUBLE", "is_exact": "BOOLEAN", "is_modified": "BOOLEAN"}
        ]
    ),
}
_DROP_CHECK = "delete from raw.repo_check where kind = ? and repo_key = lower(?)"
_ADD_CHECK = "insert into raw.repo_check values (?, lower(?), ?)"
_ESCAPED_HALF = re.compile(r"\\u[dD][89a-fA-F]")
_HALF = re.compile("[\ud800-\udfff]")


def add_repo(con: DuckDBPyConnection, crawl_id: int, answer: RepoAnswer) -> None:
    """Add one answer of the Hub on one repository: two rows when the id asked for leads to another one."""
    repo_id = answer.repo_id or answer.asked_id
    record = None if answer.record is None else readable(answer.record)
    row = {
        "crawl_id": crawl_id,
        "observed_at": answer.observed_at,
        "kind": answer.kind,
        "repo_id": repo_id,
        "outcome": answer.outcome,
        "renamed_to": None,
        "record": record,
        "url": answer.url,
        "detail": _whole(answer.detail),
    }
    con.execute(_ADD_REPO, row)
    _add_check(con, answer, repo_id)
    if repo_id.lower() != answer.asked_id.lower():
        old_name = {"repo_id": answer.asked_id, "outcome": "renamed", "renamed_to": repo_id, "record": None}
        con.execute(_ADD_REPO, row | old_name)
        _add_check(con, answer, answer.asked_id)


def _add_check(con: DuckDBPyConnection, answer: RepoAnswer, repo_id: str) -> None:
    con.execute(_DROP_CHECK, [answer.kind, repo_id])
    con.execute(_ADD_CHECK, [answer.kind, repo_id, answer.observed_at])


def readable(record: bytes) -> str:
    """Return a record as DuckDB can read it: JSON may escape half a character, which no text can hold."""
    text = record.decode("utf-8", "replace")
    if not _ESCAPED_HALF.search(text):
        return text
    try:
        return _whole(json.dumps(json.loads(text), ensure_ascii=False))
    except (ValueError, RecursionError):
        return text


def _whole(text: str) -> str:
    """Replace halves of characters (lone surrogates), which UTF-8 cannot hold."""
    return _HALF.sub("\N{REPLACEMENT CHARACTER}", text)


def add_files(con: DuckDBPyConnection, seen: Sequence[tuple[FileAnswer, Text | None]]) -> None:
    """Add looks at files with their texts, each text once; in one statement, which is 50 times as fast."""
    looks = [
        (look.observed_at, look.kind, look.repo_id, look.commit, look.path, look.outcome,
         text and text.blob, look.url, _whole(look.detail))
        for look, text in seen
    ]  # fmt: skip
    texts = {text.blob: text for _, text in seen if text}.values()
    for statement, added in ((_ADD_FILES, looks), (_ADD_TEXTS, list(texts))):
        if added:
            con.execute(statement, [list(column) for column in zip(*added, strict=True)])


def reading(texts: Iterable[tuple[str, TextFacts, Sequence[dict[str, str | None]]]]) -> Reading:
    """Pack the facts of texts: blob, facts, and where each link goes (repo_kind, repo_id, code_repo)."""
    scans: list[dict[str, object]] = []
    mentions: list[dict[str, object]] = []
    links: list[dict[str, object]] = []
    for blob, facts, leads_to in texts:
        head = None if facts.head is None else json.dumps(facts.head)
        scans.append({"blob": blob, "head_outcome": facts.head_outcome, "head": head})
        mentions += [{"blob": blob} | asdict(mention) for mention in facts.mentions]
        links += [
            {"blob": blob} | asdict(link) | goes for link, goes in zip(facts.links, leads_to, strict=True)
        ]
    return _packed({"text_scan": scans, "mention": mentions, "link": links})


def license_reading(texts: Iterable[tuple[str, LicenseRow]]) -> Reading:
    """Pack what texts were identified as: blob, and the fields of LicenseFacts."""
    found: list[dict[str, object]] = []
    clauses: list[dict[str, object]] = []
    for blob, facts in texts:
        found.append({"blob": blob} | {name: value for name, value in facts.items() if name != "clauses"})
        clauses += [{"blob": blob} | clause for clause in facts["clauses"]]
    return _packed({"license_text": found, "license_clause": clauses})


def add_reading(con: DuckDBPyConnection, version: str, read: Reading) -> None:
    """Add what was read, all rows of a table as one JSON value: hundreds of times faster than row by row."""
    for table, rows in read.items():
        con.execute(
            f"insert into raw.{table} by name"
            " select $1 as version, unnest(from_json($2, $3), recursive := true)",
            [version, rows, _SHAPES[table]],
        )


def _packed(tables: Mapping[str, Sequence[object]]) -> Reading:
    return {table: json.dumps(rows) for table, rows in tables.items()}
