from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hubaudit.errors import QueryError
from hubaudit.warehouse.build import build
from hubaudit.warehouse.queries import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import duckdb

    Write = Callable[[dict[str, str]], Path]


def complaint(con: duckdb.DuckDBPyConnection, folder: Path) -> str:
    with pytest.raises(QueryError) as caught:
        build(con, load(folder))
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_order_is_read_from_the_sql(con: duckdb.DuckDBPyConnection, write: Write) -> None:
    folder = write(
        {
            "1_staging/repo.sql": "select * from raw.repo_log",
            "2_core/a_last.sql": "with m as (select * from core.z_first) select * from m, staging.repo",
            "2_core/z_first.sql": "select (select count(*) from staging.repo) as n",
            "4_rules/one-rule.sql": "select 1 as x where exists (from core.a_last)",
        }
    )
    queries = load(folder)
    order = [query.table for query in queries]
    assert order == ["staging.repo", "core.z_first", "core.a_last", "rules.one_rule"]
    assert queries[2].reads == {"core.z_first", "staging.repo"}
    build(con, queries)
    assert con.execute("select n, repo_id from core.a_last").fetchall() == [(1, "acme/a")]


def test_tables_are_found_wherever_sql_can_hide_them(write: Write) -> None:
    sql = """
        with recursive up as (select 1 as n union all select n + 1 from up, raw.a where n < 2),
        b as (select * from raw.b union select * from raw.c)
        select *, (select max(x) from raw.d) from up join lateral (select * from raw.e) on true
        where exists (select 1 from raw.f) and n in (from raw.g) order by (select 1 from raw.h)
            and up.n <> 'from raw.string, it''s one' -- nor is it from raw.comment
    """
    (query,) = load(write({"1_staging/all.sql": sql}))
    assert query.reads == {f"raw.{letter}" for letter in "abcdefgh"}


def test_a_folder_without_a_rank_is_left_alone(write: Write) -> None:
    named = {"0_reference/x.sql": "nonsense", "history/y.sql": "nonsense", "1_staging/z.sql": "select 1 as x"}
    assert [query.table for query in load(write(named))] == ["staging.z"]


def test_a_file_reads_its_own_rank_or_a_lower_one(con: duckdb.DuckDBPyConnection, write: Write) -> None:
    folder = write({"1_staging/a.sql": "select * from core.b", "2_core/b.sql": "select 1 as x"})
    assert complaint(con, folder) == (
        "queries/1_staging/a.sql reads core.b of a higher rank: a file reads its own or a lower one"
    )


def test_a_table_that_no_file_makes(con: duckdb.DuckDBPyConnection, write: Write) -> None:
    folder = write({"2_core/a.sql": "select * from core.typo"})
    assert complaint(con, folder) == "queries/2_core/a.sql reads core.typo, which no file makes"


def test_a_circle_names_its_files(con: duckdb.DuckDBPyConnection, write: Write) -> None:
    folder = write(
        {
            "2_core/a.sql": "select * from core.b",
            "2_core/b.sql": "select * from core.c",
            "2_core/c.sql": "select * from core.a",
            "2_core/innocent.sql": "select 1 as x",
        }
    )
    said = complaint(con, folder)
    assert "circle" in said
    assert "innocent" not in said
    assert said.count(" -> ") == 3
    assert all(f"queries/2_core/{name}.sql" in said for name in "abc")


def test_a_file_that_reads_itself(con: duckdb.DuckDBPyConnection, write: Write) -> None:
    assert "queries/2_core/a.sql -> queries/2_core/a.sql" in complaint(
        con, write({"2_core/a.sql": "select * from core.a"})
    )


def test_two_files_of_one_table(con: duckdb.DuckDBPyConnection, write: Write) -> None:
    folder = write({"4_rules/a-b.sql": "select 1 as x", "4_rules/a_b.sql": "select 2 as x"})
    assert complaint(con, folder) == (
        "queries/4_rules/a-b.sql and queries/4_rules/a_b.sql make the same table rules.a_b"
    )


def test_a_folder_that_is_no_layer(con: duckdb.DuckDBPyConnection, write: Write) -> None:
    assert "queries/2_co-re: a folder is named" in complaint(con, write({"2_co-re/a.sql": "select 1"}))


@pytest.mark.parametrize(
    ("sql", "line"),
    [
        ("select 1 as x\n\n  from from", 3),
        ("-- größer als ASCII: äöüß\nselect 'é', '😀'\n,\n) from raw.a", 4),
        ("select 1\r\nfrom raw.a\r\nwhere (\r\n", 3),
        ("select\n'never closed", 2),
    ],
    ids=["plain", "bytes are not characters", "carriage returns", "at the end"],
)
def test_broken_sql_names_its_line(con: duckdb.DuckDBPyConnection, write: Write, sql: str, line: int) -> None:
    assert complaint(con, write({"2_core/a.sql": sql})).startswith(f"queries/2_core/a.sql, line {line}: ")


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("-- nothing but a comment\n", "syntax error"),
        ("select 1 as x; select 2 as x", "a file holds one SELECT, this one 2"),
        ("drop table raw.repo_log", "requires a SELECT"),
        ("select 1 as x; drop table raw.repo_log", "a file holds one SELECT, this one 2"),
    ],
)
def test_a_file_holds_one_select(con: duckdb.DuckDBPyConnection, write: Write, sql: str, says: str) -> None:
    said = complaint(con, write({"2_core/a.sql": sql}))
    assert said.startswith("queries/2_core/a.sql")
    assert says in said
    assert con.execute("from raw.repo_log").fetchall() == [("acme/a",)]
