from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import duckdb
import pytest

from hubaudit.model import Kind, Mention, Outcome, TextFacts
from hubaudit.store import rows
from hubaudit.store.file import attached, create_tables
from hubaudit.store.keep import Run, keep
from tests.store.answers import MODELS, START, add, ask, file, hour, kept, refusal, repo

if TYPE_CHECKING:
    from pathlib import Path

LOG = "select outcome, record ->> 'gated' from store.raw.repo_log order by observed_at"
SEEN = "select commit, outcome, blob is not null from store.raw.text_seen order by observed_at"


def test_only_changes_are_kept(path: Path) -> None:
    kept(path, repo(0, gated="auto", likes=1))
    kept(path, repo(1, gated="auto", likes=2))
    kept(path, repo(2, gated="manual"))
    kept(path, repo(3, gated="auto"))
    assert ask(path, LOG) == [("found", "auto"), ("found", "manual"), ("found", "auto")]


def test_a_model_that_vanished_and_came_back(path: Path) -> None:
    kept(path, repo(0))
    kept(path, refusal(Outcome.DELETED, 1))
    kept(path, refusal(Outcome.DELETED, 2))
    kept(path, repo(3))
    assert [outcome for outcome, _ in ask(path, LOG)] == ["found", "deleted", "found"]


def test_the_last_check_is_kept_although_nothing_changed(path: Path) -> None:
    kept(path, repo(0))
    kept(path, repo(7))
    checked = ask(path, "select kind, repo_key, epoch(checked_at) from store.raw.repo_check")
    assert checked == [("model", "acme/a", hour(7).timestamp())]


def test_what_the_network_swallowed_is_no_observation(path: Path) -> None:
    kept(path, repo(0), file(at=0))
    kept(path, refusal(Outcome.UNREACHABLE, 1), file(None, 1, commit="deed", outcome=Outcome.UNREACHABLE))
    assert ask(path, LOG) == [("found", None)]
    assert ask(path, SEEN) == [("c0ffee", "found", True)]


def test_only_what_the_hub_answered_is_kept(path: Path) -> None:
    kept(path, repo(0), repo(0, asked="acme/b"), file(), file(b"b", repo_id="acme/b"))
    assert ask(path, "select repo_id from store.raw.repo_log") == [("acme/a",)]
    assert ask(path, "select repo_id from store.raw.text_seen") == [("acme/a",)]
    assert ask(path, "select repo_key from store.raw.repo_check") == [("acme/a",)]


def test_rows_that_came_from_the_store_are_not_kept_again(path: Path) -> None:
    with duckdb.connect() as con:
        create_tables(con)
        rows.add_repo(con, 7, repo(0, gated="auto"))
        with attached(con, path, write=True):
            keep(con, MODELS, Run("score", START, hour(1), 0, "complete"))
    assert ask(path, LOG) == []


def test_two_ways_to_one_record_make_one_row(path: Path) -> None:
    moved = repo(0, asked="old/name", repo_id="acme/a")
    names = [*MODELS, (Kind.MODEL, "old/name")]
    kept(path, moved, repo(1), repos=names)
    kept(path, moved, repos=names)
    assert ask(path, "select repo_id, outcome, renamed_to from store.raw.repo_log order by 1") == [
        ("acme/a", "found", None),
        ("old/name", "renamed", "acme/a"),
    ]


def test_an_old_name_that_somebody_took_over(path: Path) -> None:
    names = [(Kind.MODEL, "old/name")]
    kept(path, repo(0, asked="old/name", repo_id="acme/a"), repos=names)
    kept(path, repo(1, asked="old/name"), repos=names)
    assert ask(path, LOG) == [("renamed", None), ("found", None)]


def test_each_kept_run_has_its_number_and_its_facts(path: Path) -> None:
    kept(path, repo(0, gated="auto"))
    kept(path, repo(1, gated="manual"), outcome="incomplete")
    assert ask(path, "select crawl_id, kind, requests, records, outcome from store.raw.crawl order by 1") == [
        (1, "score", 1, 1, "complete"),
        (2, "score", 1, 1, "incomplete"),
    ]
    assert ask(path, "select crawl_id from store.raw.repo_log order by 1") == [(1,), (2,)]


def test_only_a_change_of_a_file_is_kept(path: Path) -> None:
    kept(path, file(None, 0))
    kept(path, file(None, 1))
    kept(path, file(b"open now", 2))
    kept(path, file(b"open now", 3))
    kept(path, file(b"next commit", 4, commit="deed"))
    kept(path, file(b"open now", 5))
    kept(path, file(None, 6))
    assert ask(path, SEEN) == [
        ("c0ffee", "gated", False),
        ("c0ffee", "found", True),
        ("deed", "found", True),
        ("c0ffee", "found", True),
        ("c0ffee", "gated", False),
    ]
    assert ask(path, "select count(*) from store.raw.text") == [(2,)]


def keep_facts(path: Path, version: str, *quotes: str) -> None:
    mentions = tuple(Mention("phrase", "key", 0, "", quote) for quote in quotes)
    with duckdb.connect() as con:
        create_tables(con)
        add(con, file())
        (blob,) = con.execute("select blob from raw.text").fetchone() or ("",)
        rows.add_reading(con, version, rows.reading([(blob, TextFacts("none", None, mentions, ()), [])]))
        with attached(con, path, write=True):
            keep(con, MODELS, Run("score", START, hour(1), 1, "complete"))


def test_facts_are_kept_once_and_newer_patterns_replace_what_older_ones_found(path: Path) -> None:
    keep_facts(path, "v1", "a", "b")
    keep_facts(path, "v1", "a", "b")
    assert ask(path, "select version, quote from store.raw.mention order by all") == [
        ("v1", "a"),
        ("v1", "b"),
    ]
    keep_facts(path, "v2", "c")
    assert ask(path, "select version, quote from store.raw.mention order by all") == [
        ("v2", "c"),
    ]
    assert ask(path, "select count(*) from store.raw.text_scan") == [(1,)]


def test_texts_are_compressed_with_zstd(path: Path) -> None:
    line = b"An open-source model that says the same thing again and again, number %d.\n"
    cards = [b"".join(line % (number * row) for row in range(400)) for number in range(60)]
    kept(path, *(file(card, number) for number, card in enumerate(cards)))
    with duckdb.connect(path) as con:
        con.execute("checkpoint")
        used = con.execute(
            "select distinct compression from pragma_storage_info('raw.text')"
            " where column_name = 'text' and segment_type = 'VARCHAR'"
        ).fetchall()
        assert used == [("ZSTD",)]
    assert {text.encode() for (text,) in ask(path, "select text from store.raw.text")} == set(cards)


def test_what_cannot_be_kept_wholly_is_not_kept_at_all(path: Path) -> None:
    kept(path, repo(0))
    with duckdb.connect() as con:
        create_tables(con)
        add(con, repo(1, gated="auto"))
        con.execute("drop table raw.link")
        with pytest.raises(duckdb.CatalogException), attached(con, path, write=True):
            keep(con, MODELS, Run("score", START, hour(1), 1, "complete"))
    assert ask(path, LOG) == [("found", None)]
    assert ask(path, "select count(*) from store.raw.crawl") == [(1,)]


KILLED = """
import os, signal, sys
from pathlib import Path
import duckdb
from hubaudit.store.file import attached, create_tables
from hubaudit.store.keep import Run, keep
from tests.store.answers import MODELS, START, add, file, repo

class Fatal:
    '''A connection whose process is killed at its n-th statement.'''
    def __init__(self, con, left):
        self.con, self.left = con, left
    def __getattr__(self, name):
        return getattr(self.con, name)
    def execute(self, *arguments):
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return self.con.execute(*arguments)
    def commit(self):
        self.con.commit()
        if self.left > 100:
            os.kill(os.getpid(), signal.SIGKILL)

con = duckdb.connect()
create_tables(con)
add(con, repo(5, gated="auto"), file(b"x" * 1_000_000, 5, commit="deed"))
with attached(con, Path(sys.argv[1]), write=True):
    keep(Fatal(con, int(sys.argv[2])), MODELS, Run("score", START, START, 1, "complete"))
"""


def kill(path: Path, statement: int, env: dict[str, str]) -> None:
    command = [sys.executable, "-c", KILLED, str(path), str(statement)]
    done = subprocess.run(command, capture_output=True, check=False, env=env, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.fixture
def tests_env(offline_env: dict[str, str], pytestconfig: pytest.Config) -> dict[str, str]:
    return offline_env | {"PYTHONPATH": f"{offline_env['PYTHONPATH']}:{pytestconfig.rootpath}"}


@pytest.mark.parametrize("statement", [3, 6, 10])
def test_a_kill_in_the_middle_leaves_the_last_good_store(
    path: Path, tests_env: dict[str, str], statement: int
) -> None:
    kept(path, repo(0), file(at=0))
    kill(path, statement, tests_env)
    assert ask(path, LOG) == [("found", None)]
    assert ask(path, SEEN) == [("c0ffee", "found", True)]
    kept(path, repo(6, gated="manual"))
    assert ask(path, LOG) == [("found", None), ("found", "manual")]


def test_a_kill_after_the_commit_loses_nothing(path: Path, tests_env: dict[str, str]) -> None:
    kept(path, repo(0), file(at=0))
    kill(path, 1000, tests_env)
    assert ask(path, LOG) == [("found", None), ("found", "auto")]
    assert ask(path, SEEN) == [("c0ffee", "found", True), ("deed", "found", True)]
