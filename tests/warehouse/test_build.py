from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest

from hubaudit.errors import QueryError
from hubaudit.warehouse.build import build, make
from hubaudit.warehouse.queries import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Write = Callable[[dict[str, str]], Path]


def complaint(con: duckdb.DuckDBPyConnection, folder: Path) -> str:
    queries = load(folder)  # so that what follows is raised by the build
    with pytest.raises(QueryError) as caught:
        build(con, queries)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("sql", "line"),
    [
        ("select nope from raw.repo_log", 1),
        ("-- a comment\nselect repo_id,\n\n  nope\nfrom raw.repo_log", 4),
        ("select 1 as x\nfrom raw.not_there", 2),
        ("select 'é' as x,\n  no_such_function(3) as y", 2),
        ("select 1 as x\n\nfrom raw.repo_log where q.z = 1", 3),
        ("select 1 as x\nfrom raw.repo_log\nwhere repo_id = [1] + 'x'", 3),
        ("select repo_id,\n  count(*) as n\nfrom raw.repo_log", 1),
    ],
)
def test_a_query_that_does_not_bind_names_its_line(
    con: duckdb.DuckDBPyConnection, write: Write, sql: str, line: int
) -> None:
    assert complaint(con, write({"2_core/a.sql": sql})).startswith(f"queries/2_core/a.sql, line {line}: ")


def test_a_query_that_fails_on_the_data_names_the_file(con: duckdb.DuckDBPyConnection, write: Write) -> None:
    said = complaint(con, write({"2_core/a.sql": "select\n  repo_id::integer as n\nfrom raw.repo_log"}))
    assert said.startswith("queries/2_core/a.sql, line 2: Conversion Error")


def test_a_strangers_text_is_not_taken_for_our_line(con: duckdb.DuckDBPyConnection, write: Write) -> None:
    con.execute("insert into raw.repo_log values ('x' || chr(10) || 'LINE 99: gotcha')")
    con.execute("delete from raw.repo_log where repo_id = 'acme/a'")
    said = complaint(con, write({"2_core/a.sql": "select\n  repo_id::integer as n\nfrom raw.repo_log"}))
    assert said.startswith("queries/2_core/a.sql, line 2: Conversion Error")


def test_an_error_without_a_line_claims_none(con: duckdb.DuckDBPyConnection, write: Write) -> None:
    said = complaint(con, write({"2_core/a.sql": "select error('out of luck') as x"}))
    assert said == "queries/2_core/a.sql: Invalid Input Error: out of luck"


def test_a_failed_build_leaves_the_last_good_one(con: duckdb.DuckDBPyConnection, write: Write) -> None:
    good = {"2_core/a.sql": "select 1 as x", "2_core/b.sql": "select * from core.a"}
    folder = write(good)
    build(con, load(folder))
    write({"2_core/a.sql": "select 2 as x", "2_core/b.sql": "select x, error('late') as y from core.a",
           "3_grid/new.sql": "select 1 as x"})  # fmt: skip
    complaint(con, folder)
    assert con.execute("select x from core.a").fetchall() == [(1,)]
    assert con.execute("select * from core.b").fetchall() == [(1,)]
    with pytest.raises(duckdb.CatalogException):
        con.execute("from grid.new")


def test_a_build_that_is_interrupted_leaves_the_last_good_one(
    con: duckdb.DuckDBPyConnection, write: Write
) -> None:
    folder = write({"2_core/a.sql": "select 1 as x", "2_core/b.sql": "select 1 as y"})
    build(con, load(folder))

    class Impatient:
        """A connection whose user presses Ctrl-C at the second table."""

        def __getattr__(self, name: str) -> object:
            return getattr(con, name)

        def execute(self, sql: str | duckdb.Statement) -> object:
            if isinstance(sql, duckdb.Statement) and "core.b" in sql.query:
                raise KeyboardInterrupt
            return con.execute(sql)

    write({"2_core/a.sql": "select 2 as x"})
    queries = load(folder)
    with pytest.raises(KeyboardInterrupt):
        build(Impatient(), queries)  # type: ignore[arg-type]  # it stands in for the connection
    assert con.execute("select x from core.a").fetchall() == [(1,)]


def test_a_build_can_be_repeated_on_changed_data(con: duckdb.DuckDBPyConnection, write: Write) -> None:
    queries = load(write({"1_staging/repo.sql": "select * from raw.repo_log"}))
    build(con, queries)
    con.execute("insert into raw.repo_log values ('acme/b')")
    build(con, queries)
    assert con.execute("select count(*) from staging.repo").fetchone() == (2,)


def test_a_table_that_needs_more_memory_than_was_set_gets_it(write: Write) -> None:
    folder = write({"2_core/a.sql": "select len(list(range)) as a from range(4000000)"})
    with duckdb.connect() as con:
        con.execute("set memory_limit = '20MB'")
        make(con, load(folder))
        assert con.execute("select a from core.a").fetchone() == (4_000_000,)
        assert con.execute("select current_setting('memory_limit')").fetchone() == ("19.0 MiB",)
