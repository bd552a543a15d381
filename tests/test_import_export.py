"""`hubaudit import` and `hubaudit export`, on files of our own and on the recorded ones."""

from __future__ import annotations

import io
import json
from itertools import islice
from typing import TYPE_CHECKING

import pytest
import zstandard

from hubaudit.text.decode import blob_sha1
from tests.audit.command import run
from tests.fakehub import FakeHub
from tests.fakehub.records import load
from tests.store.raw import ask, lines, raw_tables

if TYPE_CHECKING:
    from pathlib import Path

RADAR = {
    "2026-08-19T0936": "2026-08-19T09:36:00",
    "2026-08-19T1400": "2026-08-19T14:00:00",
    "2026-08-19T2200": "2026-08-19T22:00:00",
    "2026-08-20T0600": "2026-08-20T06:00:00",
}
# the rows of the log in order of observation, without what a crawl alone has: numbers, addresses, times
LOG = (
    "select record, dense_rank() over (order by crawl_id), * exclude (record, crawl_id, url, observed_at)"
    " from raw.repo_log"
)
MODEL = {
    "_id": "1",
    "id": "acme/m",
    "sha": "1",
    "tags": ["license:mit"],
    "lastModified": "2026-08-18T10:00:00Z",
}


def test_a_list_and_its_date(home: Path, tmp_path: Path) -> None:
    file = lines(tmp_path / "models.jsonl", MODEL, "nonsense")
    done = run("import", str(file))
    assert (done.code, done.out) == (0, f"{file}: 1 models, 1 changed, 0 gone, 0 cards\n")
    assert "2026-08-18 10:00:00 UTC" in done.err
    assert "1 lines name no repository" in done.err
    again = run("import", str(file), "--date", "2026-08-19")
    assert "0 changed" in again.out
    assert "dated" not in again.err
    assert ask(home / "hubaudit.duckdb", "select count(*) from raw.repo_log") == [(1,)]


def test_what_was_imported_can_be_compared(tmp_path: Path) -> None:
    assert run("import", str(lines(tmp_path / "1", MODEL)), "--date", "2026-08-01").code == 0
    changed = MODEL | {"tags": ["license:other"]}
    assert run("import", str(lines(tmp_path / "2", changed)), "--date", "2026-08-02").code == 0
    (change,) = run("diff", "crawl:1", "crawl:2", "--format", "json").json["changes"]
    assert (change["field"], change["old"], change["new"]) == ("license", "mit", "other")
    assert change["observed_at"] == "2026-08-02T00:00:00Z"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("no.jsonl",), 2, "no.jsonl"),
        (("list", "--date", "2999-01-01"), 2, "future"),
        (("list", "--date", "yesterday"), 2, "--date"),
        (("list", "--kind", "space"), 2, "--kind"),
        (("list", "--endpoint", "ftp://hub.example"), 2, "endpoint"),
        (("undated",), 2, "--date"),
        (("list", "folder"), 2, "folder"),
        (("folder",), 2, "lake.json"),
        (("cut.gz",), 3, "cut"),
    ],
)
def test_what_cannot_be_imported_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], code: int, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    lines(tmp_path / "list", MODEL)
    lines(tmp_path / "undated", {"id": "acme/m"})
    (tmp_path / "folder").mkdir()
    (tmp_path / "cut.gz").write_bytes(b"\x1f\x8b\x08\x00")
    done = run("import", *arguments)
    assert done.code == code
    assert words in done.err
    assert "Traceback" not in done.err


def test_an_export_restores_the_store(home: Path, tmp_path: Path) -> None:
    run("import", str(lines(tmp_path / "list", {"record": MODEL, "readme": "An open model."})))
    done = run("export", str(tmp_path / "lake"))
    assert (done.code, done.out) == (0, f"{tmp_path / 'lake'}: 1 changes, 1 texts, 1 runs\n")
    assert run("export", str(tmp_path / "lake")).code == 2
    assert run("export", str(tmp_path / "lake"), "--force").code == 0
    other = tmp_path / "other.duckdb"
    restored = run("import", str(tmp_path / "lake"), "--db", str(other))
    assert restored.out == done.out
    assert raw_tables(other) == raw_tables(home / "hubaudit.duckdb")


def test_without_a_store_there_is_nothing_to_export(tmp_path: Path) -> None:
    done = run("export", str(tmp_path / "lake"))
    assert done.code == 2
    assert "hubaudit crawl" in done.err
    assert not (tmp_path / "lake").exists()


def test_imported_lists_make_the_log_that_crawls_make(shared: Path, tmp_path: Path) -> None:
    imported, crawled = tmp_path / "imported.duckdb", tmp_path / "crawled.duckdb"
    for name, date in RADAR.items():
        file = shared / "real" / "radar" / f"{name}.jsonl.zst"
        assert run("import", str(file), "--whole", "--date", date, "--db", str(imported)).code == 0
        with FakeHub(load([file])) as hub:
            options = ("--kind", "model", "--full", "--metadata-only", "--db", str(crawled))
            assert run("crawl", *options, "--endpoint", hub.url).code == 0
    rows = _log(imported)
    assert len(rows) > 13_000
    assert rows == _log(crawled)


def _log(store: Path) -> list[str]:
    """Return the log without the nulls that a record may write out or leave away."""
    return sorted(
        repr(
            (
                sorted(
                    (key, value) for key, value in json.loads(record or "{}").items() if value is not None
                ),
                row,
            )
        )
        for record, *row in ask(store, LOG)
    )


def test_the_hub_of_2022(shared: Path, tmp_path: Path) -> None:
    file = shared / "real" / "hub_2022-02-21.jsonl.zst"
    store = tmp_path / "2022.duckdb"
    done = run("import", str(file), "--date", "2022-02-21", "--db", str(store))
    assert (done.code, done.err) == (0, "")
    assert done.out == f"{file}: 29,432 models, 29,432 changed, 0 gone, 29,430 cards\n"
    with file.open("rb") as packed:
        text = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(packed), encoding="utf-8")
        sent = {row["record"]["modelId"]: row for row in map(json.loads, islice(text, 3000))}
    kept = "select repo_id, record, blob from raw.repo_log left join raw.text_seen using (repo_id)"
    found = {
        repo_id: (json.loads(record), blob) for repo_id, record, blob in ask(store, kept) if repo_id in sent
    }
    assert found == {repo_id: (row["record"], _blob(row["readme"])) for repo_id, row in sent.items()}


def _blob(readme: str | None) -> str | None:
    return None if readme is None or readme.startswith("Error: the path") else blob_sha1(readme.encode())
