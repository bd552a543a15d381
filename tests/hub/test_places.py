"""Where redirects and Link headers may lead."""

from __future__ import annotations

import httpx
import pytest

from hubaudit.hub.faults import Stop
from hubaudit.hub.places import Places, next_page
from hubaudit.model import Kind
from tests.hub.helpers import CACHED, COMMIT, HUB, PUBLIC

PAGE = httpx.URL(f"{HUB}/api/models?sort=createdAt&limit=1000")
ASKED = httpx.URL(f"{HUB}/api/models/a/b")
ELSEWHERE = [
    "https://evil.test/api/models",
    "https://hub.test:8443/api/models",
    "http://hub.test/api/models",
    "//evil.test/api/models",
    "https://hub.test@evil.test/api/models",
    "https://me:secret@hub.test/api/models",
    "https://hub.test.evil.test/api/models",
    "https://hub.test./api/models",
    "https://hub.test/api/whoami-v2",
    "https://hub.test/api/models/../whoami-v2",
    "file:///etc/passwd",
    "https://[broken",
    "https://hub.test:port/api/models",
]


def test_the_next_page_is_taken_as_it_stands() -> None:
    link = f'<{HUB}/api/models?limit=1000&cursor=eyJh%3D%3D>; rel="next", <{HUB}/other>; rel="prev"'
    assert str(next_page(PAGE, link)) == f"{HUB}/api/models?limit=1000&cursor=eyJh%3D%3D"


@pytest.mark.parametrize("link", ["", "nonsense", f'<{HUB}/api/models>; rel="prev"'])
def test_a_list_ends_without_a_next_link(link: str) -> None:
    assert next_page(PAGE, link) is None


@pytest.mark.parametrize("place", ELSEWHERE)
def test_a_next_page_elsewhere_is_refused(place: str) -> None:
    with pytest.raises(Stop) as stop:
        next_page(PAGE, f'<{place}>; rel="next"')
    assert "secret" not in str(stop.value)


@pytest.mark.parametrize("place", [f"{place}/new/name" for place in ELSEWHERE])
def test_a_rename_to_elsewhere_is_refused(place: str) -> None:
    with pytest.raises(Stop):
        Places(HUB).renamed(Kind.MODEL, ASKED, place)


@pytest.mark.parametrize(
    "location",
    ["/api/datasets/a/b", "/api/models/", "/api/models/a/b/tree/main", "/api/models/a%2fb%2fc", "/a/b"],
)
def test_a_rename_leads_to_a_record_of_the_same_kind(location: str) -> None:
    with pytest.raises(Stop):
        Places(HUB).renamed(Kind.MODEL, ASKED, location)


@pytest.mark.parametrize(
    "location", ["/api/models/new/name", "/api/models/new/name?token=x#y", f"{HUB}:443/api/models/new/name"]
)
def test_a_rename_gives_the_new_id_and_no_query(location: str) -> None:
    assert Places(HUB).renamed(Kind.MODEL, ASKED, location) == "new/name"


def test_an_endpoint_may_have_a_path() -> None:
    places = Places("https://proxy.test/hub")
    asked = places.repo(Kind.DATASET, "a/b")
    assert str(asked) == "https://proxy.test/hub/api/datasets/a/b"
    assert places.renamed(Kind.DATASET, asked, "/hub/api/datasets/c") == "c"
    with pytest.raises(Stop):
        places.renamed(Kind.DATASET, asked, "/api/datasets/c")


def test_the_two_addresses_of_a_file() -> None:
    assert [str(url) for url in Places(HUB).files(Kind.MODEL, "a/b", COMMIT, "README.md")] == [CACHED, PUBLIC]
    cached, public = Places(HUB).files(Kind.DATASET, "data", COMMIT, "s p/ä?#%2e.md")
    name = "s%20p/%C3%A4%3F%23%252e.md"
    assert cached.raw_path.decode() == f"/api/resolve-cache/datasets/data/{COMMIT}/{name}"
    assert public.raw_path.decode() == f"/datasets/data/resolve/{COMMIT}/{name}"


@pytest.mark.parametrize("location", [f"{CACHED}?etag=%22x%22", "https://cdn.test/blob?Signature=x"])
def test_a_file_may_move_within_the_hub_or_to_a_file_store(location: str) -> None:
    assert str(Places(HUB).moved("README.md", httpx.URL(PUBLIC), location)) == location


@pytest.mark.parametrize(
    "location",
    [
        f"{HUB}/api/whoami-v2",
        f"/a/b/resolve/{COMMIT}/OTHER.md",
        "http://cdn.test/blob",
        "https://me:secret@cdn.test/blob",
        "https://127.0.0.1/admin",
        "http://127.0.0.1:8080/admin",
        "http://localhost/admin",
        "http://[::1]/admin",
        "file:///etc/passwd",
        "https:///blob",
    ],
)
def test_a_file_moves_nowhere_else(location: str) -> None:
    with pytest.raises(Stop):
        Places(HUB).moved("README.md", httpx.URL(PUBLIC), location)


def test_on_this_machine_a_file_store_may_speak_http() -> None:
    places, store = Places("http://127.0.0.1:1"), "http://127.0.0.1:2/blob"
    assert str(places.moved("README.md", httpx.URL("http://127.0.0.1:1/x"), store)) == store
