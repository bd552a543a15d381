"""The probe against the fake Hub as documented, against Hubs that differ, and against nonsense."""

from __future__ import annotations

import asyncio
import gzip
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from hubaudit.crawl import probe_lists
from hubaudit.crawl.looks import MAX_REQUESTS
from hubaudit.crawl.probe import probe
from hubaudit.hub import listing
from hubaudit.hub.client import Hub
from hubaudit.probed import Probed, Verdict
from tests.fakehub import Clock, FakeHub, Window, dataset, model
from tests.fakehub.faults import empty, foreign_link, header, html200, redirect_loop, reset, status
from tests.hub.helpers import TOKEN, Time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.fakehub.faults import Fault
    from tests.fakehub.messages import Reply, Request

NOW = datetime(2026, 11, 20, tzinfo=UTC)
SIZE = 5  # rows of a page in these tests
DAY = "2026-11-1{}T0{}:00:00.000Z"
DUMPS = ("cfahlgren1/hub-stats", "librarian-bots/model_cards_with_metadata")


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGE_SIZE", SIZE)
    monkeypatch.setattr(probe_lists, "PAGE_SIZE", SIZE)
    monkeypatch.setattr("tests.fakehub.listing.MAX_LIMIT", SIZE)


@pytest.fixture
def fake() -> Iterator[FakeHub]:
    repos = [
        model(f"acme/m{n}", createdAt=DAY.format(n % 9, n % 7), card="A card.", license="mit")
        for n in range(30)
    ]
    repos += [model("ykilcher/gpt-4chan", disabled=True, createdAt="2022-06-03T00:00:00.000Z")]
    repos += [
        dataset(name, createdAt=DAY.format(8, n), usedStorage=2_000_000) for n, name in enumerate(DUMPS)
    ]
    with FakeHub(repos, clock=Clock(NOW.timestamp())) as hub:
        yield hub


def probed(fake: FakeHub, token: str = "") -> dict[str, Probed]:
    """Probe, check what holds for every probe, and return the answers by their questions."""

    async def scenario() -> list[Probed]:
        time = Time()
        async with Hub(fake.url, token, wait=time.wait, clock=fake.clock) as hub:
            answers = await probe(hub, NOW)
            assert hub.requests == len(fake.requests) <= MAX_REQUESTS
            assert time.sleeps == []
            return answers

    answers = asyncio.run(scenario())
    assert len({answer.question for answer in answers}) == len(answers) == 23
    assert all(answer.seen and answer.seen.isprintable() for answer in answers)
    return {answer.question: answer for answer in answers}


def of(answers: dict[str, Probed], words: str) -> Probed:
    (found,) = (answer for question, answer in answers.items() if words in question)
    return found


def test_the_hub_as_documented(fake: FakeHub) -> None:
    answers = probed(fake)
    by_verdict = {
        verdict: {question for question, answer in answers.items() if answer.verdict is verdict}
        for verdict in Verdict
    }
    assert by_verdict[Verdict.UNTOLD] == {
        "a 429 tells when to come back",
        "gating or disabling a repository alters its lastModified",
    }
    assert by_verdict[Verdict.FAILS] == {
        "If-None-Match on a list saves quota",
        "the dataset librarian-bots/dataset_cards_with_metadata is kept up",
    }
    assert len(fake.requests) == 23


def test_every_question_is_answered_in_words(fake: FakeHub) -> None:
    answers = probed(fake)
    assert of(answers, "_id").seen == "5 records, 5 of them with _id and id"
    assert of(answers, "RateLimit").seen.startswith('"api";r=499;t=')
    assert "20 records deep" in of(answers, "deeper").seen
    assert "models change" in of(answers, "models change").question
    assert "a day: the last 5 changed within" in of(answers, "models change").seen
    assert of(answers, "disabled repositories").seen == "ykilcher/gpt-4chan is listed"
    assert of(answers, "both hops").seen == "left behind each hop: 2998, 2997, 2996, 2995"
    assert of(answers, "/raw/").seen == "200, 99 left in pages"
    assert of(answers, "hub-stats").seen == "changed 2026-11-18, 2000000 bytes with its history"
    assert "304, then 304" in of(answers, "If-None-Match").seen


def of_list(request: Request, name: str, value: str | None) -> bool:
    return request.path == "/api/models" and request.param(name) == value


VARIANTS: dict[str, tuple[str, Callable[[FakeHub], object]]] = {
    "limit above the most is refused": (
        "limit=",
        lambda fake: fake.faults.add(
            status(400, "Too large"), when=lambda r: of_list(r, "limit", str(SIZE + 1))
        ),
    ),
    "pages are short without limit": (
        "without limit",
        lambda fake: fake.faults.add(rows(lambda found: found[:2]), when=lambda r: of_list(r, "limit", None)),
    ),
    "a field is unknown": (
        "fields that a walk",
        lambda fake: fake.faults.add(
            status(400, "expected one of"), when=lambda r: of_list(r, "sort", "createdAt")
        ),
    ),
    "records have no _id": ("_id", lambda fake: fake.faults.add(rows(without("_id")), path="/api/models")),
    "Link leads elsewhere": ("Link", lambda fake: fake.faults.add(foreign_link("https://evil.test"))),
    "the list is not ordered": (
        "latest change first",
        lambda fake: fake.faults.add(
            rows(lambda found: found[::-1]), when=lambda r: of_list(r, "sort", "lastModified")
        ),
    ),
    "all is in one bucket": (
        "bucket resolvers",
        lambda fake: fake.faults.add(header("RateLimit", '"api";r=9;t=9'), path="/api/resolve-cache/*"),
    ),
    "only the first hop is counted": (
        "both hops",
        lambda fake: setattr(fake.quota, "count_both_hops", False),
    ),
    "the immutable address needs an etag": (
        "resolve-cache gives",
        lambda fake: fake.faults.add(
            status(404), path="/api/resolve-cache/*", when=lambda r: r.param("etag") is None
        ),
    ),
    "raw files cost api": (
        "/raw/",
        lambda fake: fake.faults.add(header("RateLimit", '"api";r=9;t=9'), path="*/raw/*"),
    ),
    "an absent file has no code": (
        "absent file",
        lambda fake: fake.faults.add(status(404), path="*/there-is*"),
    ),
    "a missing repository is a web page": (
        "missing repository",
        lambda fake: fake.faults.add(html200(), path="/api/models/hubaudit/*"),
    ),
    "disabled repositories are hidden": (
        "disabled repositories",
        lambda fake: fake.faults.add(rows(lambda _: []), when=lambda r: of_list(r, "author", "ykilcher")),
    ),
    "the dump is years old": (
        "hub-stats",
        lambda fake: fake.catalogue.change(DUMPS[0], "dataset", lastModified="2024-01-01T00:00:00.000Z"),
    ),
}


def rows(change: Callable[[list[dict[str, Any]]], object]) -> Fault:
    def fault(_: Request, reply: Reply) -> Reply:
        if reply.status != 200:
            return reply
        plain = {name: value for name, value in reply.headers.items() if name != "Content-Encoding"}
        return replace(reply, headers=plain, body=json.dumps(change(unpacked(reply))).encode())

    return fault


def unpacked(reply: Reply) -> list[dict[str, Any]]:
    found = json.loads(reply.body if reply.body[:1] == b"[" else gzip.decompress(reply.body))
    assert isinstance(found, list)
    return found


def without(name: str) -> Callable[[list[dict[str, Any]]], object]:
    return lambda found: [{key: value for key, value in row.items() if key != name} for row in found]


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_hub_that_differs_is_noticed(fake: FakeHub, variant: str) -> None:
    words, make = VARIANTS[variant]
    make(fake)
    answer = of(probed(fake), words)
    assert answer.verdict is Verdict.FAILS, answer


def test_a_304_that_costs_nothing_saves_quota(fake: FakeHub) -> None:
    """The fake counts every answer; here the ones that need no body are given back."""

    def give_back(_: Request, reply: Reply) -> Reply:
        slot = next(slot for slot in fake.quota._used if slot[0] == "api")
        fake.quota._used[slot] -= 1
        left = 500 - fake.quota._used[slot]
        return replace(reply, headers={**reply.headers, "RateLimit": f'"api";r={left};t=200'})

    fake.faults.add(give_back, when=lambda request: "if-none-match" in request.headers)
    assert of(probed(fake), "If-None-Match").verdict is Verdict.HOLDS


@pytest.mark.parametrize(
    "fault",
    [
        status(200, "null"),
        status(200, "[[]]"),
        status(200, "{}"),
        status(
            200, '[{"id": 7, "sha": [], "lastModified": {}, "cardData": 1, "author": null, "disabled": "x"}]'
        ),
        status(
            200, '[{"id": "a/b", "sha": "../x", "cardData": {}, "lastModified": "0001-01-01T00:00:00+23:59"}]'
        ),
        status(200, '[{"id": "a/b", "sha": "abc", "cardData": {"x": 1}, "author": "\\u202eevil\\n"}]'),
        status(200, '[{"id": "a/b", "author": "\\ud800"}, {"author": "acme"}]', ETag="\u00e9"),
        status(200, '{"error": "\\ud800", "lastModified": "2026-11-18T00:00:00Z", "usedStorage": [[]]}'),
        status(200, "[" * 50_000),
        status(200, "[{}]", Link="<https://[broken>; rel=next", RateLimit='"api";r=1', ETag="\x00"),
        status(200, "[{}]", RateLimit='"a";r=0;t=9', ETag='"x"'),
        status(307, Location="https://evil.test/api/models"),
        status(307, Location="https://[broken"),
        status(401, '{"error": "\\u001b[2Jgone"}'),
        status(403),
        status(429, Retry_After="9"),
        status(500, "<html>"),
        html200(),
        empty(),
        redirect_loop(),
        reset(),
    ],
)
def test_nonsense_is_no_error(fake: FakeHub, fault: Fault) -> None:
    fake.faults.add(fault)
    answers = probed(fake, token="")
    assert sum(answer.verdict is Verdict.UNTOLD for answer in answers.values()) >= 10


def test_a_hub_that_never_answers_is_asked_three_times(fake: FakeHub) -> None:
    fake.faults.add(reset())
    answers = probed(fake)
    assert len(fake.requests) == 3
    assert {answer.verdict for answer in answers.values()} == {Verdict.UNTOLD}
    assert sum("gave no answer 3 times" in answer.seen for answer in answers.values()) == 8


def test_a_spent_quota_is_not_waited_for(fake: FakeHub) -> None:
    fake.quota.windows["api"] = Window(2, 300)
    answers = probed(fake)
    assert 429 not in {seen.status for seen in fake.requests}
    assert "quota is spent" in of(answers, "without limit").seen


def test_there_are_never_more_than_the_most_requests(fake: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hubaudit.crawl.looks.MAX_REQUESTS", 4)
    assert "4 requests at most" in of(probed(fake), "both hops").seen
    assert len(fake.requests) == 4


def test_the_token_is_sent_to_the_hub_and_nowhere_else(fake: FakeHub) -> None:
    fake.accounts.grant(TOKEN)
    fake.catalogue.put(
        *(model(f"acme/m{n}", files={"README.md": "large"}, lfs=("README.md",)) for n in range(30))
    )
    answers = probed(fake, TOKEN)
    assert {seen.origin for seen in fake.requests} == {fake.url}
    assert all(seen.authorized for seen in fake.requests)
    assert of(answers, "missing repository").verdict is Verdict.HOLDS
    assert TOKEN not in repr(answers)
