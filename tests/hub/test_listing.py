"""One page of a list: what is asked, what counts as a page, and where the next one may be."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

import httpx
import pytest
import respx

from hubaudit.hub.client import Hub
from hubaudit.hub.listing import Page, Sort
from hubaudit.model import Kind, Outcome
from tests.fakehub import FakeHub, model
from tests.hub.helpers import HUB, TOKEN, Time

MORNING = datetime(2026, 8, 19, 9, 36, tzinfo=UTC)
LIST = f"{HUB}/api/models"
NEXT = f"{LIST}?sort=createdAt&limit=1000&expand=sha&expand=gguf&cursor=eyJ%3D%3D"
VALID = ("author", "baseModels", "cardData", "createdAt", "sha", "tags")
FIELDS = {
    Kind.MODEL: "author baseModels cardData createdAt disabled downloads downloadsAllTime gated gguf "
    "lastModified library_name likes pipeline_tag private safetensors sha tags",
    Kind.DATASET: "author cardData createdAt disabled downloads downloadsAllTime gated lastModified likes "
    "private sha tags",
}


def ask(
    next_url: str | None = None, *, endpoint: str = HUB, kind: Kind = Kind.MODEL, sort: Sort = Sort.CREATED
) -> Page:
    async def scenario() -> Page:
        time = Time()
        async with Hub(endpoint, TOKEN, wait=time.wait, clock=time.clock) as hub:
            return await hub.page(kind, sort, next_url)

    return asyncio.run(scenario())


def answer(rows: object = (), **headers: str) -> httpx.Response:
    return httpx.Response(200, text=json.dumps(rows), headers=headers)


@respx.mock
@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("kind", Kind)
def test_the_first_page_asks_for_the_fields_that_are_stored(kind: Kind, sort: Sort) -> None:
    route = respx.get(f"{HUB}/api/{kind}s").mock(return_value=answer())
    page = ask(kind=kind, sort=sort)
    query = httpx.URL(page.url).params.multi_items()
    assert query[:2] == [("sort", sort.value), ("limit", "1000")]
    assert query[2:] == [("expand", name) for name in FIELDS[kind].split()]
    assert (page.outcome, page.kind, page.body, page.records, page.next_url) == (
        "found",
        kind,
        b"[]",
        0,
        None,
    )
    assert route.call_count == 1


def test_every_field_is_one_that_the_hub_knows() -> None:
    with FakeHub([model("a/b", lastModified="2026-08-19T09:36:00.000Z")]) as fake:
        fake.accounts.grant(TOKEN)
        page = ask(endpoint=fake.url)
    assert (page.outcome, page.records, page.dropped_fields) == (Outcome.FOUND, 1, ())
    assert page.newest == MORNING


@respx.mock
def test_the_next_page_is_asked_as_the_hub_wrote_it() -> None:
    route = respx.get(LIST).mock(return_value=answer([{}], Link=f'<{NEXT}>; rel="next"'))
    page = ask()
    assert page.next_url == NEXT
    respx.get(LIST).mock(return_value=answer([{}, {}]))
    assert ask(page.next_url).records == 2
    assert str(route.calls[-1].request.url) == NEXT
    assert route.calls[-1].request.headers["Authorization"] == f"Bearer {TOKEN}"


@respx.mock
@pytest.mark.parametrize(
    "address",
    [
        "https://evil.test/api/models?cursor=x",
        "http://hub.test/api/models?cursor=x",
        "https://hub.test:8443/api/models?cursor=x",
        "https://hub.test@evil.test/api/models",
        "https://user@hub.test/api/models",
        f"{HUB}/api/datasets?cursor=x",
        f"{HUB}/api/models/../datasets",
        "file:///api/models",
    ],
)
@pytest.mark.parametrize("way", ["link", "stored"])
def test_no_other_place_is_asked(address: str, way: str) -> None:
    route = respx.get(LIST).mock(return_value=answer([{}], Link=f'<{address}>; rel="next"'))
    page = ask(address if way == "stored" else None)
    assert (page.outcome, page.body, page.next_url) == (Outcome.REFUSED, None, None)
    assert route.call_count == (way == "link")
    assert len(respx.calls) == route.call_count


@respx.mock
@pytest.mark.parametrize(
    "words",
    [
        "✖ Invalid option: expected one of {valid}\n  → at expand",
        "✖ Invalid option: expected one of {valid}\n  → at expand[3]",
        "Invalid enum value. Expected {valid}, received 'gguf' at \"expand\"",
    ],
)
@pytest.mark.parametrize("quote", ['"', "'"])
def test_refused_fields_are_left_out(words: str, quote: str) -> None:
    valid = "|".join(f"{quote}{name}{quote}" for name in VALID)
    refusal = httpx.Response(400, json={"error": words.format(valid=valid)})
    respx.get(LIST).mock(side_effect=[refusal, answer([{}])])
    page = ask()
    assert (page.outcome, page.records) == (Outcome.FOUND, 1)
    assert set(page.dropped_fields) == set(FIELDS[Kind.MODEL].split()) - set(VALID)
    asked = httpx.URL(page.url).params.multi_items()
    assert [value for name, value in asked if name == "expand"] == list(VALID)
    assert asked[:2] == [("sort", "createdAt"), ("limit", "1000")]


@respx.mock
def test_a_refused_field_leaves_the_cursor_of_a_next_page_alone() -> None:
    refusal = httpx.Response(400, json={"error": 'expected one of "sha"|"tags" at expand'})
    route = respx.get(LIST).mock(side_effect=[refusal, answer([{}])])
    page = ask(NEXT)
    assert (page.outcome, page.dropped_fields) == (Outcome.FOUND, ("gguf",))
    assert route.calls[-1].request.url.params["cursor"] == httpx.URL(NEXT).params["cursor"]


@respx.mock
@pytest.mark.parametrize(
    "words",
    [
        "Bad request",
        'expected one of "sha" at sort',
        'expected one of "x"|"y" at expand',
        "at expand",
        "",
        f"expected one of {FIELDS[Kind.MODEL].split()} at expand",
    ],
)
def test_another_400_is_final(words: str) -> None:
    route = respx.get(LIST).respond(400, json={"error": words})
    assert ask().outcome is Outcome.REFUSED
    assert ask(NEXT.replace("gguf", "tags")).outcome is Outcome.EXPIRED
    assert route.call_count == 2


@respx.mock
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"{}",
        b'{"error": "x"}',
        b"[{}",
        b"[NaN]",
        b"\xef\xbb\xbf[]",
        "[]".encode("utf-16"),
        b'[{"x": "\xff"}]',
        b"[" * 100_000 + b"]" * 100_000,
        b"<html></html>",
    ],
)
def test_what_is_no_list_is_asked_for_again(body: bytes) -> None:
    respx.get(LIST).mock(side_effect=[httpx.Response(200, content=body), answer([{}])])
    assert ask().outcome is Outcome.FOUND
    assert len(respx.calls) == 2


@respx.mock
def test_a_row_that_is_no_object_is_no_reason_to_refuse_a_page() -> None:
    rows = [1, None, "a", ["b"], {"lastModified": "2026-08-19T09:36:00.000Z"}]
    route = respx.get(LIST).mock(return_value=answer(rows))
    page = ask()
    assert (page.outcome, page.records, page.newest) == (Outcome.FOUND, 5, MORNING)
    assert page.body == json.dumps(rows).encode()
    assert route.call_count == 1


@respx.mock
@pytest.mark.parametrize(
    ("dates", "latest"),
    [
        (["2026-08-19T09:36:00.000Z", "2026-08-19T11:35:00.000+02:00"], MORNING),
        (["2026-08-19T09:36:00", None, 7, "x", [], "0001-01-01T00:00:00+23:59"], MORNING),
        ([None, "yesterday", {}], None),
    ],
)
def test_the_latest_change_is_read_through_all_shapes(dates: list[object], latest: datetime | None) -> None:
    respx.get(LIST).mock(return_value=answer([{"lastModified": date} for date in dates] + [{}]))
    assert ask().newest == latest


@respx.mock
@pytest.mark.parametrize(
    ("status", "headers", "first", "later"),
    [
        (404, {}, Outcome.REFUSED, Outcome.EXPIRED),
        (410, {}, Outcome.REFUSED, Outcome.EXPIRED),
        (400, {}, Outcome.REFUSED, Outcome.EXPIRED),
        (403, {}, Outcome.REFUSED, Outcome.REFUSED),
        (451, {}, Outcome.REFUSED, Outcome.REFUSED),
        (500, {}, Outcome.UNREACHABLE, Outcome.UNREACHABLE),
        (307, {"Location": "/api/models?x=1"}, Outcome.REFUSED, Outcome.REFUSED),
    ],
)
def test_how_a_page_can_fail(status: int, headers: dict[str, str], first: Outcome, later: Outcome) -> None:
    respx.get(LIST).respond(status, headers=headers)
    assert [ask().outcome, ask(NEXT).outcome] == [first, later]


@respx.mock
def test_a_redirect_to_the_same_list_keeps_our_query() -> None:
    redirect = httpx.Response(307, headers={"Location": "/api/models?limit=1"})
    route = respx.get(LIST).mock(side_effect=[redirect, answer([{}])])
    assert ask(NEXT).outcome is Outcome.FOUND
    assert str(route.calls[-1].request.url) == NEXT
