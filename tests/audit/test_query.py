"""`hubaudit query`: what may be asked, how an answer looks, and what a hostile statement cannot do."""

from __future__ import annotations

import csv
import json
import os
import pty
import subprocess
import sys
import threading
from io import StringIO
from typing import TYPE_CHECKING

import duckdb
import pytest

from hubaudit.audit import query
from hubaudit.audit.query import ask
from hubaudit.audit.questions import questions
from hubaudit.errors import HubauditError, IncompleteError, UsageError
from hubaudit.store.file import opened
from tests.audit.command import Done, run
from tests.history.world import build

if TYPE_CHECKING:
    from pathlib import Path

ENDLESS = "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("query")
    build(folder / "store.duckdb", folder)
    return folder / "store.duckdb"


@pytest.fixture(autouse=True)
def _default(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBAUDIT_DB", str(store))


def complaint(done: Done, code: int) -> str:
    assert (done.code, done.out) == (code, "")
    assert done.err.startswith("hubaudit: ")
    assert done.err.count("\n") == 1
    return done.err


def refusal(store: Path, sql: str) -> str:
    with pytest.raises(UsageError) as caught:
        ask(store, sql)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_named_question_off_a_terminal() -> None:
    done = run("query", "newly-gated")
    assert (done.code, done.err) == (0, "")
    assert done.out == (
        "observed_at\tkind\trepo_id\tgated\tlicense\n2025-02-10T03:00:00Z\tmodel\tacme/open\tmanual\tmit\n"
    )


def test_a_named_question_on_a_terminal_is_aligned(offline_env: dict[str, str]) -> None:
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "hubaudit", "query", "newly-gated"]
    subprocess.run(command, check=True, env=offline_env, stdout=slave)
    os.close(slave)
    shown = os.read(master, 10_000).decode().splitlines()
    os.close(master)
    assert shown == [
        "observed_at           kind   repo_id    gated   license",
        "2025-02-10T03:00:00Z  model  acme/open  manual  mit",
    ]


def test_formats() -> None:
    as_json = run("query", "newly-gated", "--format", "json").json
    assert as_json["schema_version"] == 1
    assert as_json["columns"] == ["observed_at", "kind", "repo_id", "gated", "license"]
    assert [row["repo_id"] for row in as_json["rows"]] == ["acme/open"]
    as_csv = list(csv.DictReader(StringIO(run("query", "newly-gated", "-f", "csv").out)))
    assert as_csv == as_json["rows"]
    assert "| observed\\_at |" in run("query", "newly-gated", "-f", "markdown").out


def test_a_moment_may_be_a_date_a_timestamp_or_a_crawl() -> None:
    def count(*options: str) -> int:
        return len(run("query", "license-changes", "--format", "json", *options).json["rows"])

    assert count() == count("--until", "crawl:3") == 6
    assert count("--until", "2025-02-10") == count("--until", "2025-02-10T03:00:00Z") == 3
    assert count("--since", "2025-02-10") == count("--since", "2025-02-10T04:00:00+01:00") == 6
    assert count("--since", "2025-02-10T03:00:01") == 3
    assert count("--since", "0001-01-01T00:00:00+14:00", "--until", "9999-12-31") == 6
    assert count("--limit", "2") == 2
    assert count("--limit", "0") == 0


def test_the_list_shows_every_question_with_its_first_line() -> None:
    done = run("query", "--list", "--format", "json")
    assert [(row["name"], row["answer"]) for row in done.json["rows"]] == [
        (question.name, question.grain) for question in questions()
    ]
    takes = {row["name"]: row["takes"] for row in done.json["rows"]}
    assert takes["license-changes"] == "--since, --until"
    assert takes["state-as-of"] == "--at"


def test_help_teaches() -> None:
    done = run("query", "--help")
    assert done.code == 0
    for words in (
        "raw.repo_log",
        "reference.license",
        "history.timeline",
        "Examples:",
        "--timeout",
        "crawl:N",
    ):
        assert words in done.out


def test_wrong_calls(tmp_path: Path) -> None:
    assert "license-changes" in complaint(run("query", "licence-changes"), 2)
    assert "vanished" in complaint(run("query", "xyzzy"), 2)
    assert "--list" in complaint(run("query"), 2)
    assert "--list" in complaint(run("query", "vanished", "--sql", "select 1"), 2)
    assert "--list" in complaint(run("query", "vanished", "--list"), 2)
    assert "leave out --at" in complaint(run("query", "vanished", "--at", "2025-01-01"), 2)
    assert "leave out --since" in complaint(run("query", "--sql", "select 1", "--since", "2025-01-01"), 2)
    assert "no moment" in complaint(run("query", "vanished", "--since", "gestern"), 2)
    assert "no moment" in complaint(run("query", "vanished", "--since", ""), 2)
    assert "crawl:99" in complaint(run("query", "vanished", "--since", "crawl:99"), 2)
    nowhere = str(tmp_path / "none.duckdb")
    assert nowhere in complaint(run("query", "vanished", "--db", nowhere), 2)
    assert not os.path.lexists(nowhere)


def test_own_sql_sees_the_log_the_reference_and_the_timeline(store: Path) -> None:
    sql = """
        -- a comment; with a semicolon
        select log.repo_id, license.level
        from raw.repo_log as log
        join history.timeline using (kind, repo_id)
        join reference.license on license.id = log.license[1]
        where log.observed_at <= $at and log.repo_id = 'acme/leaver' and not is_there; -- done
    """
    assert ask(store, sql, {"at": "2025-01-31"}) == (["repo_id", "level"], [("acme/leaver", "4")])


@pytest.mark.parametrize(
    "sql",
    [
        "from range(3) order by range desc",
        "values (2), (1), (0)",
        "select 2 union all select 1 union all select 0",
    ],
)
def test_an_answer_keeps_its_order(store: Path, sql: str) -> None:
    assert ask(store, sql)[1] == [(2,), (1,), (0,)]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("timestamptz '2025-01-02 03:04:05.678+02'", "2025-01-02T01:04:05Z"),
        ("timestamptz 'infinity'", "infinity"),
        ("[timestamptz '2025-01-02 03:04:05+00', null]", "2025-01-02 03:04:05+00"),
        ("date '2025-01-02'", "2025-01-02"),
        ("['a', null, 'b']", "a, b"),
        ("[[1, 2], [3]]", "[1, 2], [3]"),
        ("array_value(1, 2)", "1, 2"),
        ("""'{"a": [1]}'::json""", '{"a": [1]}'),
        ("{'a': 1}", "{'a': 1}"),
        ("1.25", 1.25),
        ("170141183460469231731687303715884105727", 170141183460469231731687303715884105727),
        ("true", True),
        ("null", None),
        ("'\\xFF'::blob", "\\xFF"),
        ("interval 1 day", "1 day"),
        ("'a'::enum ('a', 'b')", "a"),
    ],
)
def test_every_type_becomes_a_number_a_truth_value_or_text(store: Path, value: str, expected: object) -> None:
    assert ask(store, f"select {value} as value") == (["value"], [(expected,)])


def test_columns_of_one_name_are_told_apart(store: Path) -> None:
    columns, rows = ask(store, """select 1 as a, 2 as "A", 3 as a, 4 as "we""ird" """)
    assert len({column.lower() for column in columns}) == 4
    assert rows == [(1, 2, 3, 4)]


@pytest.mark.parametrize(
    ("sql", "place"),
    [
        ("selct 1", "line 1, character 1:"),
        ("select 'é',\n  nope from raw.crawl", "line 2, character 3:"),
        ("select 'never closed", "line 1, character 8:"),
        ("select * from nowhere", "line 1, character 15:"),
        ("select 'x'::int", "line 1, character 11:"),
        ("select 1) union (select 2", "line 1, character 9:"),
        ("select " + "(" * 500 + "1", "line 1, character "),
    ],
)
def test_sql_that_does_not_run_says_where(store: Path, sql: str, place: str) -> None:
    assert place in refusal(store, sql)


def test_a_mistake_in_sql_is_one_line_and_exit_2() -> None:
    said = complaint(run("query", "--sql", "select error('\x1b[31m' || chr(10) || 'two')"), 2)
    assert "\x1b" not in said
    complaint(run("query", "--sql", "select '\udcff' from nowhere"), 2)


@pytest.mark.parametrize(
    "sql", ["", ";", "-- nothing", "select 1; select 2", "select 1; drop table raw.meta"]
)
def test_only_one_statement(store: Path, sql: str) -> None:
    refusal(store, sql)


@pytest.mark.parametrize(
    "sql",
    [
        "insert into raw.meta values (2)",
        "delete from store.raw.meta",
        "update store.raw.meta set schema_version = 9",
        "drop table store.raw.meta",
        "create table mine (i int)",
        "create temp table mine as select 1",
        "alter table store.raw.meta add column i int",
        "truncate store.raw.meta",
        "with gone as (delete from store.raw.meta returning *) select * from gone",
        "with more as (insert into reference.license (id) values ('x') returning *) select * from more",
        "from query('delete from store.raw.meta')",
        "begin",
        "checkpoint store",
        "vacuum",
        "copy (select 1) to '{folder}/out.csv'",
        "export database '{folder}/out'",
        "attach '{folder}/other.duckdb'",
        "detach store",
        "use store",
        "install httpfs",
        "load httpfs",
        "pragma database_list",
        "pragma enable_external_access = true",
        "set enable_external_access = true",
        "set threads = 1",
        "reset memory_limit",
        "set variable a = 1",
        "call pragma_version()",
        "prepare p as select 1",
        "create secret (type s3)",
        "create macro f() as 1",
        "select * from read_csv('{folder}/secret.csv')",
        "select * from '{folder}/secret.csv'",
        "select * from read_text('{folder}/*')",
        "select * from read_blob('{folder}/secret.csv')",
        "select * from read_json('{folder}/secret.csv')",
        "select * from read_parquet('https://example.com/x.parquet')",
        "select * from sniff_csv('{folder}/secret.csv')",
        "select * from glob('{folder}/*')",
        "select * from duckdb_secrets()",
        "select * from duckdb_extensions()",
        "select * from sqlite_scan('{folder}/x.db', 't')",
        "select * from enable_logging(storage = 'file', storage_path = '{folder}/log')",
        "select * from enable_profiling(format = 'json', save_location = '{folder}/profile')",
        "select getenv('HOME')",
        "select load_extension('httpfs')",
        "from questions",
        "from con",
        "from sql",
    ],
)
def test_sql_reaches_nothing_but_the_history(store: Path, tmp_path: Path, sql: str) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("token\nhf_notForYou\n", encoding="utf-8")
    before = store.read_bytes()
    assert "hf_notForYou" not in refusal(store, sql.format(folder=tmp_path))
    assert store.read_bytes() == before
    assert list(tmp_path.iterdir()) == [secret]


def test_the_fence_stands_when_a_statement_gets_past_the_look_at_it(store: Path) -> None:
    with opened(store) as con:
        query._lay_out(con, store)
        for setting in query._FENCE:
            con.execute(setting)
        for sql in (
            "set enable_external_access = true",
            "reset lock_configuration",
            "attach 'other.duckdb' as other",
            "install httpfs",
            "load httpfs",
            "delete from store.raw.meta",
            "copy (select 1) to 'out.csv'",
        ):
            with pytest.raises(duckdb.Error):
                con.execute(sql)


def test_what_never_ends_is_ended(store: Path) -> None:
    for sql in (ENDLESS, "select sum(a.range * b.range) from range(10000000) a, range(1000000) b"):
        with pytest.raises(IncompleteError, match=r"longer than 0.2 s: .*--timeout"):
            ask(store, sql, timeout=0.2)
    assert not any("watch" in thread.name for thread in threading.enumerate())


def test_the_time_limit_is_one_line_and_exit_3() -> None:
    assert "longer than 1 s" in complaint(run("query", "--timeout", "1", "--sql", ENDLESS), 3)


def test_too_much_memory_and_too_many_rows_are_told(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query, "_FENCE", tuple(s.replace("'50%'", "'50MB'") for s in query._FENCE))
    with pytest.raises(IncompleteError, match="memory"):
        ask(store, "select list(range) from range(100000000)")
    monkeypatch.setattr(query, "_MOST_ROWS", 10)
    assert len(ask(store, "from range(10)")[1]) == 10
    with pytest.raises(IncompleteError, match=r"more than 10 rows.*--limit"):
        ask(store, "from range(11)")
    assert len(ask(store, "from range(20)", limit=15)[1]) == 15


def test_a_store_that_a_crawl_holds_is_told(tmp_path: Path, offline_env: dict[str, str]) -> None:
    path = tmp_path / "held.duckdb"
    hold = (
        "import sys; from pathlib import Path; from hubaudit.store.file import opened\n"
        "with opened(Path(sys.argv[1]), write=True): print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", hold, str(path)]
    with subprocess.Popen(
        command, env=offline_env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        said = complaint(run("query", "vanished", "--db", str(path)), 3)
        assert f"in use by process {holder.pid}" in said
        holder.communicate("")


def test_a_damaged_store_is_told(tmp_path: Path) -> None:
    path = tmp_path / "broken.duckdb"
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(HubauditError, match=r"cannot use the store .*broken\.duckdb"):
        ask(path, "select 1")


def test_json_is_json_whatever_a_stranger_wrote() -> None:
    done = run("query", "--format", "json", "--sql", "select chr(8238) || chr(27) || '</script>' as \"a\nb\"")
    assert json.loads(done.out)["rows"] == [{"a\nb": "\u202e\x1b</script>"}]
    assert "\u202e" not in done.out
    assert "\x1b" not in done.out
