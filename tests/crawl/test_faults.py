"""A Hub that misbehaves: the pages on disk are the same wherever it can be read at all."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from hubaudit.crawl.cache import Mode
from hubaudit.crawl.walk import End, Limits
from hubaudit.model import Outcome
from tests.crawl.helpers import crawl, edited, folder_of, ids, models, pages_on_disk, rows_on_disk, state_of
from tests.fakehub import FakeHub, fields
from tests.fakehub.faults import (
    cut,
    cut_gzip,
    drip,
    empty,
    foreign_link,
    header,
    html200,
    listed_rate_limit,
    redirect_loop,
    reset,
    status,
)
from tests.hub.helpers import TOKEN

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakehub.faults import Fault
    from tests.fakehub.messages import Reply, Request

ALL = [f"acme/m{n:03d}" for n in range(23)]
PASSING = {
    "429": status(429),
    "429 with seconds": status(429, Retry_After="3"),
    "429 with a date": status(429, Retry_After="Fri, 15 Jan 2027 08:00:07 GMT"),
    "429 without headers": lambda _, reply: replace(reply, status=429, headers={}, body=b""),
    "500": status(500),
    "503": status(503),
    "520": status(520),
    "cut": cut(),
    "cut gzip": cut_gzip(),
    "empty": empty(),
    "reset": reset(),
    "web page": html200(),
    "drip": drip(0.05),
    "two quotas": listed_rate_limit(),
    "redirect": redirect_loop(),
    "one object": edited(lambda rows: rows[0]),
}


def later(request: Request) -> bool:
    """Whether this asks for a page behind the first."""
    return request.param("cursor") is not None


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_a_passing_fault_leaves_no_trace(fake: FakeHub, cache: Path, fault: Fault) -> None:
    fake.faults.add(fault, times=1)
    fake.faults.add(fault, times=1, when=later)
    assert crawl(fake, cache).end is End.DONE
    assert (ids(rows_on_disk(cache)), state_of(cache).pages) == (ALL, 5)


def test_a_hub_that_fails_every_third_time_is_read_to_the_end(fake: FakeHub, cache: Path) -> None:
    fake.faults.rate(0.3, 7, *PASSING.values())
    runs = 1
    while crawl(fake, cache).end is not End.DONE:
        runs += 1
    assert ids(rows_on_disk(cache)) == ALL
    assert runs < 5
    assert len(fake.requests) > 5


LASTING = {
    "status 500": (status(500), Outcome.UNREACHABLE, "answered 500"),
    "web page": (html200(), Outcome.UNREACHABLE, "maintenance page"),
    "bad token": (status(401, "Invalid credentials in Authorization header"), Outcome.REFUSED, "HF_TOKEN"),
    "forbidden": (status(403, "Go away"), Outcome.REFUSED, "Go away"),
    "redirects": (redirect_loop(), Outcome.REFUSED, "more than 2 redirects"),
    "other list": (status(307, Location="/api/datasets"), Outcome.REFUSED, "/api/datasets, which is not"),
    "other host": (status(307, Location="https://evil.test/api/models"), Outcome.REFUSED, "evil.test"),
    "foreign page": (foreign_link("https://evil.test"), Outcome.REFUSED, "https://evil.test/api/models"),
    "strange page": (header("Link", "<:::>; rel=next"), Outcome.REFUSED, "not"),
    "page of data sets": (
        header("Link", '</api/datasets?x=1>; rel="next"'),
        Outcome.REFUSED,
        "/api/datasets",
    ),
}


@pytest.mark.parametrize(("fault", "outcome", "words"), LASTING.values(), ids=LASTING)
def test_a_lasting_fault_ends_the_run_and_the_next_one_goes_on(
    fake: FakeHub, cache: Path, fault: Fault, outcome: Outcome, words: str
) -> None:
    crawl(fake, cache, limits=Limits(requests=2))
    fake.faults.add(fault)
    walked = crawl(fake, cache)
    assert (walked.end, walked.outcome, walked.state.pages) == (End.FAILED, outcome, 2)
    assert words in walked.detail
    fake.faults.clear()
    assert crawl(fake, cache).end is End.DONE
    assert ids(rows_on_disk(cache)) == ALL


@pytest.mark.parametrize("way", ["link", "redirect"])
@pytest.mark.parametrize("stranger", ["https://evil.test", "http://127.0.0.1:{port}", "//evil.test"])
def test_the_token_stays_with_the_endpoint(cache: Path, way: str, stranger: str) -> None:
    with FakeHub(models(12)) as fake, FakeHub(models(12)) as other:
        fake.accounts.grant(TOKEN)
        origin = stranger.format(port=other.url.rpartition(":")[2])
        redirect = status(307, Location=f"{origin}/api/models?sort=createdAt")
        fake.faults.add(foreign_link(origin) if way == "link" else redirect)
        walked = crawl(fake, cache, token=TOKEN)
        assert (walked.end, walked.outcome) == (End.FAILED, Outcome.REFUSED)
        assert (other.requests, [seen.authorized for seen in fake.requests]) == ([], [True])
        assert TOKEN not in walked.detail


def test_a_next_page_of_another_hub_in_walk_json_is_not_asked(fake: FakeHub, cache: Path) -> None:
    with FakeHub(models(12)) as other:
        crawl(fake, cache, limits=Limits(requests=1))
        path = cache / "walks" / "model" / "walk.json"
        path.write_text(path.read_text(encoding="utf-8").replace(fake.url, other.url, 1), encoding="utf-8")
        text = json.loads(path.read_text(encoding="utf-8"))
        text |= {"endpoint": fake.url, "next_url": f"{other.url}/api/models?cursor=x"}
        path.write_text(json.dumps(text), encoding="utf-8")
        assert crawl(fake, cache).outcome is Outcome.REFUSED
        assert other.requests == []


def test_a_page_that_leads_to_itself_is_no_endless_walk(fake: FakeHub, cache: Path) -> None:
    crawl(fake, cache, limits=Limits(requests=1))
    itself = f'<{state_of(cache).next_url}>; rel="next"'
    fake.faults.add(header("Link", itself))
    walked = crawl(fake, cache)
    assert (walked.outcome, walked.detail) == (Outcome.REFUSED, "the Hub's page leads to itself")


@pytest.mark.parametrize("code", [400, 404, 410])
def test_an_expired_page_begins_the_walk_anew_and_keeps_what_was_read(
    fake: FakeHub, cache: Path, code: int
) -> None:
    crawl(fake, cache, limits=Limits(requests=2))
    fake.faults.add(status(code, "Invalid cursor"), times=1)
    walked = crawl(fake, cache)
    assert (walked.end, walked.state.pages, walked.state.first_page) == (End.DONE, 7, 3)
    assert ids(rows_on_disk(cache)) == ALL[:10] + ALL


def test_a_hub_that_knows_no_page_is_given_up(fake: FakeHub, cache: Path) -> None:
    fake.faults.add(status(410, "Gone"), when=later)
    walked = crawl(fake, cache)
    assert (walked.end, walked.outcome, walked.state.pages) == (End.FAILED, Outcome.EXPIRED, 3)
    fake.faults.clear()
    assert crawl(fake, cache).end is End.DONE
    assert set(ids(rows_on_disk(cache))) == set(ALL)


def test_a_first_page_that_is_not_there_is_no_expired_one(fake: FakeHub, cache: Path) -> None:
    fake.faults.add(status(404, "Cannot GET /api/models"))
    walked = crawl(fake, cache)
    assert (walked.end, walked.outcome, walked.state.pages) == (End.FAILED, Outcome.REFUSED, 0)
    assert "HF_ENDPOINT" in walked.detail


def test_a_field_that_the_hub_refuses_is_dropped_and_reported(
    fake: FakeHub, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = [name for name in fields.EXPAND["model"] if name not in {"gguf", "baseModels"}]
    monkeypatch.setattr(fields, "EXPAND", {**fields.EXPAND, "model": known})
    walked = crawl(fake, cache)
    assert (walked.end, walked.state.dropped_fields) == (End.DONE, ("baseModels", "gguf"))
    assert ids(rows_on_disk(cache)) == ALL
    assert [seen.status for seen in fake.requests] == [400, 200, 200, 200, 200, 200]
    assert all("gguf" not in page["url"] for page in pages_on_disk(cache))


def test_a_field_that_is_refused_half_way_loses_no_page(
    fake: FakeHub, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawl(fake, cache, limits=Limits(requests=2))
    known = [name for name in fields.EXPAND["model"] if name != "safetensors"]
    monkeypatch.setattr(fields, "EXPAND", {**fields.EXPAND, "model": known})
    walked = crawl(fake, cache)
    assert (walked.end, walked.state.dropped_fields) == (End.DONE, ("safetensors",))
    assert ids(rows_on_disk(cache)) == ALL


def test_rows_of_odd_shape_are_kept_as_they_were_sent(fake: FakeHub, cache: Path) -> None:
    odd = [
        {},
        {"id": None},
        {"_id": 5, "id": ["x"]},
        {"id": "a\nb\r\u2028\x00", "cardData": "text", "tags": {"no": "list"}},
        {"id": "twice", "_id": "1"},
        {"id": "twice", "_id": "1"},
        {"id": "deep", "cardData": [[[[[[]]]]]]},
    ]
    fake.faults.add(edited(lambda rows: [*rows, *odd]))
    assert crawl(fake, cache).end is End.DONE
    assert rows_on_disk(cache)[5:12] == odd
    assert state_of(cache).records == 23 + 5 * 7


def test_a_row_that_is_no_object_is_kept_and_costs_no_other_row(fake: FakeHub, cache: Path) -> None:
    strange: list[Any] = [None, 5, "text", ["list"]]
    fake.faults.add(edited(lambda rows: [*strange, *rows]), times=1)
    assert crawl(fake, cache).end is End.DONE
    rows = rows_on_disk(cache)
    assert rows[:4] == strange
    assert ids(rows[4:]) == ALL
    assert len(fake.requests) == 5


def test_a_body_is_stored_to_the_byte(fake: FakeHub, cache: Path) -> None:
    body = b'[\r\n {"id" : "a/b",\n  "x": 1e400, "n": ' + b"7" * 5000 + b', "text": "\\n\\ud800"}\n]\n'

    def pretty(_: Request, reply: Reply) -> Reply:
        kept = {name: value for name, value in reply.headers.items() if name != "Content-Encoding"}
        return replace(reply, headers=kept, body=body)

    fake.faults.add(pretty, times=1)
    crawl(fake, cache, limits=Limits(requests=1))
    assert folder_of(cache).read(1) == body


def test_a_delta_meets_the_same_faults(fake: FakeHub, cache: Path) -> None:
    fake.faults.add(reset(), times=1)
    fake.faults.add(status(410), times=1, when=later)
    crawl(fake, cache, Mode.DELTA, since=datetime(2026, 8, 28, 12, tzinfo=UTC))
    assert ids(rows_on_disk(cache)) == ALL[:5] + ALL[:20]
