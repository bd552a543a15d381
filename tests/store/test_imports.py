from __future__ import annotations

import gzip
import itertools
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import zstandard

from hubaudit.errors import IncompleteError, UsageError
from hubaudit.store import lines as line_files
from hubaudit.store.file import opened
from hubaudit.store.imports import Dump, Imported, import_dump
from hubaudit.store.runs import watermark
from hubaudit.text.decode import blob_sha1, decode
from tests.store.raw import ask, lines, raw_tables

if TYPE_CHECKING:
    from pathlib import Path

DAY = datetime(2026, 8, 19, tzinfo=UTC)
HUB = "https://hub.example"
STATES = "select repo_id, outcome, license, sha from raw.repo_log order by observed_at, crawl_id, repo_id"


def record(repo_id: str = "acme/m", **more: Any) -> dict[str, Any]:
    given = {
        "_id": f"id of {repo_id}",
        "id": repo_id,
        "sha": "c0ffee",
        "tags": ["license:mit"],
        "gated": False,
    }
    return given | {"lastModified": "2026-08-18T10:00:00.000Z"} | more


def is_json(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def take(path: Path, file: Path | str, date: datetime | None = DAY, **more: Any) -> Imported:
    with opened(path, write=True) as con:
        dump = Dump(str(file), more.pop("kind", "model"), HUB, date, **more)
        return import_dump(con, dump)


def test_an_import_is_a_run_of_its_own_date(path: Path, tmp_path: Path) -> None:
    done = take(path, lines(tmp_path / "list", record(), record("acme/n", tags=[])))
    assert done == Imported(DAY, records=2, odd=0, changed=2, gone=0, cards=0)
    run = "crawl_id, kind, repo_kind, epoch(started_at), epoch(finished_at), watermark, requests"
    moment = DAY.timestamp()
    assert ask(path, f"select {run}, records, outcome from raw.crawl") == [
        (1, "import", "model", moment, moment, None, 0, 2, "complete")
    ]
    assert ask(path, STATES) == [("acme/m", "found", ["mit"], "c0ffee"), ("acme/n", "found", [], "c0ffee")]
    assert ask(path, "select distinct url, epoch(observed_at) from raw.repo_log order by 1") == [
        (f"{HUB}/api/models/acme/m", moment),
        (f"{HUB}/api/models/acme/n", moment),
    ]


def test_an_import_vouches_for_no_list(path: Path, tmp_path: Path) -> None:
    take(path, lines(tmp_path / "list", record()))
    with opened(path) as con:
        assert watermark(con, "model") is None


def test_without_a_date_the_newest_change_dates_the_list(path: Path, tmp_path: Path) -> None:
    impossible = record("acme/o", lastModified="9999-01-01T00:00:00.000Z")
    file = lines(tmp_path / "list", record(), record("acme/n", lastModified="once upon a time"), impossible)
    assert take(path, file, date=None).observed_at == datetime(2026, 8, 18, 10, tzinfo=UTC)


def test_without_any_date_nothing_is_kept(path: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--date"):
        take(path, lines(tmp_path / "list", {"id": "acme/m"}), date=None)
    assert ask(path, "from raw.repo_log") == ask(path, "from raw.crawl") == []


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress, bytes], ids=["gzip", "zstd", "plain"])
@pytest.mark.parametrize("piece", [50, 1 << 20], ids=["many pieces", "one piece"])
def test_packing_and_pieces_make_no_difference(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pack: Any, piece: int
) -> None:
    rows = [record(f"acme/m{n}", tags=[f"license:l{n}"]) for n in range(20)]
    plain = lines(tmp_path / "list", *rows)
    expected = tmp_path / "expected.duckdb"
    take(expected, plain)
    monkeypatch.setattr(line_files, "PIECE", piece)
    packed = tmp_path / "packed"
    packed.write_bytes(pack(plain.read_bytes().rstrip(b"\n")))
    take(path, packed)
    assert raw_tables(path) == raw_tables(expected)
    assert ask(path, "select count(*) from raw.repo_log") == [(20,)]


def test_frames_of_zstd_follow_one_another(path: Path, tmp_path: Path) -> None:
    file = tmp_path / "list"
    file.write_bytes(
        b"".join(zstandard.compress(json.dumps(record(f"a/{n}")).encode() + b"\n") for n in range(3))
    )
    assert take(path, file).records == 3


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress], ids=["gzip", "zstd"])
def test_a_file_that_is_cut_short_changes_nothing(path: Path, tmp_path: Path, pack: Any) -> None:
    take(path, lines(tmp_path / "list", record()))
    before = raw_tables(path)
    whole = pack(b"".join(json.dumps(record(f"acme/{n}", sha=str(n))).encode() + b"\n" for n in range(999)))
    (tmp_path / "cut").write_bytes(whole[:-20])
    with pytest.raises(IncompleteError, match="cut"):
        take(path, tmp_path / "cut")
    assert raw_tables(path) == before


def test_a_line_without_end_is_refused(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_files, "PIECE", 100)
    monkeypatch.setattr(line_files, "LONGEST_LINE", 1000)
    (tmp_path / "list").write_bytes(b"[" * 5000)
    with pytest.raises(IncompleteError, match="line"):
        take(path, tmp_path / "list")


def test_a_missing_file_is_named(path: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no\.jsonl"):
        take(path, tmp_path / "no.jsonl")


HOSTILE = (
    "no json",
    "null",
    '"acme/m"',
    '[{"id": "acme/m"}]',
    "{}",
    '{"id": 5}',
    '{"id": ""}',
    '{"id": "acme/cut", "tags": [',
    '{"id": "acme/m"} and more',
    '{"record": null, "readme": "of nothing"}',
    "[" * 2000,
)


def test_odd_lines_are_kept_and_counted(path: Path, tmp_path: Path) -> None:
    file = lines(tmp_path / "list.jsonl", *HOSTILE, "", "  \r", record())
    done = take(path, file)
    assert (done.records, done.odd) == (1, len(HOSTILE))
    # what is JSON stays as it is, also a text; what is none is kept as a text
    kept = [record for (record,) in ask(path, "select record from raw.odd_record where url = 'list.jsonl'")]
    assert sorted(kept) == sorted(line if is_json(line) else json.dumps(line) for line in HOSTILE)
    before = raw_tables(path)
    take(path, file)
    assert raw_tables(path) == before


def test_what_dates_hashes_and_lists_hold_instead_is_survived(path: Path, tmp_path: Path) -> None:
    rows = [
        record("a/tags", tags="license:mit"),
        record("a/mixed", tags=["license:mit", None, 5, {"license": "x"}]),
        record("a/sha", sha=["c0ffee"]),
        record("a/id", _id={"$oid": "1"}),
        record("a/dict", siblings="README.md", cardData=[1], gated={"auto": 1}, lastModified=0),
        record("a/Ünï cödé/../'; drop table raw.repo_log; --"),
    ]
    assert take(path, lines(tmp_path / "list", *rows)).changed == len(rows)
    assert ask(path, "select license from raw.repo_log where repo_id = 'a/mixed'") == [(["mit"],)]


def test_half_characters_and_broken_bytes_lose_themselves_only(path: Path, tmp_path: Path) -> None:
    file = tmp_path / "list"
    halves = b'{"id":"a/half","x":"<\\ud800>"}\n{"id":"a/whole","x":"<\\ud83d\\ude00>"}\n'
    file.write_bytes(halves + b'{"id":"a/bytes","x":"<\xff>"}\n{"id":"a/nul","x":"<\\u0000>"}\n')
    assert take(path, file).odd == 0
    assert ask(path, "select repo_id, record ->> 'x' from raw.repo_log order by repo_id") == [
        ("a/bytes", "<\N{REPLACEMENT CHARACTER}>"),
        ("a/half", "<\N{REPLACEMENT CHARACTER}>"),
        ("a/nul", "<\0>"),
        ("a/whole", "<\N{GRINNING FACE}>"),
    ]


CARDS = (
    "",
    "plain",
    "ünï\r\ncödé \N{GRINNING FACE}",
    "with\0nul",
    "\ufeffmarked",
    "\ufeff\ufefftwice",
    "x" * 70_000,
)


def test_a_card_is_the_text_that_git_would_store(path: Path, tmp_path: Path) -> None:
    rows = [{"record": record(f"a/{n}"), "readme": card} for n, card in enumerate(CARDS)]
    assert take(path, lines(tmp_path / "list", *rows)).cards == len(CARDS)
    seen = ask(
        path,
        "select repo_id, commit, path, outcome, bytes, encoding, text, blob, url"
        " from raw.text_seen join raw.text using (blob) order by repo_id",
    )
    for n, card in enumerate(CARDS):
        content = card.encode()
        text, encoding = decode(content)
        told = (f"a/{n}", "c0ffee", "README.md", "found", len(content), encoding, text, blob_sha1(content))
        assert seen[n] == (*told, f"{HUB}/a/{n}/resolve/c0ffee/README.md")


def test_a_text_is_stored_once_and_no_card_is_no_text(path: Path, tmp_path: Path) -> None:
    gone = "Error: the path 'README.md' does not exist in the given tree"
    rows = [
        {"record": record("a/1"), "readme": "same"},
        {"record": record("a/2"), "readme": "same"},
        {"record": record("a/3"), "readme": None},
        {"record": record("a/4"), "readme": gone},
        {"record": record("a/5"), "readme": f"{gone}\nis what the model answers"},
        {"record": record("a/6"), "readme": ["no text"]},
    ]
    file = lines(tmp_path / "list", *rows)
    take(path, file)
    assert ask(path, "select count(*) from raw.text") == [(2,)]
    seen = ask(path, "select repo_id, outcome, blob is null, detail from raw.text_seen order by repo_id")
    assert seen == [
        ("a/1", "found", False, ""),
        ("a/2", "found", False, ""),
        ("a/4", "absent", True, gone),
        ("a/5", "found", False, ""),
    ]
    before = raw_tables(path)
    assert take(path, file).cards == 0
    assert raw_tables(path) == before


def test_a_data_set_has_its_own_addresses(path: Path, tmp_path: Path) -> None:
    take(path, lines(tmp_path / "list", {"record": record("a/d"), "readme": "x"}), kind="dataset")
    assert ask(
        path, "select log.kind, log.url, seen.url from raw.repo_log as log, raw.text_seen as seen"
    ) == [("dataset", f"{HUB}/api/datasets/a/d", f"{HUB}/datasets/a/d/resolve/c0ffee/README.md")]


def test_old_records_are_known_by_their_name(path: Path, tmp_path: Path) -> None:
    old = {"modelId": "Acme/M", "sha": "1", "tags": []}
    take(path, lines(tmp_path / "1", old), DAY.replace(day=1))
    done = take(path, lines(tmp_path / "2", old | {"modelId": "acme/m", "sha": "2"}), DAY, is_whole=True)
    assert (done.changed, done.gone) == (1, 0)
    assert ask(path, STATES) == [("Acme/M", "found", [], "1"), ("acme/m", "found", [], "2")]


def test_a_repository_that_a_file_shows_twice_counts_once(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_files, "PIECE", 100)
    file = lines(tmp_path / "list", record(sha="first"), record("a/n"), record(sha="second"))
    assert take(path, file).changed == 2
    assert take(path, file).changed == 0
    assert ask(path, "select sha from raw.repo_log where repo_id = 'acme/m'") == [("first",)]


def test_counters_are_no_change_and_a_new_name_is(path: Path, tmp_path: Path) -> None:
    take(path, lines(tmp_path / "1", record(downloads=1)), DAY.replace(day=1))
    assert take(path, lines(tmp_path / "2", record(downloads=2)), DAY.replace(day=2)).changed == 0
    renamed = record("acme/new", _id="id of acme/m")
    assert take(path, lines(tmp_path / "3", renamed), DAY.replace(day=3)).changed == 1
    outcomes = "select repo_id, outcome, renamed_to from raw.repo_log order by observed_at, outcome desc"
    assert ask(path, outcomes) == [
        ("acme/m", "found", None),
        ("acme/m", "renamed", "acme/new"),
        ("acme/new", "found", None),
    ]


def test_only_a_whole_list_tells_what_is_gone(path: Path, tmp_path: Path) -> None:
    take(path, lines(tmp_path / "1", record(), record("a/n")), DAY.replace(day=1))
    file = lines(tmp_path / "2", record("a/n"))
    assert take(path, file, DAY.replace(day=2)).gone == 0
    assert take(path, file, DAY.replace(day=2), is_whole=True).gone == 1
    assert take(path, file, DAY.replace(day=2), is_whole=True).gone == 0
    gone = "select repo_id, hub_id, outcome, day(observed_at at time zone 'UTC') from raw.repo_log"
    assert ask(path, f"{gone} where outcome <> 'found'") == [
        ("acme/m", "id of acme/m", "missing-or-private", 2)
    ]
    back = take(path, lines(tmp_path / "3", record()), DAY.replace(day=3))
    assert back.changed == 1


def test_a_name_made_anew_is_another_repository(path: Path, tmp_path: Path) -> None:
    take(path, lines(tmp_path / "1", record()), DAY.replace(day=1))
    file = lines(tmp_path / "2", record(_id="another"))
    assert take(path, file, DAY.replace(day=2), is_whole=True).gone == 1
    before = raw_tables(path)
    assert take(path, file, DAY.replace(day=2), is_whole=True).gone == 0
    assert raw_tables(path) == before
    assert ask(path, "select hub_id, outcome from raw.repo_log order by observed_at") == [
        ("id of acme/m", "found"),
        ("id of acme/m", "missing-or-private"),
        ("another", "found"),
    ]


@pytest.mark.parametrize("order", list(itertools.permutations([1, 2, 3])), ids=str)
@pytest.mark.parametrize("shas", ["aba", "aab", "abb", "abc", "aaa"])
def test_history_is_the_same_in_whatever_order_it_is_imported(
    path: Path, tmp_path: Path, order: tuple[int, ...], shas: str
) -> None:
    for day in order:
        take(path, lines(tmp_path / f"{day}", record(sha=shas[day - 1])), DAY.replace(day=day))
    for day in (1, 2, 3):
        as_of = (
            "select arg_max(sha, (observed_at, crawl_id)) from raw.repo_log"
            f" where observed_at <= timestamptz '2026-08-0{day} 00:00:00+00'"
        )
        assert ask(path, as_of) == [(shas[day - 1],)]
    assert ask(path, "select day(checked_at at time zone 'UTC') from raw.repo_check") == [(3,)]


def test_progress_is_told_in_bytes_of_the_file(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_files, "PIECE", 300)
    file = lines(tmp_path / "list", *(record(f"a/{n}") for n in range(10)))
    told: list[int] = []
    with opened(path, write=True) as con:
        import_dump(con, Dump(str(file), "model", HUB, DAY), told.append)
    assert len(told) > 3
    assert told == sorted(told)
    assert told[-1] == file.stat().st_size


def test_nothing_is_left_beside_the_store(path: Path, tmp_path: Path) -> None:
    take(path, lines(tmp_path / "list", record()))
    assert {each.name for each in tmp_path.iterdir()} == {path.name, "list"}
