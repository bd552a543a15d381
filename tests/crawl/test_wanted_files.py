"""Which files a crawl asks for, and in which order: what queries/crawl/wanted-files.sql answers."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from hubaudit.model import FileAnswer, Kind, Outcome, RepoAnswer
from hubaudit.store.file import create_tables
from hubaudit.store.rows import add_files, add_repo
from hubaudit.warehouse.queries import own_sql
from tests.store.answers import HUB, hour

if TYPE_CHECKING:
    from collections.abc import Iterator

SQL = own_sql("crawl/wanted-files.sql")
SHA = "c" * 40


@pytest.fixture
def con() -> Iterator[Any]:
    with duckdb.connect() as connection:
        create_tables(connection)
        yield connection


def put(  # noqa: PLR0913 - a test names what it is about
    con: Any,
    repo_id: str = "acme/a",
    *,
    kind: Kind = Kind.MODEL,
    at: int = 0,
    run: int = 1,
    files: list[str] | None = None,
    card: dict[str, Any] | None = None,
    **fields: Any,
) -> None:
    """Put a row of the list into the log, or with `files` an answer on one repository."""
    given = {"id": repo_id, "sha": SHA, "gated": False, "cardData": card, **fields}
    if files is not None:
        given["siblings"] = [{"rfilename": path} for path in files]
    body = json.dumps(given).encode()
    add_repo(con, run, RepoAnswer(kind, repo_id, Outcome.FOUND, HUB, hour(at), repo_id, body))


def look(
    con: Any,
    path: str = "README.md",
    outcome: Outcome = Outcome.ABSENT,
    *,
    repo_id: str = "acme/a",
    sha: str = SHA,
) -> None:
    add_files(con, [(FileAnswer(Kind.MODEL, repo_id, sha, path, outcome, HUB, hour(1)), None)])


def wanted(con: Any, **scope: Any) -> list[tuple[str, str]]:
    values = {"kinds": ["model", "dataset"], "runs": [], "names": None, "owners": None, "limit": None}
    return [(row[1], row[3]) for row in con.execute(SQL, values | scope).fetchall()]


def paths(con: Any) -> set[str]:
    return {path for _, path in wanted(con)}


def test_a_card_is_wanted_of_models_and_data_sets_by_commit(con: Any) -> None:
    put(con)
    put(con, "acme/d", kind=Kind.DATASET, tags=["license:mit"])
    values = {"kinds": ["model", "dataset"], "runs": [], "names": None, "owners": None, "limit": None}
    assert con.execute(SQL, values).fetchall() == [
        ("model", "acme/a", SHA, "README.md"),
        ("dataset", "acme/d", SHA, "README.md"),
    ]
    assert wanted(con, kinds=["dataset"]) == [("acme/d", "README.md")]
    assert wanted(con, limit=1) == [("acme/a", "README.md")]


def test_a_file_list_says_which_license_files_there_are(con: Any) -> None:
    files = [
        "config.json",
        "LICENSE.txt",
        "Notice",
        "license-mit",
        "use_policy.md",
        "a/LICENSE",
        "licensed.py",
        "LICENSE-CODE",
        "LICENSE.third-party.txt",
    ]
    put(con, files=[*files, "terms.md"], card={"license_link": "terms.md"}, tags=["license:other"])
    assert paths(con) == {"LICENSE.txt", "license-mit", "use_policy.md", "terms.md"}


def test_the_file_list_of_another_commit_says_nothing(con: Any) -> None:
    put(con, files=["config.json"], sha="a" * 40)
    put(con, at=1)
    assert paths(con) == {"README.md"}
    put(con, files=["config.json"], at=0)
    assert paths(con) == set(), "the list of the same commit, though an older row has it"


@pytest.mark.parametrize(
    ("tags", "guessed"),
    [
        ([], set()),
        (["license:mit"], {"LICENSE"}),
        (["base_model:acme/b"], {"LICENSE"}),
        (["region:us", "dataset:acme/d"], set()),
    ],
)
def test_without_a_list_a_license_is_guessed_where_one_is_at_stake(
    con: Any, tags: list[str], guessed: set[str]
) -> None:
    put(con, tags=tags)
    assert paths(con) == {"README.md"} | guessed


@pytest.mark.parametrize(
    ("link", "path"),
    [
        ("TERMS.md", "TERMS.md"),
        ("./docs/TERMS.md", "docs/TERMS.md"),
        ("https://huggingface.co/acme/a/blob/main/TERMS.md", "TERMS.md"),
        ("https://huggingface.co/acme/b/blob/main/TERMS.md", None),
        ("https://example.org/license", None),
        ("LICENSE", None),
        ("/etc/passwd", None),
        ("mailto:ada@example.org", None),
        ("#license", None),
        ("", None),
        (["TERMS.md"], None),
        (7, "7"),
    ],
)
def test_a_link_into_the_repository_is_a_path(con: Any, link: Any, path: str | None) -> None:
    put(con, tags=["license:other"], card={"license_link": link})
    assert paths(con) - {"README.md", "LICENSE"} == ({path} if path else set())


def test_a_link_into_another_repository_asks_that_one_for_the_file(con: Any) -> None:
    link = "https://huggingface.co/Acme/B/blob/main/docs/TERMS.md"
    put(con, tags=["license:other"], card={"license_link": link})
    assert ("acme/a", "docs/TERMS.md") not in wanted(con)
    put(con, "acme/b", files=["docs/TERMS.md"])
    assert ("acme/b", "docs/TERMS.md") in wanted(con)
    put(con, "acme/b", at=1, gated="manual")
    assert ("acme/b", "docs/TERMS.md") not in wanted(con), "nobody could read it"


def test_a_data_set_is_asked_for_terms_of_its_own(con: Any) -> None:
    put(con, "acme/d", kind=Kind.DATASET, tags=["license:mit"])
    put(con, "acme/e", kind=Kind.DATASET, tags=["license:other"])
    assert wanted(con, kinds=["dataset"]) == [
        ("acme/d", "README.md"),
        ("acme/e", "README.md"),
        ("acme/e", "LICENSE"),
    ]


@pytest.mark.parametrize(
    ("tags", "card", "more"),
    [
        (["license:other"], None, {"LICENSE.md", "LICENSE.txt"}),
        (["license:mit"], {"license_name": "acme-terms"}, {"LICENSE.md", "LICENSE.txt"}),
        (["license:mit"], None, set()),
        (["base_model:acme/b"], None, set()),
    ],
)
def test_other_names_are_tried_for_terms_of_ones_own_once_license_is_absent(
    con: Any, tags: list[str], card: dict[str, Any] | None, more: set[str]
) -> None:
    put(con, tags=tags, card=card)
    look(con, "LICENSE", Outcome.ABSENT, sha="a" * 40)
    assert paths(con) == {"README.md", "LICENSE"}
    look(con, "LICENSE", Outcome.ABSENT)
    assert paths(con) == {"README.md"} | more
    put(con, "acme/b", tags=tags, card=card)
    look(con, "LICENSE", Outcome.FOUND, repo_id="acme/b")
    assert ("acme/b", "LICENSE.md") not in wanted(con)


@pytest.mark.parametrize("outcome", sorted(set(Outcome) - {Outcome.UNREACHABLE, Outcome.EXPIRED}))
def test_nothing_is_asked_twice_at_a_commit(con: Any, outcome: Outcome) -> None:
    put(con, "Acme/A", tags=[])
    look(con, outcome=outcome)
    assert wanted(con) == []
    put(con, "Acme/A", at=1, sha="d" * 40)
    assert wanted(con) == [("Acme/A", "README.md")]


@pytest.mark.parametrize("fields", [{"gated": "auto"}, {"gated": True}, {"disabled": True}, {"sha": None}])
def test_what_nobody_can_read_is_not_asked_for(con: Any, fields: dict[str, Any]) -> None:
    put(con)
    put(con, at=1, **fields)
    assert wanted(con) == []


def test_what_vanished_or_was_renamed_away_is_not_asked_for(con: Any) -> None:
    put(con, "acme/gone")
    add_repo(con, 1, RepoAnswer(Kind.MODEL, "acme/gone", Outcome.MISSING, HUB, hour(1)))
    put(con, "acme/old")
    body = json.dumps({"id": "acme/new", "sha": SHA}).encode()
    add_repo(con, 1, RepoAnswer(Kind.MODEL, "acme/old", Outcome.FOUND, HUB, hour(1), "acme/new", body))
    assert wanted(con) == [("acme/new", "README.md")]
    put(con, "acme/gone", at=2)
    assert ("acme/gone", "README.md") in wanted(con), "it came back"


def test_what_changed_in_this_run_comes_first_then_what_many_load(con: Any) -> None:
    for name in "abcde":
        put(con, f"acme/{name}", tags=["license:mit"] if name == "a" else [], _id=f"id-{name}")
    put(con, "acme/E", run=2, at=1, _id="id-e")
    put(con, "acme/Nameless")
    counts = [("id-b", 5), ("id-c", 70), ("id-e", 1), ("acme/nameless", 6)]
    for key, downloads in counts:
        con.execute("insert into raw.popularity values ('model', ?, now(), ?, 0)", [key, downloads])
    con.execute("insert into raw.popularity values ('dataset', 'id-d', now(), 900, 0)")
    assert wanted(con, runs=[2]) == [
        ("acme/E", "README.md"),
        ("acme/c", "README.md"),
        ("acme/Nameless", "README.md"),
        ("acme/b", "README.md"),
        ("acme/a", "README.md"),
        ("acme/a", "LICENSE"),
        ("acme/d", "README.md"),
    ]


def test_a_scope_is_of_names_or_owners(con: Any) -> None:
    for repo_id in ("acme/a", "Acme/b", "acme-2/a", "gpt2"):
        put(con, repo_id)
    assert {name for name, _ in wanted(con, names=["acme/b", "gpt2"])} == {"Acme/b", "gpt2"}
    assert {name for name, _ in wanted(con, owners=["acme"])} == {"acme/a", "Acme/b"}
    assert wanted(con, names=[]) == []


def test_odd_records_are_no_reason_to_fail(con: Any) -> None:
    cards: list[Any] = [5, [], "text", {"license_link": {"a": 1}}, None]
    for number, card in enumerate(cards):
        put(con, f"acme/{number}", card=card, tags=["license:other"])
    put(con, "acme/odd", siblings="no list")
    put(con, "acme/odder", siblings=[{"rfilename": 5}, {}, None])
    assert {name for name, _ in wanted(con)} >= {f"acme/{number}" for number in range(5)}


def test_the_patterns_of_a_license_file_are_those_of_the_score() -> None:
    score = own_sql("2_core/license_file.sql")
    (pattern,) = re.findall(r"regexp_full_match\(name, ('[^']+')\)", SQL)
    (others,) = re.findall(r"not regexp_matches\(name, ('[^']+')\)", SQL)
    assert pattern in score
    assert others in score
