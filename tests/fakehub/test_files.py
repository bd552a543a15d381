"""Files: two hops, ETags, large files on another origin."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import httpx

from tests.fakehub.samples import LICENSE, bearer

if TYPE_CHECKING:
    from tests.fakehub import FakeHub


def test_a_file_takes_two_hops(hub: FakeHub, client: httpx.Client) -> None:
    sha = hub.catalogue.get("acme/plain").sha
    blob = b"blob %d\0" % len(LICENSE) + LICENSE.encode()
    etag = f'"{hashlib.sha1(blob, usedforsecurity=False).hexdigest()}"'

    first = client.get("/acme/plain/resolve/main/LICENSE")
    second = client.get(first.headers["location"])

    assert first.status_code == 307
    assert first.headers["location"].startswith(f"/api/resolve-cache/models/acme/plain/{sha}/LICENSE?")
    assert first.text.startswith("Temporary Redirect. Redirecting to /api/resolve-cache/")
    assert first.headers["x-repo-commit"] == second.headers["x-repo-commit"] == sha
    assert first.headers["x-linked-etag"] == second.headers["etag"] == etag
    assert first.headers["x-linked-size"] == second.headers["content-length"] == str(len(LICENSE))
    assert second.text == LICENSE
    assert second.headers["content-type"] == "text/plain; charset=utf-8"


def test_the_cache_answers_without_the_first_hop(hub: FakeHub, client: httpx.Client) -> None:
    repos = [*hub.catalogue.every("model"), *hub.catalogue.every("dataset")]
    for repo in (repo for repo in repos if repo.id in {"acme/plain", "gpt2", "acme/data", "oscar"}):
        path = f"/api/resolve-cache/{repo.kind}s/{repo.id}/{repo.sha}/README.md"
        assert client.get(path).status_code == 200
    assert client.get("/datasets/oscar/resolve/main/README.md", follow_redirects=True).text == "# No owner\n"


def test_an_etag_saves_the_body(client: httpx.Client) -> None:
    first = client.get("/acme/plain/resolve/main/LICENSE")
    second = client.get(first.headers["location"])
    listing = client.get("/api/models")

    for answer in (second, listing):
        again = client.get(answer.request.url, headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert "ratelimit" in again.headers
    linked = {"If-None-Match": first.headers["x-linked-etag"]}
    assert client.get("/acme/plain/resolve/main/LICENSE", headers=linked).status_code == 304


def test_head_promises_the_body_and_sends_none(client: httpx.Client) -> None:
    for path in ("/acme/plain/resolve/main/LICENSE", "/acme/plain/resolve/main/none", "/api/models"):
        head, get = client.head(path), client.get(path)
        assert head.content == b""
        assert head.status_code == get.status_code
        assert head.headers.get("content-length") == get.headers.get("content-length")


def test_a_large_file_lives_elsewhere(hub: FakeHub, client: httpx.Client) -> None:
    content = b"\x00\xff" * 600
    answer = client.get("/acme/heavy/resolve/main/model.bin", headers=bearer("tok-good"))

    assert answer.status_code == 302
    assert answer.headers["location"].startswith(f"{hub.storage_url}/")
    assert answer.headers["x-linked-etag"] == f'"{hashlib.sha256(content).hexdigest()}"'
    stored = httpx.get(answer.headers["location"])
    assert stored.content == content
    assert stored.headers["etag"] != answer.headers["x-linked-etag"]
    assert httpx.get(answer.headers["location"].partition("?")[0]).status_code == 403
    assert [(seen.origin, seen.authorized) for seen in hub.requests[:2]] == [
        (hub.url, True),
        (hub.storage_url, False),
    ]
