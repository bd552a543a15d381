"""Walks over a Hub that holds still or moves, until the end, a date, a limit or an interruption."""

from __future__ import annotations

import asyncio
import time as machine
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from hubaudit.crawl.cache import Mode, WalkFolder
from hubaudit.crawl.walk import End, Limits, walk
from hubaudit.errors import UsageError
from hubaudit.hub.client import Hub
from hubaudit.hub.listing import Sort
from hubaudit.model import Kind, Outcome
from tests.crawl.helpers import SIZE, crawl, edited, ids, models, pages_on_disk, rows_on_disk, state_of
from tests.fakehub import Clock, FakeHub, Window, dataset, model
from tests.fakehub.faults import drip

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hubaudit.crawl.progress import Progress
    from tests.fakehub.messages import Request

ALL = [f"acme/m{n:03d}" for n in range(23)]
NOON = datetime(2026, 8, 28, 12, tzinfo=UTC)  # model number 11 changed then, on the third page


def after_pages(fake: FakeHub, number: int, change: object) -> None:
    """Call `change` once, before the page of that number (from 1) is answered."""
    seen = []

    def before(_: Request) -> None:
        seen.append(1)
        if len(seen) == number:
            assert callable(change)
            change()

    fake.before = before


def test_a_full_walk_reads_every_row_once(fake: FakeHub, cache: Path) -> None:
    walked = crawl(fake, cache)
    assert (walked.end, walked.outcome, walked.detail) == (End.DONE, Outcome.FOUND, "")
    state = state_of(cache)
    assert state == walked.state
    assert (state.pages, state.records, state.is_done, state.next_url) == (5, 23, True, None)
    assert (state.kind, state.mode, state.sort, state.endpoint) == ("model", "full", "createdAt", fake.url)
    assert ids(rows_on_disk(cache)) == ALL
    assert len(fake.requests) == 5


def test_a_page_says_where_and_when_it_was_read(fake: FakeHub, cache: Path) -> None:
    crawl(fake, cache)
    first, second, *_ = pages_on_disk(cache)
    assert first["url"].startswith(f"{fake.url}/api/models?sort=createdAt&limit={SIZE}&expand=author&")
    assert "cursor=" in second["url"]
    assert first["observed_at"].tzinfo is not None


def test_data_sets_have_a_walk_of_their_own(cache: Path) -> None:
    with FakeHub([*models(7), *(dataset(f"acme/d{n}", license="mit") for n in range(8))]) as fake:
        crawl(fake, cache)
        crawl(fake, cache, kind=Kind.DATASET)
    rows = rows_on_disk(cache, Kind.DATASET)
    assert sorted(ids(rows)) == [f"acme/d{n}" for n in range(8)]
    assert rows[0]["cardData"] == {"license": "mit"}
    assert len(rows_on_disk(cache)) == 7


def test_an_empty_hub_is_a_walk_of_one_page(cache: Path) -> None:
    with FakeHub() as fake:
        assert crawl(fake, cache).end is End.DONE
    assert (state_of(cache).pages, rows_on_disk(cache)) == (1, [])


@pytest.mark.parametrize("page", [2, 3, 5])
def test_a_full_walk_loses_nothing_while_rows_come_and_go(fake: FakeHub, cache: Path, page: int) -> None:
    def change() -> None:
        fake.catalogue.put(model("acme/new", createdAt="2026-09-01T00:00:00.000Z"))
        fake.catalogue.remove("acme/m020")
        fake.catalogue.change("acme/m019", lastModified="2026-09-01T00:00:00.000Z")
        fake.catalogue.rename("acme/m000", "acme/renamed")

    after_pages(fake, page, change)
    assert crawl(fake, cache).end is End.DONE
    assert set(ids(rows_on_disk(cache))) == set(ALL) - {"acme/m020"}


def test_a_row_that_moves_down_is_kept_twice(fake: FakeHub, cache: Path) -> None:
    after_pages(fake, 2, lambda: fake.catalogue.change("acme/m000", lastModified="2026-08-28T01:30:00.000Z"))
    crawl(fake, cache, Mode.DELTA, since=NOON - timedelta(days=30))
    assert ids(rows_on_disk(cache)).count("acme/m000") == 2
    assert state_of(cache).records == 24


def test_a_delta_ends_behind_the_first_page_that_is_all_older(fake: FakeHub, cache: Path) -> None:
    walked = crawl(fake, cache, Mode.DELTA, since=NOON)
    assert walked.end is End.DONE
    assert ids(rows_on_disk(cache)) == ALL[:20]  # the third page still has newer rows, the fourth none
    assert (walked.state.sort, walked.state.since, walked.state.is_done) == (Sort.MODIFIED, NOON, True)


def test_a_delta_sees_what_changed_under_it(fake: FakeHub, cache: Path) -> None:
    after_pages(fake, 2, lambda: fake.catalogue.put(model("acme/new", createdAt="2026-09-01T00:00:00.000Z")))
    first = crawl(fake, cache, Mode.DELTA, since=NOON).state
    assert "acme/new" not in ids(rows_on_disk(cache))
    fake.before = None
    crawl(fake, cache, Mode.DELTA, since=min(first.started_at, NOON))
    assert "acme/new" in ids(rows_on_disk(cache))


def test_rows_without_a_date_neither_end_a_delta_nor_keep_it_going(fake: FakeHub, cache: Path) -> None:
    dates: Iterator[object] = iter(["soon", 5, None, "2026-99-99", {}, "9" * 5000] * 4)

    def odd(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for row in rows[1:]:
            row["lastModified"] = next(dates)
        return rows

    fake.faults.add(edited(odd))
    assert crawl(fake, cache, Mode.DELTA, since=NOON).end is End.DONE
    assert ids(rows_on_disk(cache)) == ALL[:20]


def test_a_delta_over_rows_that_have_no_date_at_all_goes_to_the_end(fake: FakeHub, cache: Path) -> None:
    fake.faults.add(edited(lambda rows: [{"_id": row["_id"], "id": row["id"]} for row in rows]))
    assert crawl(fake, cache, Mode.DELTA, since=NOON).end is End.DONE
    assert ids(rows_on_disk(cache)) == ALL


def test_a_delta_needs_a_date_and_a_full_walk_has_none(fake: FakeHub, cache: Path) -> None:
    with pytest.raises(UsageError, match="date"):
        crawl(fake, cache, Mode.DELTA)
    with pytest.raises(UsageError, match="date"):
        crawl(fake, cache, Mode.FULL, since=NOON)
    assert fake.requests == []


@pytest.mark.parametrize("cut", [1, 2, 3, 4])
@pytest.mark.parametrize("mode", Mode)
def test_an_interrupted_walk_goes_on_at_any_page(fake: FakeHub, cache: Path, mode: Mode, cut: int) -> None:
    since = NOON - timedelta(days=30) if mode is Mode.DELTA else None
    first = crawl(fake, cache, mode, since=since, limits=Limits(requests=cut))
    assert (first.end, first.state.pages) == (End.LIMIT, cut)
    second = crawl(fake, cache, mode, since=since)
    assert (second.end, second.state.pages, len(fake.requests)) == (End.DONE, 5, 5)
    assert second.state.started_at == first.state.started_at
    assert ids(rows_on_disk(cache)) == ALL


def test_a_finished_walk_makes_room_for_the_next(fake: FakeHub, cache: Path) -> None:
    crawl(fake, cache)
    for repo in ALL[4:]:
        fake.catalogue.remove(repo)
    crawl(fake, cache)
    assert ids(rows_on_disk(cache)) == ALL[:4]
    assert len(list((cache / "walks" / "model").glob("page-*.zst"))) == 1


def test_a_walk_of_another_mode_or_hub_is_not_resumed(fake: FakeHub, cache: Path) -> None:
    crawl(fake, cache, limits=Limits(requests=2))
    assert crawl(fake, cache, Mode.DELTA, since=NOON, limits=Limits(requests=1)).state.pages == 1
    with FakeHub(models(3)) as other:
        assert crawl(other, cache, Mode.DELTA, since=NOON).end is End.DONE
    assert ids(rows_on_disk(cache)) == ALL[:3]


def test_a_resumed_delta_goes_down_to_the_earlier_date(fake: FakeHub, cache: Path) -> None:
    crawl(fake, cache, Mode.DELTA, since=NOON, limits=Limits(requests=1))
    crawl(fake, cache, Mode.DELTA, since=NOON + timedelta(hours=6))
    assert state_of(cache).since == NOON
    assert len(rows_on_disk(cache)) == 20


def test_a_limit_of_records_is_for_the_run(fake: FakeHub, cache: Path) -> None:
    first = crawl(fake, cache, limits=Limits(records=6))
    assert (first.end, first.state.records) == (End.LIMIT, 10)
    assert "6 records" in first.detail
    assert crawl(fake, cache, limits=Limits(records=6)).state.records == 20
    assert crawl(fake, cache, limits=Limits(records=6)).end is End.DONE


def test_no_time_means_no_request(fake: FakeHub, cache: Path) -> None:
    walked = crawl(fake, cache, limits=Limits(minutes=0))
    assert (walked.end, walked.detail) == (End.LIMIT, "the limit of 0 minutes is reached")
    assert fake.requests == []


def test_the_time_limit_cuts_a_slow_answer_short(fake: FakeHub, cache: Path) -> None:
    fake.faults.add(drip(30), when=lambda request: request.param("cursor") is not None)
    walked = crawl(fake, cache, limits=Limits(minutes=0.5 / 60))
    assert (walked.end, walked.state.pages) == (End.LIMIT, 1)
    assert "minutes" in walked.detail
    fake.faults.clear()
    assert crawl(fake, cache).end is End.DONE
    assert ids(rows_on_disk(cache)) == ALL


def test_no_run_waits_for_a_window_that_opens_too_late(cache: Path) -> None:
    window = {"api": Window(3, 300)}
    with FakeHub(models(23), clock=Clock(1_800_000_000), quota=window) as fake:  # type: ignore[arg-type]  # one of its buckets
        walked = crawl(fake, cache, limits=Limits(minutes=4.9))
        assert (walked.end, walked.state.pages, len(fake.requests)) == (End.LIMIT, 3, 3)


def test_a_cancelled_walk_ends_at_once_and_can_be_resumed(fake: FakeHub, cache: Path) -> None:
    fake.faults.add(drip(30), when=lambda request: request.param("cursor") is not None)

    async def scenario() -> float:
        async with Hub(fake.url, "") as hub:
            with WalkFolder.held(cache, Kind.MODEL) as folder:
                kept = asyncio.Event()
                task = asyncio.ensure_future(walk(hub, folder, Mode.FULL, progress=lambda _: kept.set()))
                await kept.wait()
                began = machine.monotonic()
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
                return machine.monotonic() - began

    assert asyncio.run(scenario()) < 2
    assert state_of(cache).pages == 1
    fake.faults.clear()
    assert crawl(fake, cache).state.records == 23
    assert ids(rows_on_disk(cache)) == ALL


def test_progress_tells_records_requests_and_quota(fake: FakeHub, cache: Path) -> None:
    told: list[Progress] = []

    async def scenario() -> None:
        async with Hub(fake.url, "") as hub:
            with WalkFolder.held(cache, Kind.MODEL) as folder:
                await walk(hub, folder, Mode.FULL, progress=told.append)

    asyncio.run(scenario())
    assert [(one.task, one.done, one.requests) for one in told] == [
        ("models", 5, 1),
        ("models", 10, 2),
        ("models", 15, 3),
        ("models", 20, 4),
        ("models", 23, 5),
    ]
    assert [one.window and (one.window.left, one.window.size) for one in told[:2]] == [(499, 500), (498, 500)]
