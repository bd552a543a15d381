"""Rate limits: windows, buckets, both hops, and the words of a 429."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import pytest

from tests.fakehub import Clock, FakeHub, Window
from tests.fakehub.samples import REPOS, bearer

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

START = 1_800_000_000.0  # a window of 300 s begins here


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    with FakeHub(
        REPOS, clock=Clock(stopped_at=START + 7), quota={"api": Window(3), "resolvers": Window(4)}
    ) as running:
        running.accounts.grant("tok-good")
        yield running


def test_every_answer_tells_what_is_left(client: httpx.Client) -> None:
    answers = [
        client.get(path) for path in ("/api/models", "/api/models/no/where", "/acme/plain/resolve/v9/x", "/")
    ]

    assert [answer.headers["ratelimit"] for answer in answers] == [
        '"api";r=2;t=293', '"api";r=1;t=293', '"resolvers";r=3;t=293', '"pages";r=99;t=293',
    ]  # fmt: skip
    assert answers[0].headers["ratelimit-policy"] == '"fixed window";"api";q=3;w=300'


def test_a_used_up_window_refuses_until_the_next(hub: FakeHub, client: httpx.Client) -> None:
    statuses = [client.get("/api/models").status_code for _ in range(4)]
    refused = client.get("/api/models")

    assert statuses == [200, 200, 200, 429]
    assert refused.headers["ratelimit"] == '"api";r=0;t=293'
    assert refused.text.startswith("We had to rate limit your IP")
    assert "retry-after" not in refused.headers
    hub.clock.advance(293)
    assert client.get("/api/models").headers["ratelimit"] == '"api";r=2;t=300'


def test_a_token_has_a_quota_of_its_own(client: httpx.Client) -> None:
    for _ in range(4):
        client.get("/api/models")
    answers = [client.get("/api/models", headers=bearer("tok-good")) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert "you hit the quota of 3 api requests" in answers[-1].text


def test_retry_after_in_both_forms(hub: FakeHub, client: httpx.Client) -> None:
    for _ in range(3):
        client.get("/api/models")

    hub.quota.retry_after = "seconds"
    assert client.get("/api/models").headers["retry-after"] == "293"
    hub.quota.retry_after = "date"
    date = client.get("/api/models").headers["retry-after"]
    assert parsedate_to_datetime(date).timestamp() == START + 300


@pytest.mark.parametrize(("both", "left"), [(True, 2), (False, 3)])
def test_whether_the_second_hop_counts(hub: FakeHub, client: httpx.Client, both: bool, left: int) -> None:
    hub.quota.count_both_hops = both

    answer = client.get("/acme/plain/resolve/main/LICENSE", follow_redirects=True)

    assert answer.headers["ratelimit"].startswith(f'"resolvers";r={left};')


def test_a_direct_request_to_the_cache_always_counts(hub: FakeHub, client: httpx.Client) -> None:
    hub.quota.count_both_hops = False
    sha = hub.catalogue.get("acme/plain").sha

    answer = client.get(f"/api/resolve-cache/models/acme/plain/{sha}/LICENSE")

    assert answer.headers["ratelimit"].startswith('"resolvers";r=3;')
