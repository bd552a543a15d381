"""How the Hub says no, and how it frames what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from tests.fakehub import FakeHub, model
from tests.fakehub.samples import FILE, bearer

if TYPE_CHECKING:
    from tests.fakehub.messages import Request


MISSING = "Invalid username or password."
UNKNOWN = "Invalid credentials in Authorization header"
LOG_IN = (
    "Access to model acme/gated is restricted. You must have access to it and be authenticated to access it. "
    "Please log in."
)
NOT_LISTED = "Access to model acme/gated is restricted and you are not in the authorized list."
FORGED = "Invalid rev id: a X-Evil: 1"
OFF = "Access to this resource is disabled."


@pytest.mark.parametrize(
    ("path", "token", "status", "code", "message"),
    [
        ("/api/models/no/where", None, 401, None, MISSING),
        ("/no/where/" + FILE, None, 401, None, MISSING),
        ("/api/models/acme/secret", None, 401, None, MISSING),
        ("/api/models/no/where", "tok-good", 404, "RepoNotFound", "Repository not found"),
        ("/no/where/" + FILE, "tok-good", 404, "RepoNotFound", "Repository not found"),
        ("/api/models/acme/secret", "tok-other", 404, "RepoNotFound", "Repository not found"),
        ("/api/models/acme/plain", "tok-bad", 401, None, UNKNOWN),
        ("/acme/plain/" + FILE, "tok-bad", 401, None, UNKNOWN),
        ("/acme/gated/" + FILE, None, 401, "GatedRepo", LOG_IN),
        ("/acme/gated/" + FILE, "tok-good", 403, "GatedRepo", NOT_LISTED),
        ("/acme/off/" + FILE, None, 403, None, OFF),
        ("/acme/plain/resolve/main/NONE", None, 404, "EntryNotFound", "Entry not found"),
        ("/acme/plain/resolve/v9/README.md", None, 404, "RevisionNotFound", "Invalid rev id: v9"),
        ("/api/models/acme/plain/revision/v9", None, 404, "RevisionNotFound", "Invalid rev id: v9"),
        ("/acme/plain/resolve/a%0D%0AX-Evil:%201/x", None, 404, "RevisionNotFound", FORGED),
    ],
)  # fmt: skip
def test_errors(  # noqa: PLR0913, PLR0917 - the columns of the contract's table
    hub: FakeHub,
    client: httpx.Client,
    path: str,
    token: str | None,
    status: int,
    code: str | None,
    message: str,
) -> None:
    hub.accounts.grant("tok-other")

    answer = client.get(path, headers=bearer(token) if token else {})

    assert answer.status_code == status
    assert answer.headers.get("x-error-code") == code
    assert answer.headers["x-error-message"] == message
    assert ("www-authenticate" in answer.headers) == (status == 401)
    assert "ratelimit" in answer.headers
    text = answer.json()["error"] if path.startswith("/api/") else answer.text
    assert " ".join(text.split()) == message


def test_a_missing_file_names_the_commit(hub: FakeHub, client: httpx.Client) -> None:
    answer = client.get("/acme/plain/resolve/main/NONE")

    assert answer.headers["x-repo-commit"] == hub.catalogue.get("acme/plain").sha
    assert answer.text == "Entry not found"


def test_metadata_of_gated_and_disabled_models_is_open(client: httpx.Client) -> None:
    assert client.get("/api/models/acme/gated").json()["gated"] == "manual"
    assert client.get("/api/models/acme/off").json()["disabled"] is True


def test_who_was_let_in_reads_private_and_gated(hub: FakeHub, client: httpx.Client) -> None:
    hub.accounts.grant("tok-good", "acme/gated")

    for repo_id in ("acme/secret", "acme/gated"):
        answer = client.get(f"/{repo_id}/{FILE}", headers=bearer("tok-good"), follow_redirects=True)
        assert answer.status_code == 200


def test_what_is_no_route_is_a_page(client: httpx.Client) -> None:
    assert client.get("/api/agent-harnesses").status_code == 404
    assert client.get("/pricing").headers["ratelimit"].startswith('"pages";r=99;')


def test_json_is_chunked_and_packed_for_those_who_can_unpack(client: httpx.Client) -> None:
    packed = client.get("/api/models")
    bare = client.get("/api/models", headers={"Accept-Encoding": "identity"})

    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["transfer-encoding"] == "chunked"
    assert "content-encoding" not in bare.headers
    assert packed.json() == bare.json()
    assert packed.headers["etag"].startswith(f'W/"{len(bare.content):x}-')


def test_hostile_text_arrives_as_it_is(hub: FakeHub, client: httpx.Client) -> None:
    text = "\x1b[31m\u202e\ud800 </script>"
    hub.catalogue.put(model("acme/hostile", pipeline_tag=text))

    assert client.get("/api/models/acme/hostile").json()["pipeline_tag"] == text


def test_every_request_is_recorded(hub: FakeHub, client: httpx.Client) -> None:
    client.get("/api/models?limit=1", headers=bearer("tok-bad"))
    client.head("/gpt2/resolve/main/README.md")

    first, second = hub.requests
    assert (first.method, first.path, first.query) == ("GET", "/api/models", (("limit", "1"),))
    assert (first.authorized, first.status) == (True, 401)
    assert (second.method, second.authorized, second.status) == ("HEAD", False, 307)


def test_a_mistake_inside_the_fake_fails_the_test_that_meets_it() -> None:
    def broken(_: Request) -> None:
        raise ZeroDivisionError

    hub = FakeHub().start()
    hub.before = broken

    assert httpx.get(f"{hub.url}/api/models").status_code == 500
    with pytest.raises(ZeroDivisionError):
        hub.stop()
