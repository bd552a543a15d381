from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from hubaudit.model import Kind, Link, Mention, Outcome, RepoAnswer, TextFacts
from hubaudit.store import rows
from hubaudit.text.decode import blob_sha1
from tests.store.answers import HUB, add, file, hour, refusal, repo

if TYPE_CHECKING:
    import duckdb

HOSTILE = [
    "'; drop table raw.text; --",
    "\x1b[31m\x07\x00",
    "=cmd|' /C calc'!A0",
    '"quoted" \\ back {braces} $1 ?',
    "😀 \u202e \ufeff",
    "<script>",
]


def found(body: bytes) -> RepoAnswer:
    return RepoAnswer(Kind.MODEL, "acme/a", Outcome.FOUND, HUB, hour(0), "acme/a", body)


def one(con: duckdb.DuckDBPyConnection, sql: str) -> Any:
    (row,) = con.execute(sql).fetchall()
    return row[0] if len(row) == 1 else row


def change_hash(con: duckdb.DuckDBPyConnection, answer: RepoAnswer) -> str:
    con.execute("delete from raw.repo_log")
    add(con, answer)
    return str(one(con, "select change_hash from raw.repo_log"))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_record_comes_back_as_it_was_sent(work: duckdb.DuckDBPyConnection, text: str) -> None:
    body = json.dumps({"_id": text, "id": "acme/a", "sha": text, "cardData": {text: [text]}})
    add(work, found(body.encode()))
    hub_id, sha, record = one(work, "select hub_id, sha, record::varchar from raw.repo_log")
    assert (hub_id, sha) == (text, text)
    assert json.loads(record) == json.loads(body)


@pytest.mark.parametrize(
    "body",
    [b'{"sha": ', b"\xff\xfe{}", b"\xef\xbb\xbf{}", b"", b"<html>", b'{"sha": "\\ud800"', b"[" * 100_000],
    ids=["cut", "not UTF-8", "marked", "empty", "page", "cut, half a character", "deep"],
)
def test_what_is_no_json_is_kept_as_words(work: duckdb.DuckDBPyConnection, body: bytes) -> None:
    add(work, found(body))
    sha, kind, record = one(work, "select sha, json_type(record), record ->> '$' from raw.repo_log")
    assert (sha, kind) == (None, "VARCHAR")
    assert record == body.decode("utf-8", "replace")


def test_half_a_character_does_not_cost_the_record(work: duckdb.DuckDBPyConnection) -> None:
    card = rb'{"license": "mit\ud800", "ok": "\ud83d\ude00 \\ud800"}'
    body = b'{"id": "acme/a", "sha": "c0ffee", "cardData": %s}' % card
    add(work, found(body))
    sha, license_tag, whole = one(
        work,
        "select sha, record -> 'cardData' ->> 'license', record -> 'cardData' ->> 'ok' from raw.repo_log",
    )
    assert (sha, license_tag, whole) == ("c0ffee", "mit\N{REPLACEMENT CHARACTER}", "😀 \\ud800")


@pytest.mark.parametrize("body", [b"[1, 2]", b'"words"', b"7", b"null", b'{"sha": {"a": 1}, "_id": [NaN]}'])
def test_json_that_is_no_record_is_kept(work: duckdb.DuckDBPyConnection, body: bytes) -> None:
    add(work, found(body))
    assert one(work, "select record::varchar from raw.repo_log") in {
        body.decode(),
        body.decode().replace(" ", ""),
    }


def test_an_error_text_with_half_a_character(work: duckdb.DuckDBPyConnection) -> None:
    add(work, RepoAnswer(Kind.MODEL, "acme/a", Outcome.REFUSED, HUB, hour(0), detail="no \ud800!"))
    assert one(work, "select detail from raw.repo_log") == "no \N{REPLACEMENT CHARACTER}!"


def test_a_change_of_counters_is_no_change(work: duckdb.DuckDBPyConnection) -> None:
    before = change_hash(work, repo(likes=1, downloads=2, gated=False))
    assert change_hash(work, repo(likes=3, downloads=4, gated=False, trendingScore=9)) == before
    assert change_hash(work, repo(likes=1, downloads=2, gated="auto")) != before
    assert change_hash(work, repo(likes=1, downloads=2, gated=False, tags=["license:mit"])) != before


def test_how_a_look_ended_is_a_change(work: duckdb.DuckDBPyConnection) -> None:
    endings = [Outcome.MISSING, Outcome.DELETED, Outcome.DISABLED, Outcome.GATED]
    hashes = {change_hash(work, refusal(outcome)) for outcome in endings} | {change_hash(work, repo())}
    assert len(hashes) == 5


def test_a_renamed_model_is_two_rows(work: duckdb.DuckDBPyConnection) -> None:
    add(work, repo(asked="old/name", repo_id="New/Name"))
    assert work.execute(
        "select repo_id, outcome, renamed_to, record is null from raw.repo_log order by repo_id"
    ).fetchall() == [("New/Name", "found", None, False), ("old/name", "renamed", "New/Name", True)]
    checked = work.execute("select repo_key from raw.repo_check order by all").fetchall()
    assert checked == [("new/name",), ("old/name",)]


def test_another_spelling_is_no_rename(work: duckdb.DuckDBPyConnection) -> None:
    add(work, repo(asked="acme/A", repo_id="Acme/a"))
    assert work.execute("select repo_id, outcome from raw.repo_log").fetchall() == [("Acme/a", "found")]


def test_asking_again_moves_the_time_of_the_check(work: duckdb.DuckDBPyConnection) -> None:
    add(work, repo(0), repo(5))
    checked = one(work, "select count(*), epoch(max(checked_at)) from raw.repo_check")
    assert checked == (1, hour(5).timestamp())


CONTENTS = {
    "plain": b"# Card\n",
    "empty": b"",
    "latin-1": b"caf\xe9 \x80\xff",
    "nul": b"a\x00b\x00",
    "marked": b"\xef\xbb\xbfcard",
    "utf-16": "karta ł".encode("utf-16"),
    "half a character": b"\xff\xfe\x00\xd8",
    "overlong": b"\xc0\xaf\xed\xa0\x80",
    "carriage returns": b"a\r\nb\rc\n",
    "hostile": "\n".join(HOSTILE).encode(),
    "a megabyte": b"0123456789abcde\n" * 65536,
}


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS.keys())
def test_no_byte_of_a_text_is_lost(work: duckdb.DuckDBPyConnection, content: bytes) -> None:
    add(work, file(content))
    blob, size, encoding, text = one(work, "from raw.text")
    assert text.encode(encoding) == content
    assert (blob, size) == (blob_sha1(content), len(content))
    assert one(work, "select blob from raw.text_seen") == blob


def test_a_text_is_stored_once_whoever_carries_it(work: duckdb.DuckDBPyConnection) -> None:
    add(work, file(), file(repo_id="acme/b"), file(at=3, commit="deed"), file(b"another"))
    assert one(work, "select count(*) from raw.text") == 2
    assert one(work, "select count(*), count(distinct blob) from raw.text_seen") == (4, 2)


def test_a_look_without_a_text_says_why(work: duckdb.DuckDBPyConnection) -> None:
    add(work, file(None), file(None, outcome=Outcome.ABSENT))
    assert work.execute("select outcome, blob from raw.text_seen").fetchall() == [
        ("gated", None),
        ("absent", None),
    ]
    assert one(work, "select count(*) from raw.text") == 0


def facts(*, mentions: int = 0, links: int = 0, text: str = "x") -> TextFacts:
    return TextFacts(
        "found",
        {"license": text, "nested": [{"a": None}]},
        tuple(Mention("phrase", "key", number, text, text) for number in range(mentions)),
        tuple(Link(number, text, text, text, text) for number in range(links)),
    )


def read(
    con: duckdb.DuckDBPyConnection, version: str, told: TextFacts, leads_to: list[dict[str, str | None]]
) -> None:
    rows.add_reading(con, version, rows.reading([("blob", told, leads_to)]))


@pytest.mark.parametrize("text", HOSTILE)
def test_facts_come_back_as_they_were_read(work: duckdb.DuckDBPyConnection, text: str) -> None:
    goes = {"repo_kind": "model", "repo_id": text, "code_repo": None}
    read(work, "v1", facts(mentions=1, links=1, text=text), [goes])
    assert one(work, "from raw.mention") == ("blob", "v1", "phrase", "key", 0, text, text)
    assert one(work, "from raw.link") == ("blob", "v1", 0, text, text, text, text, "model", text, None)
    head = one(work, "select head::varchar from raw.text_scan")
    assert json.loads(head) == {"license": text, "nested": [{"a": None}]}


def test_ten_thousand_links_keep_their_order_and_number(work: duckdb.DuckDBPyConnection) -> None:
    nowhere: dict[str, str | None] = {"repo_kind": None, "repo_id": None, "code_repo": None}
    read(work, "v1", facts(links=10_000), [nowhere] * 10_000)
    assert one(work, "select count(*), count(distinct start), max(start) from raw.link") == (
        10_000,
        10_000,
        9_999,
    )


def test_links_and_where_they_lead_must_be_as_many(work: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(ValueError, match="zip"):
        read(work, "v1", facts(links=2), [])


def test_a_text_without_a_head_was_read_too(work: duckdb.DuckDBPyConnection) -> None:
    read(work, "v1", TextFacts("none", None, (), ()), [])
    read(work, "v2", TextFacts("broken", None, (), ()), [])
    assert work.execute("from raw.text_scan order by version").fetchall() == [
        ("blob", "v1", "none", None),
        ("blob", "v2", "broken", None),
    ]
