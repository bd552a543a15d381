"""The numbers of runs, and up to when the log is complete."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from hubaudit.store.file import opened
from hubaudit.store.runs import begin_run, end_run, is_complete, watermark

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

START = datetime(2026, 11, 1, 12, 30, 15, 123456, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def con(path: Path) -> Iterator[Any]:
    with opened(path, write=True) as connection:
        yield connection


def walked(
    con: Any, kind: str, started_at: datetime, *, done: bool = True, since: datetime | None = None
) -> int:
    crawl_id = begin_run(con, kind, "model", started_at)
    end_run(con, crawl_id, 2, 5, is_complete=done, since=since)
    return crawl_id


def test_a_walk_keeps_its_number_until_it_is_complete(con: Any) -> None:
    assert [walked(con, "full", START, done=False), walked(con, "full", START)] == [1, 1]
    assert begin_run(con, "full", "dataset", START) == 2
    assert begin_run(con, "full", "model", START + DAY) == 3
    assert con.execute("select requests, records from store.raw.crawl where crawl_id = 1").fetchall() == [
        (4, 5)
    ]


def test_only_a_complete_walk_moves_the_watermark(con: Any) -> None:
    walked(con, "full", START, done=False)
    assert (watermark(con, "model"), is_complete(con, "full", "model", START)) == (None, False)
    walked(con, "full", START)
    assert (watermark(con, "model"), is_complete(con, "full", "model", START)) == (START, True)
    assert watermark(con, "dataset") is None
    assert not is_complete(con, "delta", "model", START)


def test_a_delta_moves_the_watermark_where_it_joins_on(con: Any) -> None:
    walked(con, "full", START)
    walked(con, "delta", START + DAY, since=START - DAY)
    assert watermark(con, "model") == START + DAY
    assert watermark(con, "model", "full") == START
    walked(con, "delta", START + 3 * DAY, since=START + 2 * DAY)
    assert watermark(con, "model") == START + DAY, "nobody read what changed in between"


def test_a_delta_into_an_empty_store_vouches_for_nothing(con: Any) -> None:
    walked(con, "delta", START, since=START - DAY)
    assert watermark(con, "model") is None


def test_a_run_over_a_part_vouches_for_nothing(con: Any) -> None:
    owner = begin_run(con, "owner", "model", START)
    end_run(con, owner, 2, 5, is_complete=True, vouches=False)
    assert watermark(con, "model") is None
    assert is_complete(con, "owner", "model", START)


def test_a_run_over_files_belongs_to_no_list(con: Any) -> None:
    assert begin_run(con, "files", None, START) == begin_run(con, "files", None, START) == 1
    assert begin_run(con, "files", None, START + DAY) == 2
