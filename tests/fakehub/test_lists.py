"""Lists, their order, pages and cursors, also while repositories move."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.fakehub import FakeHub, dataset, model
from tests.fakehub.fields import EXPAND

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fakehub.messages import Request


def walk(client: httpx.Client, url: str) -> Iterator[list[dict[str, Any]]]:
    while url:
        answer = client.get(url)
        answer.raise_for_status()
        yield answer.json()
        url = answer.links.get("next", {}).get("url", "")


@pytest.mark.parametrize("sort", ["createdAt", "lastModified", "downloads", "likes", "trendingScore"])
def test_a_walk_shows_every_model_once_in_the_asked_order(
    hub: FakeHub, client: httpx.Client, sort: str
) -> None:
    hub.catalogue.put(*(model(f"many/m{n}", downloads=n % 3, likes=None) for n in range(23)))

    pages = list(walk(client, f"/api/models?sort={sort}&limit=5&expand={sort}"))

    rows = [row for page in pages for row in page]
    public = {repo.id for repo in hub.catalogue.every("model")} - {"acme/secret"}
    assert sorted(row["id"] for row in rows) == sorted(public)
    values = [row[sort] for row in rows if row[sort] is not None]
    assert values == sorted(values, reverse=True)
    assert [len(page) for page in pages[:-1]] == [5] * (len(pages) - 1)


def test_a_page_holds_a_thousand_at_most(hub: FakeHub, client: httpx.Client) -> None:
    hub.catalogue.put(*(dataset(f"many/d{n}") for n in range(1001)))

    assert [len(page) for page in walk(client, "/api/datasets?limit=5000")] == [1000, 3]


def test_the_next_link_is_absolute_and_keeps_the_query(hub: FakeHub, client: httpx.Client) -> None:
    link = client.get("/api/models?limit=1&expand=sha&expand[]=tags&sort=createdAt").links["next"]["url"]

    assert link.startswith(f"{hub.url}/api/models?")
    assert httpx.URL(link).params.get_list("expand") == ["sha"]
    assert httpx.URL(link).params["expand[]"] == "tags"
    assert set(client.get(link).json()[0]) == {"_id", "id", "sha", "tags"}


def test_the_last_page_has_no_link_even_when_it_is_full(client: httpx.Client) -> None:
    assert "link" not in client.get("/api/datasets?limit=2").headers


def test_rows_that_move_between_two_pages_are_skipped_or_repeated_as_on_the_hub(hub: FakeHub) -> None:
    hub.catalogue.put(*(model(f"many/m{n}", downloads=100 + n) for n in range(4)))

    def move_after_the_first_page(request: Request) -> None:
        if request.param("cursor"):
            hub.catalogue.change("many/m0", downloads=500)  # from behind the cursor to before it: skipped
            hub.catalogue.change("many/m3", downloads=1)  # from before it to behind it: repeated

    hub.before = move_after_the_first_page
    with httpx.Client(base_url=hub.url) as client:
        rows = [row["id"] for page in walk(client, "/api/models?sort=downloads&limit=2") for row in page]

    assert "many/m0" not in rows
    assert rows.count("many/m3") == 2


def test_a_cursor_outlives_the_row_it_names(hub: FakeHub, client: httpx.Client) -> None:
    first = client.get("/api/models?sort=createdAt&limit=3")
    everything = [row["id"] for page in walk(client, "/api/models?sort=createdAt") for row in page]
    hub.catalogue.remove(first.json()[-1]["id"])

    assert client.get(first.links["next"]["url"]).json()[0]["id"] == everything[3]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("filter=license:llama3.1", {"acme/gated"}),
        ("author=NEW", {"new/name"}),
        ("search=PT", {"gpt2"}),
        ("gated=true", {"acme/gated"}),
    ],
)
def test_filters(client: httpx.Client, query: str, ids: set[str]) -> None:
    assert {row["id"] for page in walk(client, f"/api/models?{query}") for row in page} == ids


def test_a_filtered_page_may_be_short_and_not_the_last(client: httpx.Client) -> None:
    pages = [len(page) for page in walk(client, "/api/models?filter=license:mit&limit=2")]

    assert pages == [1, 1, 1, 1]


def test_library_is_ignored(client: httpx.Client) -> None:
    assert client.get("/api/models?library=timm").json() == client.get("/api/models").json()


@pytest.mark.parametrize(
    "query",
    ["expand=nonsense", "expand[]=securityRepoStatus", "sort=trending", "limit=x", "limit=0", "cursor=e30="],
)
def test_a_bad_query_is_refused_in_json(client: httpx.Client, query: str) -> None:
    answer = client.get(f"/api/models?{query}")

    assert answer.status_code == 400
    assert answer.json()["error"]


def test_the_refusal_of_an_unknown_field_lists_the_valid_ones(client: httpx.Client) -> None:
    error = client.get("/api/datasets?expand=baseModels").json()["error"]

    assert all(f'"{name}"' in error for name in EXPAND["dataset"])


def test_what_an_item_contains(client: httpx.Client) -> None:
    plain = client.get("/api/models?search=plain").json()[0]
    by_date = client.get("/api/models?search=plain&sort=lastModified").json()[0]
    full = client.get("/api/models?search=plain&full=true&cardData=true").json()[0]

    assert plain.keys() == {
        "_id",
        "id",
        "likes",
        "trendingScore",
        "private",
        "downloads",
        "tags",
        "createdAt",
        "modelId",
    }
    assert by_date.keys() - plain.keys() == {"lastModified"}
    assert full.keys() - by_date.keys() == {"author", "sha", "gated", "disabled", "siblings", "cardData"}
