"""Every named question, put to the small history and answered to the row."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from hubaudit.audit.query import ask
from hubaudit.audit.questions import Question, named, questions
from hubaudit.store.file import opened
from hubaudit.warehouse.queries import queries_folder
from tests.history.world import NIGHTS, add_nights, repo

if TYPE_CHECKING:
    from pathlib import Path

ONE, TWO, THREE = (f"{moment:%Y-%m-%dT%H:%M:%SZ}" for moment, _ in NIGHTS)
JUST_BEFORE_TWO = "2025-02-10T02:59:59Z"  # who is replaced went before the other one was seen
UP_TO_NOW: dict[str, str] = {}
MISSING = "missing-or-private"
Row = tuple[object, ...]

ANSWERS: list[tuple[str, dict[str, str], list[Row]]] = [
    (
        "license-changes",
        UP_TO_NOW,
        [
            (TWO, "model", "bare", "", "other", None, None),
            (TWO, "model", "bob/quant", "cc-by-nc-4.0", "mit", 2, 4),
            (TWO, "model", "Zed/tuned", "llama3", "apache-2.0", 3, 4),
            (THREE, "model", "acme/base", "llama3", "mit", 3, 4),
            (THREE, "model", "acme/leaver", "gpl-3.0", "agpl-3.0", 4, 4),
            (THREE, "model", "Zed/tuned", "apache-2.0", "apache-2.0, mit", 4, 4),
        ],
    ),
    (
        "license-changes",
        {"since": "2025-04-10", "until": "2025-04-10"},
        [
            (THREE, "model", "acme/base", "llama3", "mit", 3, 4),
            (THREE, "model", "acme/leaver", "gpl-3.0", "agpl-3.0", 4, 4),
            (THREE, "model", "Zed/tuned", "apache-2.0", "apache-2.0, mit", 4, 4),
        ],
    ),
    ("license-changes", {"since": "2025-02-11", "until": "2025-04-09"}, []),
    ("newly-gated", UP_TO_NOW, [(TWO, "model", "acme/open", "manual", "mit")]),
    ("newly-gated", {"since": "2025-03-01"}, []),
    (
        "vanished",
        UP_TO_NOW,
        [
            (JUST_BEFORE_TWO, "model", "acme/twin", MISSING, "mit", "false", None),
            (TWO, "model", "acme/leaver", MISSING, "gpl-3.0", "false", THREE),
            (THREE, "model", "bob/always-looser", MISSING, "mit", "false", None),
        ],
    ),
    ("vanished", {"until": "2025-02-09"}, []),
    ("returned", UP_TO_NOW, [(THREE, "model", "acme/leaver", TWO, "gpl-3.0", "agpl-3.0")]),
    ("returned", {"until": "2025-04-09"}, []),
    (
        "recreated",
        UP_TO_NOW,
        [(TWO, "model", "acme/twin", f"{6:024}", f"{66:024}", "mit", "cc-by-nc-4.0")],
    ),
    ("recreated", {"since": "2025-02-11"}, []),
    (
        "loosened-since-base",
        UP_TO_NOW,
        [("bob/quant", "mit", 4, "acme/new-name", "cc-by-nc-4.0", 2, TWO)],
    ),
    (
        "loosened-since-base",
        {"at": "2025-03-01"},
        [
            ("bob/always-looser", "mit", 4, "acme/base", "llama3", 3, ONE),
            ("bob/quant", "mit", 4, "acme/new-name", "cc-by-nc-4.0", 2, TWO),
            ("Zed/tuned", "apache-2.0", 4, "acme/base", "llama3", 3, TWO),
        ],
    ),
    (
        "loosened-since-base",
        {"at": "2025-03-01", "since": "2025-02-01"},
        [
            ("bob/quant", "mit", 4, "acme/new-name", "cc-by-nc-4.0", 2, TWO),
            ("Zed/tuned", "apache-2.0", 4, "acme/base", "llama3", 3, TWO),
        ],
    ),
    (
        "license-mix-by-month",
        {"since": "2025-02-20", "until": "2025-04-30"},
        [
            *(
                (month, "model", license_, count)
                for month in ("2025-02", "2025-03")
                for license_, count in (
                    ("mit", 3),
                    ("apache-2.0", 2),
                    ("cc-by-nc-4.0", 2),
                    ("llama3", 1),
                    ("other", 1),
                )
            ),
            ("2025-04", "model", "mit", 3),
            ("2025-04", "model", "cc-by-nc-4.0", 2),
            ("2025-04", "model", "agpl-3.0", 1),
            ("2025-04", "model", "apache-2.0", 1),
            ("2025-04", "model", "apache-2.0, mit", 1),
            ("2025-04", "model", "other", 1),
        ],
    ),
    (
        "license-mix-by-month",
        {"until": "2025-02-01"},
        [
            (month, "model", license_, count)
            for month in ("2025-01", "2025-02")
            for license_, count in (
                ("mit", 3),
                ("cc-by-nc-4.0", 2),
                ("llama3", 2),
                ("apache-2.0", 1),
                ("gpl-3.0", 1),
                ("none", 1),
            )
        ],
    ),
    (
        "owners-by-relicensing",
        UP_TO_NOW,
        [
            ("acme", 2, 2, 1, 0, THREE),
            ("Zed", 2, 1, 1, 0, THREE),
            ("bob", 1, 1, 1, 0, TWO),
            (None, 1, 1, 0, 0, TWO),
        ],
    ),
    ("owners-by-relicensing", {"until": "2025-01-31"}, []),
]


@pytest.mark.parametrize(("name", "moments", "expected"), ANSWERS)
def test_answer(store: Path, name: str, moments: dict[str, str], expected: list[Row]) -> None:
    assert ask(store, named(name).sql, moments)[1] == expected


def test_the_state_at_each_night_is_what_the_hub_listed(store: Path) -> None:
    for moment, records in NIGHTS:
        columns, rows = ask(store, named("state-as-of").sql, {"at": moment.isoformat()})
        kind, repo_id, hub_id, license_, *_, sha, _ = (columns.index(name) for name in columns)
        listed = sorted(records, key=lambda record: str(record["id"]).lower())
        assert [(row[kind], row[repo_id], row[hub_id], row[sha]) for row in rows] == [
            ("model", record["id"], record["_id"], record["sha"]) for record in listed
        ]
        assert [row[license_] for row in rows] == [
            ", ".join(sorted(tag[8:] for tag in record["tags"] if tag.startswith("license:")))
            for record in listed
        ]


def test_a_row_of_the_state(store: Path) -> None:
    columns, rows = ask(store, named("state-as-of").sql, {"at": "2025-04-10"})
    assert dict(zip(columns, rows[4], strict=True)) == {
        "kind": "model",
        "repo_id": "acme/steady",
        "hub_id": f"{1:024}",
        "license": "apache-2.0",
        "license_level": 4,
        "base_model": "",
        "datasets": "acme/data",
        "gated": "false",
        "is_disabled": False,
        "sha": f"{1:040}",
        "observed_at": TWO,
    }
    assert ask(store, named("state-as-of").sql, {"at": "2024-12-31"})[1] == []


def test_the_timeline_of_one_that_left_and_came_back(store: Path) -> None:
    sql = "select outcome, was_there, valid_from, valid_to, license from ({}) where repo_id = 'acme/leaver'"
    assert ask(store, sql.format(named("timeline").sql))[1] == [
        ("found", False, ONE, TWO, "gpl-3.0"),
        (MISSING, True, TWO, THREE, None),
        ("found", False, THREE, None, "agpl-3.0"),
    ]


def test_a_gap_in_being_looser_begins_anew(tmp_path: Path) -> None:
    lists = [("mit", "gpl-3.0 llama3"), ("llama3", "llama3"), ("mit", "llama3"), ("gpl-3.0", "llama3")]
    path = add_nights(
        tmp_path,
        [[repo(1, "a/derived", mine, bases=["a/base"]), repo(2, "a/base", base)] for mine, base in lists],
    )
    sql = named("loosened-since-base").sql
    since = {at: [row[-1] for row in ask(path, sql, {"at": f"2025-06-0{at}"})[1]] for at in range(1, 5)}
    third = "2025-06-03T00:00:00Z"
    assert since == {1: ["2025-06-01T00:00:00Z"], 2: [], 3: [third], 4: [third]}


@pytest.mark.parametrize(
    "pair", [("", "llama3"), ("mit", ""), ("mit", "other"), ("mit apache-2.0 other", "llama3")]
)
def test_what_has_no_level_is_not_compared(tmp_path: Path, pair: tuple[str, str]) -> None:
    mine, base = pair
    path = add_nights(tmp_path, [[repo(1, "a/derived", mine, bases=["a/base"]), repo(2, "a/base", base)]])
    assert ask(path, named("loosened-since-base").sql)[1] == []


def test_a_license_the_hub_spells_otherwise_has_its_level(tmp_path: Path) -> None:
    path = add_nights(tmp_path, [[repo(1, "a/x", "MIT")]])
    assert ask(path, "select license_level from history.timeline")[1] == [(4,)]


def test_an_answer_without_an_id_is_about_the_last_one_of_that_name(tmp_path: Path) -> None:
    path = add_nights(tmp_path, [[repo(1, "a/x")]])
    with opened(path, write=True) as con:
        for day, outcome in ((2, "unreachable"), (3, "deleted"), (4, "deleted")):
            con.execute(
                "insert into store.raw.repo_log by name"
                " select 1 as crawl_id, $at as observed_at, 'model' as kind, 'A/X' as repo_id,"
                " $outcome as outcome, 'hash' as change_hash, '' as url",
                {"at": datetime(2025, 6, day, tzinfo=UTC), "outcome": outcome},
            )
    gone = ("2025-06-03T00:00:00Z", "model", "A/X", "deleted", "mit", "false", None)
    assert ask(path, named("vanished").sql)[1] == [gone]


def test_whoever_has_the_name_now_ends_the_time_of_the_one_before(tmp_path: Path) -> None:
    path = add_nights(tmp_path, [[repo(1, "a/x")], [repo(2, "a/X", "llama3")]], is_whole=False)
    assert [row[2] for row in ask(path, named("state-as-of").sql)[1]] == [f"{2:024}"]
    assert ask(path, named("recreated").sql)[1] == [
        ("2025-06-02T00:00:00Z", "model", "a/X", f"{1:024}", f"{2:024}", "mit", "llama3")
    ]


def test_a_record_that_does_not_tell_the_license_changes_nothing(tmp_path: Path) -> None:
    untold = repo(1, "a/x", sha="new")
    del untold["tags"]
    path = add_nights(tmp_path, [[repo(1, "a/x")], [untold]])
    assert ask(path, named("license-changes").sql)[1] == []
    mix = ask(path, named("license-mix-by-month").sql, {"until": "2025-06-30"})[1]
    assert mix == [("2025-06", "model", "not told", 1)]


QUESTIONS = questions()


def test_every_file_is_a_question_but_the_one_of_diff() -> None:
    files = {path.stem for path in (queries_folder() / "history").iterdir()}
    assert {question.name for question in QUESTIONS} == files - {"diff"}


@pytest.mark.parametrize("question", QUESTIONS, ids=[question.name for question in QUESTIONS])
def test_every_question_says_what_a_row_is_and_what_it_takes_and_is_tested(question: Question) -> None:
    lines = question.sql.splitlines()
    comments = lines[: next(number for number, line in enumerate(lines) if not line.startswith("-- "))]
    assert lines[0].startswith("-- One row per ")
    assert question.grain == lines[0][3:]
    assert {name for name in ("since", "until", "at") if any(f"${name}" in line for line in comments)} == set(
        question.parameters
    )
    assert question.name in {name for name, *_ in ANSWERS} | {"state-as-of", "timeline"}
    assert "\norder by " in question.sql
