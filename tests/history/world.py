"""A small history: three nights of full lists, put into a store as the crawler puts them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import zstandard

from hubaudit.store.file import opened
from hubaudit.store.page import PageFile
from hubaudit.store.runs import begin_run, end_run
from hubaudit.store.walks import add_gone, apply_walk

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Record = dict[str, Any]

FIRST, SECOND, THIRD = (datetime(2025, month, 10, 3, tzinfo=UTC) for month in (1, 2, 4))

FEBRUARY = "2025-02-01T00:00:00.000Z"


def repo(number: int, name: str, license: str = "mit", **fields: Any) -> Record:  # noqa: A002 - the Hub's word
    """Return a model as the Hub lists it; its _id is the number, its commit too."""
    bases, tags = fields.pop("bases", []), fields.pop("tags", [])
    tags = [
        *tags,
        *(f"license:{value}" for value in license.split()),
        *(f"base_model:{base}" for base in bases),
    ]
    record = {
        "_id": f"{number:024}",
        "id": name,
        "sha": f"{number:040}",
        "lastModified": "2025-01-01T00:00:00.000Z",
    }
    return {**record, "tags": tags, "gated": False, "disabled": False, "private": False, **fields}


NIGHTS = (
    (
        FIRST,
        [
            repo(1, "acme/steady", "apache-2.0", tags=["dataset:acme/data"]),
            repo(2, "acme/base", "llama3"),
            repo(3, "Zed/tuned", "llama3", bases=["acme/base", "acme/unseen"]),
            repo(4, "acme/open"),
            repo(5, "acme/leaver", "gpl-3.0"),
            repo(6, "acme/twin", "mit"),
            repo(7, "acme/old-name", "cc-by-nc-4.0"),
            repo(8, "bob/always-looser", "mit", bases=["finetune:ACME/Base"]),
            repo(9, "bob/quant", "cc-by-nc-4.0", bases=["quantized:acme/old-name"]),
            repo(10, "bare", ""),
        ],
    ),
    (
        SECOND,
        [
            repo(1, "acme/steady", "apache-2.0", tags=["dataset:acme/data"], lastModified=FEBRUARY),
            repo(2, "acme/base", "llama3"),
            repo(3, "Zed/tuned", "apache-2.0", bases=["acme/base", "acme/unseen"]),
            repo(4, "acme/open", gated="manual"),
            repo(66, "acme/twin", "cc-by-nc-4.0"),
            repo(7, "acme/new-name", "cc-by-nc-4.0"),
            repo(8, "bob/always-looser", "mit", bases=["finetune:ACME/Base"]),
            repo(9, "bob/quant", "mit", bases=["quantized:acme/old-name"]),
            repo(10, "bare", "other"),
        ],
    ),
    (
        THIRD,
        [
            repo(1, "acme/steady", "apache-2.0", tags=["dataset:acme/data"], lastModified=FEBRUARY),
            repo(2, "acme/base", "mit"),
            repo(3, "Zed/tuned", "apache-2.0 mit", bases=["acme/base", "acme/unseen"]),
            repo(4, "acme/open", gated="auto"),
            repo(5, "acme/leaver", "agpl-3.0"),
            repo(66, "acme/twin", "cc-by-nc-4.0"),
            repo(7, "acme/new-name", "cc-by-nc-4.0"),
            repo(9, "bob/quant", "mit", bases=["quantized:acme/old-name"]),
            repo(10, "bare", "other"),
        ],
    ),
)  # fmt: skip


def build(path: Path, pages: Path) -> None:
    """Write the store of all nights."""
    for moment, records in NIGHTS:
        add_night(path, page(pages, moment, records), moment)


def add_nights(folder: Path, nights: Sequence[Sequence[Record]], *, is_whole: bool = True) -> Path:
    """Write a store of walks on the first days of June 2025, and return its path."""
    path = folder / "store.duckdb"
    for day, records in enumerate(nights, start=1):
        moment = datetime(2025, 6, day, tzinfo=UTC)
        add_night(path, page(folder, moment, records), moment, is_whole=is_whole)
    return path


def add_night(path: Path, file: PageFile, moment: datetime, *, is_whole: bool = True) -> None:
    """Put one walk into the store, and a row for each repository that is gone."""
    with opened(path, write=True) as con:
        crawl_id = begin_run(con, "full", "model", moment)
        for unseen in apply_walk(con, crawl_id, "model", [file], is_whole=is_whole).unseen:
            seen = ("missing-or-private", f"https://hub.example/api/models/{unseen.repo_id}", moment)
            add_gone(con, crawl_id, "model", unseen, seen)
        end_run(con, crawl_id, requests=1, records=1, is_complete=True)


def page(folder: Path, moment: datetime, records: Sequence[Record]) -> PageFile:
    """Write one page of a walk, as the crawler keeps it."""
    path = folder / f"{moment:%Y%m%d}.json.zst"
    path.write_bytes(zstandard.compress(json.dumps(records).encode()))
    return PageFile(path, "https://hub.example/api/models", moment, len(records))
