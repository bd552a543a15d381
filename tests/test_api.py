"""hubaudit in Python: what the command line answers, as values."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

import hubaudit
from hubaudit import errors, open_store, score
from hubaudit.model import Report
from tests.fakehub import FakeHub, model
from tests.history.world import build

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WEIGHTS = {"model.safetensors": "weights, as it were\n"}
REPOS = (
    model("acme/clean", license="apache-2.0", card="# Clean\n", files=WEIGHTS),
    model("acme/other", license="mit", card="# Other\n", files=WEIGHTS),
)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    with FakeHub(REPOS) as running:
        monkeypatch.setenv("HF_ENDPOINT", running.url)
        monkeypatch.delenv("HUBAUDIT_NO_CODE_HOST")
        yield running


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("api")
    build(folder / "store.duckdb", folder)
    return folder / "store.duckdb"


def test_one_model_is_a_report_and_several_are_a_list(hub: FakeHub) -> None:
    report = score("acme/clean")
    assert isinstance(report, Report)
    assert (report.id, report.signature[0], report.source) == ("acme/clean", "4", "hub")
    several = score(["acme/other", "acme/clean", "acme/other"])
    assert [each.id for each in several] == ["acme/other", "acme/clean", "acme/other"]
    hub.requests.clear()
    assert score(("acme/clean",), max_age=timedelta(days=9))[0].signature == report.signature
    assert hub.requests == [], "the store knows"
    score("acme/clean", refresh=True)
    assert hub.requests


def test_settings_are_those_of_the_command_line(
    hub: FakeHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "own.duckdb"
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert score("acme/clean", endpoint=hub.url, db=str(store), code_host=False).id == "acme/clean"
    assert store.exists()
    assert score("acme/clean", offline=True, db=store).source == "store"


def test_what_goes_wrong_is_an_error_of_the_package(hub: FakeHub) -> None:
    with pytest.raises(errors.UsageError, match="not a repo id"):
        score("no id")
    with pytest.raises(errors.IncompleteError, match="acme/none"):
        score(["acme/clean", "acme/none"])
    hub.requests.clear()
    assert score("acme/clean", offline=True).id == "acme/clean", "what was learned of the others is kept"
    with pytest.raises(errors.UsageError, match="there is no store"), open_store("nowhere.duckdb"):
        pass


def test_sql_and_named_questions_answer_with_rows(history: Path) -> None:
    with open_store(history) as store:
        counted = store.sql("select kind, count(*) as n from raw.repo_log group by kind order by kind")
        assert counted.columns == ("kind", "n")
        assert counted.rows[0][0] == "model"
        gated = store.query("newly_gated")
        assert store.query("newly-gated", since="2026-01-01").rows == ()
        assert store.query("newly-gated", limit=1).rows == gated.rows[:1]
        assert store.sql("select $at as at", at="2025-02-01").rows == (("2025-02-01T23:59:59Z",),)
    assert gated.rows


def test_the_fence_holds(history: Path) -> None:
    with open_store(history) as store:
        for sql in ("drop table raw.repo_log", "select 1; select 2", "from read_text('/etc/hostname')"):
            with pytest.raises(errors.UsageError):
                store.sql(sql)
        with pytest.raises(errors.UnknownNameError, match="newly-gated"):
            store.query("newly-gatd")
        with pytest.raises(errors.IncompleteError, match="longer than"):
            store.sql("select count(*) from range(1e12::bigint)", timeout=0.2)
        assert store.sql("select 1 as one").rows == ((1,),), "an error ends one question"
    with pytest.raises(errors.UsageError):
        store.sql("select 1")


def test_an_arrow_table_has_the_columns_and_rows(history: Path) -> None:
    with open_store(history) as store:
        result = store.sql("select 1 as number, 'x' as word, true as truth, null as nothing, 2.5 as ratio")
        empty = store.sql("select 1 as number where false")
    table = result.to_arrow()
    assert table.column_names == ["number", "word", "truth", "nothing", "ratio"]
    assert [column.to_pylist() for column in table.columns] == [[1], ["x"], [True], [None], [2.5]]
    assert table.schema.types[:3] == [pa.int64(), pa.string(), pa.bool_()]
    assert (empty.to_arrow().num_rows, empty.to_arrow().column_names) == (0, ["number"])


def test_without_pyarrow_the_error_says_what_to_install(
    history: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with open_store(history) as store:
        result = store.sql("select 1")
    with pytest.raises(errors.UsageError, match=r"pip install 'hubaudit\[arrow\]'"):
        result.to_arrow()


def test_a_result_shows_as_a_table_and_nothing_in_it_is_markup(history: Path) -> None:
    with open_store(history) as store:
        result = store.sql("select '<b>' || chr(27) || '[31m' as \"<i>\", null as nothing from range(103)")
    assert str(result).splitlines()[:2] == ["<i>  nothing", "<b>"]
    html = result._repr_html_()
    assert html.startswith("<table><thead><tr><th>&lt;i&gt;</th>")
    assert "<td>&lt;b&gt;</td><td></td>" in html
    assert html.endswith("<p>and 3 more rows</p>")


@pytest.mark.parametrize("name", ["nonsense", "__path__x", "Score"])
def test_the_package_has_no_other_names(name: str) -> None:
    assert hubaudit.open_store is open_store
    with pytest.raises(AttributeError, match=name):
        getattr(hubaudit, name)
