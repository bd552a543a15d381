"""Answers of the Hub and facts of texts as rows of the raw tables."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import TYPE_CHECKING

from hubaudit.store.typed import typed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from duckdb import DuckDBPyConnection

    from hubaudit.model import FileAnswer, RepoAnswer, TextFacts

    LicenseRow = Mapping[str, Any]  # the fields of LicenseFacts, by name

# What cannot be parsed is kept as a JSON string: nothing read is lost, and no query finds a field in it.
_ADD_REPO = "insert into raw.repo_log by name " + typed(
    """
    select
        $crawl_id as crawl_id, $observed_at as observed_at, $kind as kind, $repo_id as repo_id,
        $outcome as outcome, $renamed_to as renamed_to, $url as url, $detail as detail,
        if(json_valid($record), $record::json, to_json($record)) as record
    """
)
_ADD_FILE = "insert into raw.text_seen values (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_ADD_TEXT = "insert into raw.text values (?, ?, ?, ?) on conflict do nothing"
_ADD_SCAN = "insert into raw.text_scan values (?, ?, ?, ?) on conflict do nothing"
_SHAPES = {
    table: json.dumps([dict.fromkeys(columns, "VARCHAR") | {"start": "INTEGER"}])
    for table, columns in {
        "mention": ("source", "key", "heading", "quote"),
        "link": ("heading", "label", "url", "quote", "repo_kind", "repo_id", "code_repo"),
        "license_clause": ("restriction", "quote"),
    }.items()
}
_ADD_CHECK = (
    "insert into raw.repo_check values (?, lower(?), ?)"
    " on conflict do update set checked_at = excluded.checked_at"
)
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
    con.execute(_ADD_CHECK, [answer.kind, repo_id, answer.observed_at])
    if repo_id.lower() != answer.asked_id.lower():
        old_name = {"repo_id": answer.asked_id, "outcome": "renamed", "renamed_to": repo_id, "record": None}
        con.execute(_ADD_REPO, row | old_name)
        con.execute(_ADD_CHECK, [answer.kind, answer.asked_id, answer.observed_at])


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


def add_file(con: DuckDBPyConnection, answer: FileAnswer, blob: str | None) -> None:
    """Add one look at one file; `blob` names its text, where there is one."""
    seen = (answer.observed_at, answer.kind, answer.repo_id, answer.commit, answer.path, answer.outcome, blob)
    con.execute(_ADD_FILE, [*seen, answer.url, _whole(answer.detail)])


def add_text(con: DuckDBPyConnection, blob: str, size: int, encoding: str, text: str) -> None:
    """Add a text, once."""
    con.execute(_ADD_TEXT, [blob, size, encoding, text])


def add_facts(
    con: DuckDBPyConnection,
    blob: str,
    version: str,
    facts: TextFacts,
    leads_to: Sequence[dict[str, str | None]],
) -> None:
    """Add what was read in a text. `leads_to` says where each link goes: repo_kind, repo_id, code_repo."""
    head = None if facts.head is None else json.dumps(facts.head)
    con.execute(_ADD_SCAN, [blob, version, facts.head_outcome, head])
    links = [asdict(link) | goes for link, goes in zip(facts.links, leads_to, strict=True)]
    _add_many(con, "mention", (blob, version), [asdict(mention) for mention in facts.mentions])
    _add_many(con, "link", (blob, version), links)


def add_license(con: DuckDBPyConnection, blob: str, version: str, facts: LicenseRow) -> None:
    """Add what a text was identified as, and its clauses under `clauses`."""
    columns = {name: value for name, value in facts.items() if name != "clauses"}
    con.execute(
        f"insert into raw.license_text (blob, version, {', '.join(columns)})"
        f" values (?, ?, {', '.join('?' * len(columns))}) on conflict do nothing",
        [blob, version, *columns.values()],
    )
    _add_many(con, "license_clause", (blob, version), facts["clauses"])


def _add_many(
    con: DuckDBPyConnection, table: str, text: tuple[str, str], rows: Sequence[dict[str, object]]
) -> None:
    """Add all rows as one JSON value: hundreds of times faster than one statement for each."""
    if rows:
        con.execute(
            f"insert into raw.{table} by name"
            " select $1 as blob, $2 as version, unnest(from_json($3, $4), recursive := true)",
            [*text, json.dumps(rows), _SHAPES[table]],
        )
