"""Files: the immutable address, its fallback, file stores, and sizes."""

from __future__ import annotations

import httpx
import pytest
import respx

from hubaudit.hub.files import MAX_TEXT_BYTES
from hubaudit.model import Outcome
from tests.hub.helpers import CACHED, COMMIT, HUB, PUBLIC, TOKEN, ask_file

STORE = "https://cdn.test/blob?Expires=1&Signature=verysecret"
ABSENT = {"X-Error-Code": "EntryNotFound", "X-Error-Message": "Entry not found"}
TOO_MUCH = str(MAX_TEXT_BYTES + 1)


def to_store(size: str | None = "5", location: str = STORE) -> httpx.Response:
    return httpx.Response(302, headers={"Location": location} | ({"X-Linked-Size": size} if size else {}))


@respx.mock
def test_the_immutable_address_is_enough() -> None:
    route = respx.get(CACHED).respond(200, text="# Card\n", headers={"Content-Type": "text/plain"})
    answer = ask_file(token=TOKEN)
    assert (answer.outcome, answer.content, answer.url) == (Outcome.FOUND, b"# Card\n", CACHED)
    assert (answer.repo_id, answer.commit, answer.path) == ("a/b", COMMIT, "README.md")
    assert route.calls.last.request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert len(respx.calls) == 1


@respx.mock
def test_an_absent_file_takes_one_request() -> None:
    respx.get(CACHED).respond(404, headers=ABSENT)
    assert ask_file().outcome is Outcome.ABSENT
    assert len(respx.calls) == 1


@respx.mock
@pytest.mark.parametrize(("status", "code"), [(404, ""), (404, "RevisionNotFound"), (400, ""), (405, "")])
def test_a_hub_without_that_address_is_asked_at_the_public_one(status: int, code: str) -> None:
    respx.get(CACHED, params__eq={}).respond(status, headers={"X-Error-Code": code})
    moved = {"Location": f"{CACHED.removeprefix(HUB)}?etag=%22x%22"}
    respx.get(PUBLIC).respond(307, headers=moved)
    respx.get(CACHED, params={"etag": '"x"'}).respond(200, text="card")
    answer = ask_file()
    assert (answer.outcome, answer.content, answer.url) == (Outcome.FOUND, b"card", PUBLIC)
    assert len(respx.calls) == 3


@respx.mock
def test_the_fallbacks_answer_counts() -> None:
    respx.get(CACHED).respond(404)
    respx.get(PUBLIC).respond(404, headers=ABSENT)
    assert ask_file().outcome is Outcome.ABSENT


@respx.mock
@pytest.mark.parametrize(
    ("status", "outcome"), [(401, Outcome.GATED), (403, Outcome.GATED), (451, Outcome.REFUSED)]
)
def test_a_refusal_is_not_tried_at_the_other_address(status: int, outcome: Outcome) -> None:
    respx.get(CACHED).respond(status, headers={"X-Error-Code": "GatedRepo"})
    answer = ask_file()
    assert (answer.outcome, answer.content) == (outcome, None)
    assert len(respx.calls) == 1


@respx.mock
def test_a_small_file_is_fetched_from_its_store_without_the_token() -> None:
    respx.get(CACHED).mock(to_store())
    route = respx.get(STORE).respond(200, content=b"text!", headers={"RateLimit": '"resolvers";r=0;t=500'})
    answer = ask_file(token=TOKEN)
    assert (answer.outcome, answer.content, answer.url) == (Outcome.FOUND, b"text!", CACHED)
    assert "Authorization" not in route.calls.last.request.headers
    assert "verysecret" not in repr(answer)


@respx.mock
@pytest.mark.parametrize(
    ("response", "outcome"),
    [
        (to_store(TOO_MUCH), Outcome.TOO_LARGE),
        (to_store(None), Outcome.REFUSED),
        (to_store("-1"), Outcome.REFUSED),
        (to_store("5 bytes"), Outcome.REFUSED),
        (to_store(location="http://cdn.test/blob"), Outcome.REFUSED),
        (to_store(location="http://127.0.0.1/blob"), Outcome.REFUSED),
        (to_store(TOO_MUCH, location=CACHED), Outcome.TOO_LARGE),
        (to_store(location="/api/whoami-v2"), Outcome.REFUSED),
        (to_store(location=CACHED), Outcome.REFUSED),
    ],
)
def test_a_redirect_that_is_not_followed(response: httpx.Response, outcome: Outcome) -> None:
    respx.get(CACHED).mock(response)
    assert ask_file(token=TOKEN).outcome is outcome
    assert {call.request.url.host for call in respx.calls} == {"hub.test"}
    assert len(respx.calls) <= 3


@respx.mock
@pytest.mark.parametrize("status", [301, 401, 403, 404])
def test_a_file_stores_refusal_says_nothing_of_the_repository(status: int) -> None:
    respx.get(CACHED).mock(to_store())
    respx.get(STORE).respond(status, headers={"Location": "https://other.test/", **ABSENT})
    answer = ask_file()
    assert answer.outcome is Outcome.REFUSED
    assert "cdn.test" in answer.detail
    assert "verysecret" not in answer.detail


@respx.mock
@pytest.mark.parametrize(("more", "outcome"), [(0, Outcome.FOUND), (1, Outcome.TOO_LARGE)])
def test_the_largest_text_is_read_and_one_byte_more_is_not(more: int, outcome: Outcome) -> None:
    body = b"x" * (MAX_TEXT_BYTES + more)
    respx.get(CACHED).mock(httpx.Response(200, content=body))
    answer = ask_file()
    assert (answer.outcome, answer.content) == (outcome, None if more else body)
    assert len(respx.calls) == 1


@respx.mock
def test_an_empty_file_is_a_file() -> None:
    respx.get(CACHED).respond(200, content=b"", headers={"Content-Encoding": "gzip"})
    assert ask_file().content == b""


@respx.mock
def test_a_web_page_is_not_the_file() -> None:
    respx.get(CACHED).respond(200, html="<h1>Maintenance</h1>")
    answer = ask_file()
    assert answer.outcome is Outcome.UNREACHABLE
    assert "web page" in answer.detail


@respx.mock
@pytest.mark.parametrize(
    ("commit", "path"),
    [(COMMIT, "../x"), (COMMIT, "/x"), (COMMIT, "a\nb"), ("..", "x"), ("a/b", "x"), ("", "x"), (COMMIT, "")],
)
def test_what_is_no_place_of_a_file_is_not_sent(commit: str, path: str) -> None:
    answer = ask_file(path, commit=commit)
    assert answer.outcome is Outcome.REFUSED
    assert not respx.calls
