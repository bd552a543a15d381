"""`hubaudit diff`: moments, and what it refuses."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import zstandard

from hubaudit.store.file import opened
from hubaudit.store.page import PageFile
from hubaudit.store.runs import begin_run, end_run
from hubaudit.store.walks import add_gone, apply_walk
from tests.audit.command import run

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2026, 8, 19, 12, tzinfo=UTC)
RECORD: dict[str, Any] = {"_id": "1", "id": "acme/a", "sha": "c0ffee", "gated": False, "disabled": False}
STATES = [
    [RECORD | {"tags": ["license:mit"]}],
    [RECORD | {"tags": ["license:other", "base_model:finetune:b/c", "base_model:b/c"], "gated": "auto"}],
    [RECORD | {"tags": ["license:mit", "dataset:d/e"], "disabled": True, "id": "acme/new"}],
]


@pytest.fixture
def store(home: Path, tmp_path: Path) -> Path:
    """Make a store of three walks, one a day at noon."""
    path = home / "hubaudit.duckdb"
    with opened(path, write=True) as con:
        for day, records in enumerate(STATES):
            seen = NOON + timedelta(days=day)
            path_of_day = tmp_path / f"{day}.json.zst"
            path_of_day.write_bytes(zstandard.compress(json.dumps(records).encode()))
            page = PageFile(path_of_day, "https://hub.example", seen, len(records))
            crawl_id = begin_run(con, "full", "model", seen)
            for repo in apply_walk(con, crawl_id, "model", [page], is_whole=True).unseen:
                add_gone(con, crawl_id, "model", repo, ("deleted", "https://hub.example", seen))
            end_run(con, crawl_id, 1, 1, is_complete=True)
    return path


def changes(before: str, after: str) -> list[tuple[str, str | None, str | None]]:
    rows = run("diff", before, after, "--format", "json").json["changes"]
    return [(row["field"], row["old"], row["new"]) for row in rows]


SECOND = [
    ("base_model", None, "b/c"),
    ("gated", "false", "auto"),
    ("license", "mit", "other"),
]


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    "moments",
    [
        ("2026-08-19", "2026-08-20"),
        ("20260819", "2026-08-20T12:00:00Z"),
        ("2026-08-19T12:00:00Z", "2026-08-20T14:00:00+02:00"),
        ("2026-08-19 12:00", "2026-08-20 23:59:59.999999"),
    ],
)
def test_a_moment_is_a_date_or_a_time(moments: tuple[str, str]) -> None:
    assert changes(*moments) == SECOND


@pytest.mark.usefixtures("store")
def test_only_the_two_ends_count(store: Path) -> None:
    assert changes("2026-08-19", "2026-08-21") == [
        ("datasets", None, "d/e"),
        ("disabled", "false", "true"),
        ("renamed", "acme/a", "acme/new"),
    ]
    assert changes("2026-08-20", "2026-08-20") == []
    assert changes("2020-01-01", "2026-08-19") == [("added", None, "acme/a")]
    assert changes("2026-08-20T12:00:00Z", "2026-08-21T11:59:59Z") == []
    assert store.exists()


@pytest.mark.usefixtures("store")
def test_the_shape_of_the_json() -> None:
    told = run("diff", "2026-08-19", "2026-08-20", "--format", "json").json
    assert list(told) == ["schema_version", "from", "to", "changes"]
    assert (told["schema_version"], told["from"]) == (1, "2026-08-19T23:59:59Z")
    assert told["changes"][2] == {
        "id": "acme/a",
        "kind": "model",
        "field": "license",
        "old": "mit",
        "new": "other",
        "observed_at": "2026-08-20T12:00:00Z",
    }
    assert list(told["changes"][0]) == ["id", "kind", "field", "old", "new", "observed_at"]


WRONG = {
    "reversed": (("2026-08-21", "2026-08-19"), "2026-08-21 is later than 2026-08-19"),
    "no moment": (("yesterday", "2026-08-19"), "'yesterday' is no moment"),
    "no day": (("2026-02-30", "2026-08-19"), "'2026-02-30' is no moment"),
    "no run": (("crawl:1", "crawl:99"), "there is no crawl:99 in this store"),
    "no number": (("crawl:x", "crawl:1"), "'crawl:x' is no moment"),
    "nothing": (("", "crawl:1"), "'' is no moment"),
    "control signs": (("\x1b[2J", "crawl:1"), "is no moment"),
}


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(("moments", "words"), WRONG.values(), ids=WRONG)
def test_a_wrong_moment_is_a_usage_error(moments: tuple[str, str], words: str) -> None:
    done = run("diff", *moments)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert words in done.err
    assert "\x1b" not in done.err


def test_without_a_store_it_says_how_to_get_one(home: Path) -> None:
    done = run("diff", "crawl:1", "crawl:2")
    assert (done.code, done.out) == (2, "")
    assert "run `hubaudit crawl`" in done.err
    assert not (home / "hubaudit.duckdb").exists()
