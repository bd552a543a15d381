"""Each fault as a client meets it."""

from __future__ import annotations

import json
import socket
import ssl

import httpx
import pytest

from tests.fakehub import FakeHub, faults
from tests.fakehub.samples import REPOS


def test_a_fault_takes_the_first_requests_that_fit(hub: FakeHub, client: httpx.Client) -> None:
    hub.faults.add(faults.status(503), path="/api/models/acme/*", times=2)

    paths = ["/api/models/acme/plain", "/api/models", "/api/models/acme/plain", "/api/models/acme/plain"]
    assert [client.get(path).status_code for path in paths] == [503, 200, 503, 200]


def test_a_fault_may_look_at_the_request(hub: FakeHub, client: httpx.Client) -> None:
    hub.faults.add(faults.status(520), when=lambda request: request.param("cursor") is not None)

    first = client.get("/api/models?limit=1")
    assert first.status_code == 200
    assert client.get(first.links["next"]["url"]).status_code == 520
    hub.faults.clear()
    assert client.get(first.links["next"]["url"]).status_code == 200


def test_a_status_with_headers_still_tells_the_quota(hub: FakeHub, client: httpx.Client) -> None:
    hub.faults.add(faults.status(429, "Slow down", Retry_After="3"))

    answer = client.get("/api/models")
    assert (answer.status_code, answer.text, answer.headers["retry-after"]) == (429, "Slow down", "3")
    assert "ratelimit" in answer.headers


def test_a_maintenance_page_and_an_empty_body_come_with_200(hub: FakeHub, client: httpx.Client) -> None:
    hub.faults.add(faults.html200(), times=1)
    hub.faults.add(faults.empty())

    page, nothing = client.get("/api/models"), client.get("/api/models")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert (nothing.status_code, nothing.content) == (200, b"")
    assert nothing.headers["content-type"].startswith("application/json")


@pytest.mark.parametrize("path", ["/api/models", "/api/models/acme/plain"])
def test_a_cut_body_breaks_its_promise(hub: FakeHub, client: httpx.Client, path: str) -> None:
    hub.faults.add(faults.cut(), times=1)

    with pytest.raises(httpx.RemoteProtocolError):
        client.get(path)
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/api/models", "/api/models/acme/plain"])
def test_a_cut_gzip_stream_is_no_json(hub: FakeHub, client: httpx.Client, path: str) -> None:
    hub.faults.add(faults.cut_gzip())

    with pytest.raises((httpx.DecodingError, json.JSONDecodeError)):
        client.get(path).json()


def test_a_reset_connection(hub: FakeHub, client: httpx.Client) -> None:
    hub.faults.add(faults.reset(), times=1)

    with pytest.raises(httpx.ReadError):
        client.get("/api/models")
    assert client.get("/api/models").status_code == 200


def test_a_drip_loses_nothing_and_outlasts_the_impatient(hub: FakeHub, client: httpx.Client) -> None:
    whole = client.get("/api/models").json()
    hub.faults.add(faults.drip(0.01), times=1)
    hub.faults.add(faults.drip(600))

    assert client.get("/api/models").json() == whole
    with pytest.raises(httpx.ReadTimeout):
        client.get("/api/models", timeout=0.1)


def test_a_drip_ends_with_the_hub() -> None:
    hub = FakeHub(REPOS).start()
    hub.faults.add(faults.drip(600))
    with httpx.Client() as client, client.stream("GET", f"{hub.url}/api/models") as answer:
        hub.stop()
        with pytest.raises(httpx.TransportError):
            answer.read()


def test_a_link_to_another_origin(hub: FakeHub, client: httpx.Client) -> None:
    hub.faults.add(faults.foreign_link(hub.storage_url))

    link = client.get("/api/models?limit=1").links["next"]["url"]
    assert link.startswith(f"{hub.storage_url}/api/models?")
    assert "link" not in client.get("/api/datasets").headers


def test_a_redirect_without_end(hub: FakeHub, client: httpx.Client) -> None:
    hub.faults.add(faults.redirect_loop())

    with pytest.raises(httpx.TooManyRedirects):
        client.get("/api/models/acme/plain", follow_redirects=True)


def test_a_header_with_several_limits(hub: FakeHub, client: httpx.Client) -> None:
    hub.faults.add(faults.listed_rate_limit())

    own, other = client.get("/api/models").headers["ratelimit"].split(", ")[::-1]
    assert own.startswith('"api";r=499;')
    assert other.startswith('"other";')


def test_faults_by_chance_repeat_with_their_seed(hub: FakeHub, client: httpx.Client) -> None:
    def statuses(seed: int) -> list[int]:
        hub.faults.rate(0.3, seed, faults.status(500), faults.status(502))
        return [client.get("/api/models?limit=1").status_code for _ in range(40)]

    first = statuses(1)
    assert first == statuses(1)
    assert first != statuses(2)
    assert set(first) == {200, 500, 502}


def test_faults_over_tls() -> None:
    with FakeHub(REPOS, tls=True) as hub, httpx.Client(base_url=hub.url, verify=hub.trust()) as client:
        hub.faults.add(faults.reset(), times=1)
        with pytest.raises(httpx.TransportError):
            client.get("/api/models")
        assert client.get("/api/models").status_code == 200


def test_a_client_that_does_not_trust_the_hub_gets_nothing() -> None:
    with FakeHub(REPOS, tls=True) as hub:
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{hub.url}/api/models", verify=ssl.create_default_context())
        assert hub.requests == []


def test_a_taken_port_is_an_error_at_the_start(hub: FakeHub) -> None:
    with pytest.raises(OSError, match="address already in use"):
        FakeHub(port=httpx.URL(hub.url).port or 0).start()


def test_nonsense_on_the_wire_closes_the_connection(hub: FakeHub) -> None:
    port = httpx.URL(hub.url).port
    for words in (b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", b"G" * 70_000):
        with socket.create_connection(("127.0.0.1", port or 0)) as connection:
            connection.sendall(words)
            connection.shutdown(socket.SHUT_WR)
            assert connection.recv(10) == b""
    assert httpx.get(f"{hub.url}/api/models").status_code == 200
