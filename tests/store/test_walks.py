"""Pages put into the log: what is a change, what is not, and what a page may hold."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import zstandard

from hubaudit.errors import CacheError
from hubaudit.store.file import opened
from hubaudit.store.page import PageFile
from hubaudit.store.walks import Applied, Unseen, add_gone, apply_walk
from tests.store.answers import ask

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

START = datetime(2026, 11, 1, tzinfo=UTC)
A: dict[str, Any] = {"_id": "1", "id": "acme/a", "sha": "c0ffee", "tags": ["license:mit"], "gated": False}
B: dict[str, Any] = {"_id": "2", "id": "acme/b", "sha": "c0ffee", "tags": [], "gated": False}
_SUM = "select count(*), sum(hash(row::varchar)) from store.raw.{table} as row"
LOG = "select repo_id, hub_id, outcome, license from store.raw.repo_log order by observed_at, repo_id"


def page(folder: Path, number: int, records: list[Any], at: int = 0) -> PageFile:
    """Write one page, seen some hours after the start."""
    path = folder / f"page-{at}-{number}.json.zst"
    path.write_bytes(zstandard.ZstdCompressor(write_checksum=True).compress(json.dumps(records).encode()))
    url = f"https://hub.example/api/models?page={number}"
    return PageFile(path, url, START + timedelta(hours=at), len(records))


def apply(
    store: Path, crawl_id: int, *pages: PageFile, is_whole: bool = True, refused: Sequence[str] = ()
) -> Applied:
    with opened(store, write=True) as con:
        return apply_walk(con, crawl_id, "model", pages, is_whole=is_whole, refused=refused)


def test_applying_a_walk_twice_changes_nothing(path: Path, tmp_path: Path) -> None:
    pages = [page(tmp_path, 1, [A | {"likes": 3}, {}, {"id": 3}]), page(tmp_path, 2, [B])]
    assert apply(path, 1, *pages) == Applied(4, 2)
    tables = ("repo_log", "repo_check", "odd_record", "popularity")
    before = [ask(path, _SUM.format(table=name)) for name in tables]
    assert apply(path, 1, *pages) == Applied(4, 0)
    assert apply(path, 2, *pages) == Applied(4, 0)
    assert [ask(path, _SUM.format(table=name)) for name in tables] == before


def test_counters_are_no_change_and_tags_in_another_order_are_none(path: Path, tmp_path: Path) -> None:
    first, later = ["license:mit", "x"], ["x", "license:mit"]
    apply(path, 1, page(tmp_path, 1, [A | {"downloads": 1, "tags": first}]))
    assert apply(path, 2, page(tmp_path, 1, [A | {"downloads": 9, "tags": later}], at=1)).changed == 0
    assert apply(path, 3, page(tmp_path, 1, [A | {"gated": "auto"}], at=2)).changed == 1


POPULARITY = "select key, downloads, likes, epoch(observed_at) from store.raw.popularity order by key"


def test_counters_stand_as_they_were_told_last(path: Path, tmp_path: Path) -> None:
    late = page(tmp_path, 1, [A | {"downloads": 1, "likes": "many"}, B], at=2)
    apply(path, 1, page(tmp_path, 1, [A | {"downloads": 7, "likes": 5}, B | {"likes": 2}]), is_whole=False)
    for waiting in (late, page(tmp_path, 2, [A | {"downloads": 4, "likes": 4}], at=1)):
        assert apply(path, 2, waiting).changed == 0
    first, later = START.timestamp(), (START + timedelta(hours=2)).timestamp()
    assert ask(path, POPULARITY) == [("1", 1, 5, later), ("2", None, 2, first)]


def without(record: dict[str, Any], *fields: str) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key not in fields}


FULL = A | {"lastModified": "2026-10-01", "private": False, "disabled": False}


@pytest.mark.parametrize("field", ["sha", "tags", "gated", "lastModified", "private", "disabled"])
def test_a_field_that_the_hub_does_not_tell_is_no_change_and_neither_is_its_return(
    path: Path, tmp_path: Path, field: str
) -> None:
    apply(path, 1, page(tmp_path, 1, [FULL, B]))
    for at, record in enumerate((without(FULL, field), without(FULL, field), FULL), 1):
        assert apply(path, 1 + at, page(tmp_path, 1, [record, B], at=at)).changed == 0


def test_what_changes_while_a_field_is_refused_is_a_change_and_the_field_is_as_told_last(
    path: Path, tmp_path: Path
) -> None:
    apply(path, 1, page(tmp_path, 1, [FULL | {"gated": "auto"}]))
    changed = FULL | {"sha": "2"}
    untold = page(tmp_path, 1, [without(changed, "gated")], at=1)
    assert apply(path, 2, untold, refused=["gated", "author"]).changed == 1
    assert apply(path, 3, page(tmp_path, 1, [changed | {"gated": "auto"}], at=2)).changed == 0
    assert apply(path, 4, page(tmp_path, 1, [changed | {"gated": "manual"}], at=3)).changed == 1
    told = "select gated, record ->> 'gated' from store.raw.repo_log order by observed_at"
    assert ask(path, told) == [("auto", "auto"), ("auto", None), ("manual", "manual")]


def test_a_field_that_is_told_for_the_first_time_is_kept(path: Path, tmp_path: Path) -> None:
    apply(path, 1, page(tmp_path, 1, [without(FULL, "gated")]))
    assert apply(path, 2, page(tmp_path, 1, [FULL | {"gated": "auto"}], at=1)).changed == 1
    assert ask(path, "select gated from store.raw.repo_log order by observed_at") == [(None,), ("auto",)]


@pytest.mark.parametrize(
    "change",
    [{"sha": "2"}, {"lastModified": "2026-10-02"}, {"private": True}, {"tags": ["license:mit", "x"]}],
)
def test_each_field_that_is_told_otherwise_is_a_change(
    path: Path, tmp_path: Path, change: dict[str, Any]
) -> None:
    apply(path, 1, page(tmp_path, 1, [FULL]))
    assert apply(path, 2, page(tmp_path, 1, [FULL | change], at=1)).changed == 1


def test_the_later_sight_of_a_repository_counts(path: Path, tmp_path: Path) -> None:
    apply(path, 1, page(tmp_path, 1, [A | {"gated": "auto"}, A], at=0), page(tmp_path, 2, [A], at=1))
    assert ask(path, "select gated from store.raw.repo_log") == [("false",)]


def test_pages_that_waited_do_not_undo_what_was_seen_since(path: Path, tmp_path: Path) -> None:
    waiting = page(tmp_path, 1, [A | {"gated": "auto"}], at=0)
    apply(path, 1, page(tmp_path, 2, [A], at=1))
    for crawl_id in (2, 3):
        assert apply(path, crawl_id, waiting).changed == 0
    assert ask(path, "select epoch(checked_at) from store.raw.repo_check") == [
        ((START + timedelta(hours=1)).timestamp(),)
    ]


def test_only_a_whole_walk_tells_what_is_not_there(path: Path, tmp_path: Path) -> None:
    apply(path, 1, page(tmp_path, 1, [A, B]))
    later = page(tmp_path, 1, [A, {"id": None}], at=1)
    assert apply(path, 2, later, is_whole=False).unseen == ()
    applied = apply(path, 3, later)
    assert applied.unseen == (Unseen("acme/b", "2"),), "an odd record hides nothing"
    with opened(path, write=True) as con:
        seen = ("missing-or-private", "https://hub.example", START + timedelta(hours=2))
        assert add_gone(con, 3, "model", applied.unseen[0], seen) == 1
    assert apply(path, 3, later).unseen == ()
    assert ask(path, LOG)[-1] == ("acme/b", "2", "missing-or-private", None)


def test_a_rename_leaves_the_old_name_behind(path: Path, tmp_path: Path) -> None:
    apply(path, 1, page(tmp_path, 1, [A]))
    renamed = page(tmp_path, 1, [A | {"id": "other/a"}], at=1)
    assert [apply(path, 2, renamed).changed for _ in range(2)] == [1, 0]
    assert [row[:3] for row in ask(path, LOG)] == [
        ("acme/a", "1", "found"), ("acme/a", "1", "renamed"), ("other/a", "1", "found"),
    ]  # fmt: skip


def test_two_repositories_that_swap_their_names(path: Path, tmp_path: Path) -> None:
    apply(path, 1, page(tmp_path, 1, [A, B]))
    swapped = page(tmp_path, 1, [A | {"id": "acme/b"}, B | {"id": "acme/a"}], at=1)
    assert apply(path, 2, swapped) == Applied(2, 2)
    assert {row[:3] for row in ask(path, LOG)[2:]} == {("acme/b", "1", "found"), ("acme/a", "2", "found")}


def test_another_repository_with_the_name_has_replaced_the_first(path: Path, tmp_path: Path) -> None:
    apply(path, 1, page(tmp_path, 1, [A]))
    other = page(tmp_path, 1, [A | {"_id": "9"}], at=1)
    assert apply(path, 2, other) == Applied(1, 1, 1)
    assert apply(path, 2, other) == Applied(1, 0, 0)
    assert [row[1:3] for row in ask(path, LOG)] == [
        ("1", "found"), ("1", "missing-or-private"), ("9", "found"),
    ]  # fmt: skip


def test_a_record_without_an_id_of_the_hub_is_told_by_its_name(path: Path, tmp_path: Path) -> None:
    bare = {key: value for key, value in A.items() if key != "_id"}
    apply(path, 1, page(tmp_path, 1, [bare]))
    assert apply(path, 2, page(tmp_path, 1, [A], at=1)) == Applied(1, 1)
    assert apply(path, 3, page(tmp_path, 1, [A], at=2)) == Applied(1, 0)


ODD = [
    None,
    5,
    "text",
    [1],
    {},
    {"id": None},
    {"id": 7},
    {"id": True},
    {"id": ["a"]},
    {"id": ""},
    {"_id": "1"},
]


def test_odd_records_are_kept_each_and_once(path: Path, tmp_path: Path) -> None:
    given = page(tmp_path, 1, [*ODD, A])
    for _ in range(2):
        apply(path, 1, given)
    kept = [row[0] for row in ask(path, "select record::varchar from store.raw.odd_record")]
    assert sorted(kept) == sorted(json.dumps(odd) for odd in ODD)
    assert [row[0] for row in ask(path, LOG)] == ["acme/a"]


@pytest.mark.parametrize(
    "text", ["\ud800", "\0", "'; drop table raw.repo_log; --", "\u202e\x1b[2J", "x" * 99_999]
)
def test_any_text_is_kept(path: Path, tmp_path: Path, text: str) -> None:
    record = A | {"id": f"acme/{text}", "tags": [f"license:{text}"], "cardData": {text: text}}
    apply(path, 1, page(tmp_path, 1, [B]), page(tmp_path, 2, [record]))
    shown = text.replace("\ud800", "\ufffd")
    assert sorted(ask(path, LOG), key=lambda row: row[1]) == [
        (f"acme/{shown}", "1", "found", [shown]), ("acme/b", "2", "found", []),
    ]  # fmt: skip


def test_a_large_page_among_small_ones(path: Path, tmp_path: Path) -> None:
    large = page(tmp_path, 2, [B | {"cardData": "x" * (1 << 25)}])
    assert apply(path, 1, page(tmp_path, 1, [A]), large).listed == 2


def test_a_damaged_page_says_what_to_do_and_changes_nothing(path: Path, tmp_path: Path) -> None:
    good, bad = page(tmp_path, 1, [A]), page(tmp_path, 2, [B])
    bad.path.write_bytes(bad.path.read_bytes()[:-9])
    with pytest.raises(CacheError, match="delete the folder"):
        apply(path, 1, good, bad)
    assert ask(path, LOG) == []


@pytest.mark.parametrize("records", [0, 3])
def test_a_page_with_other_rows_than_were_counted_is_damaged(
    path: Path, tmp_path: Path, records: int
) -> None:
    with pytest.raises(CacheError, match="page-0-1"):
        apply(path, 1, replace(page(tmp_path, 1, [A, B]), records=records))
    assert ask(path, LOG) == []


def test_a_record_is_kept_to_the_byte(path: Path, tmp_path: Path) -> None:
    sent = '{"_id": "1",  "id":"acme/a",\n "n": 1e400, "n": 7, "x": "\\u00e9"}'
    given = page(tmp_path, 1, [A])
    given.path.write_bytes(zstandard.compress(f"[ {sent} ]\r\n".encode()))
    apply(path, 1, given)
    assert ask(path, "select record::varchar from store.raw.repo_log") == [(sent,)]


def test_no_pages_are_no_walk(path: Path) -> None:
    assert apply(path, 1) == Applied()
