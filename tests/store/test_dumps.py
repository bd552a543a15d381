"""Parquet dumps of other people, and files of the Hub. The Hub's file system is one in memory here."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from fsspec.implementations.memory import MemoryFileSystem  # type: ignore[import-untyped]  # it ships none

from hubaudit.errors import IncompleteError, UsageError
from hubaudit.store import imports
from hubaudit.store import lines as line_files
from hubaudit.store.dumps import literal
from tests.store.raw import ask
from tests.store.test_imports import DAY, record, take

if TYPE_CHECKING:
    from pathlib import Path

CARDS = """
    select
        'acme/m' as "modelId", 'acme' as author, timestamptz '2026-08-18 10:00:00.5+02' as last_modified,
        7 as downloads, 1 as likes, 'peft' as library_name, ['license:mit', 'dataset:acme/d'] as tags,
        null::varchar as pipeline_tag, timestamptz '2026-08-01 00:00:00+00' as "createdAt", 'A card.' as card
"""
STATS = """
    select
        '0123' as _id, 'acme/m' as id, timestamp '2026-08-18 10:00:00' as "lastModified",
        '{"license": "mit", "datasets": ["acme/d"]}' as "cardData", 9223372036854775807 as downloads,
        ['license:mit'] as tags, '{"relation": "finetune", "models": [{"id": "acme/b"}]}' as "baseModels",
        [{rfilename: 'README.md'}] as siblings, 'not {json' as config
    union all
    select '0124', 'acme/n', null, null, null, null, null, null, null
"""


def parquet(path: Path, sql: str) -> Path:
    with duckdb.connect() as con:
        con.execute(f"copy ({sql}) to {literal(str(path))} (format parquet)")
    return path


def test_cards_with_metadata(path: Path, tmp_path: Path) -> None:
    done = take(path, parquet(tmp_path / "cards.parquet", CARDS), date=None)
    assert done.observed_at == datetime(2026, 8, 18, 8, 0, 0, 500_000, UTC)
    assert (done.changed, done.cards) == (1, 1)
    ((sent, *typed),) = ask(path, "select record, hub_id, sha, gated, license, datasets from raw.repo_log")
    assert json.loads(sent) == {
        "id": "acme/m",
        "author": "acme",
        "lastModified": "2026-08-18T08:00:00.500Z",
        "createdAt": "2026-08-01T00:00:00.000Z",
        "downloads": 7,
        "likes": 1,
        "library_name": "peft",
        "tags": ["license:mit", "dataset:acme/d"],
        "pipeline_tag": None,
    }
    assert typed == [None, None, None, ["mit"], ["acme/d"]]
    assert ask(path, "select commit, outcome, text from raw.text_seen join raw.text using (blob)") == [
        ("main", "found", "A card.")
    ]


def test_hub_stats(path: Path, tmp_path: Path) -> None:
    assert take(path, parquet(tmp_path / "models.parquet", STATS)).changed == 2
    first, second = ask(
        path, "select record, hub_id, shape, gated, is_disabled from raw.repo_log order by repo_id"
    )
    sent = json.loads(first[0])
    assert sent["cardData"] == {"license": "mit", "datasets": ["acme/d"]}
    assert sent["baseModels"] == {"relation": "finetune", "models": [{"id": "acme/b"}]}
    assert sent["siblings"] == [{"rfilename": "README.md"}]
    assert sent["config"] == "not {json"
    assert first[1:] == ("0123", "detail", None, None)
    assert second[1:] == ("0124", "listing", None, None)


def test_a_table_of_something_else_is_refused(path: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="modelId"):
        take(path, parquet(tmp_path / "spaces.parquet", "select 1 as x"))


def test_parquet_is_known_by_its_content_too(path: Path, tmp_path: Path) -> None:
    file = parquet(tmp_path / "it's a dump", CARDS)
    assert take(path, file).changed == 1


def test_a_damaged_dump_changes_nothing(path: Path, tmp_path: Path) -> None:
    file = parquet(tmp_path / "cards.parquet", CARDS)
    file.write_bytes(file.read_bytes()[:-9])
    with pytest.raises(IncompleteError, match=r"cards\.parquet"):
        take(path, file)
    assert ask(path, "from raw.crawl") == []


class HubFiles(MemoryFileSystem):  # type: ignore[misc]  # fsspec ships no types
    """Files under hf:// that are in memory."""

    protocol = "hf"
    store: dict[str, Any] = {}  # noqa: RUF012 - fsspec's way: one store of the class
    pseudo_dirs = [""]  # noqa: RUF012 - the same

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return str(MemoryFileSystem._strip_protocol(path.removeprefix("hf://")))


@pytest.fixture
def hub_files(monkeypatch: pytest.MonkeyPatch) -> HubFiles:
    monkeypatch.setattr(HubFiles, "store", {})
    files = HubFiles(skip_instance_cache=True)
    for module in (imports, line_files):
        monkeypatch.setattr(module, "hub_filesystem", lambda: files)
    return files


def test_parquet_of_the_hub(path: Path, tmp_path: Path, hub_files: HubFiles) -> None:
    content = parquet(tmp_path / "cards.parquet", CARDS).read_bytes()
    hub_files.pipe_file("hf://datasets/acme/dump/data/1.parquet", content)
    other = parquet(tmp_path / "2.parquet", CARDS.replace("acme/m", "acme/n")).read_bytes()
    hub_files.pipe_file("hf://datasets/acme/dump/data/2.parquet", other)
    assert take(path, "hf://datasets/acme/dump/data/*.parquet").changed == 2


def test_lines_of_the_hub(path: Path, hub_files: HubFiles) -> None:
    hub_files.pipe_file("hf://datasets/acme/dump/list.jsonl", json.dumps(record()).encode())
    assert take(path, "hf://datasets/acme/dump/list.jsonl", DAY).changed == 1


@pytest.mark.usefixtures("hub_files")
@pytest.mark.parametrize("name", ["no.jsonl", "no.parquet"])
def test_what_the_hub_does_not_have_is_named(path: Path, name: str) -> None:
    with pytest.raises((UsageError, IncompleteError), match=name):
        take(path, f"hf://datasets/acme/dump/{name}")


def test_the_hubs_file_system_is_the_librarys() -> None:
    assert line_files.hub_filesystem().protocol == "hf"
