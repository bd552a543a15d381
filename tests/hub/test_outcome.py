"""The status table, row by row."""

from __future__ import annotations

import pytest

from hubaudit.hub.outcome import outcome_of
from hubaudit.model import Outcome

REJECTED = "Invalid credentials in Authorization header"
DISABLED = "Access to this resource is disabled."
ANONYMOUS = '{"error":"Invalid username or password."}'


@pytest.mark.parametrize(
    ("status", "code", "message", "body", "outcome"),
    [
        (200, "", "", "{}", Outcome.FOUND),
        (200, "", DISABLED, "", Outcome.FOUND),
        (401, "", "", ANONYMOUS, Outcome.MISSING),
        (401, "", "Invalid username or password.", "Invalid username or password.", Outcome.MISSING),
        (401, "RepoNotFound", "", "", Outcome.MISSING),
        (401, "GatedRepo", "Access to model a/b is restricted.", "", Outcome.GATED),
        (401, "", REJECTED, "", Outcome.REFUSED),
        (401, "", "", f'{{"error":"{REJECTED}"}}', Outcome.REFUSED),
        (401, "NewCode", "", "", Outcome.REFUSED),
        (403, "GatedRepo", "", "", Outcome.GATED),
        (403, "", DISABLED, "", Outcome.DISABLED),
        (403, "", "", "", Outcome.REFUSED),
        (404, "RepoNotFound", "", '{"error":"Repository not found"}', Outcome.DELETED),
        (404, "", "", '{"error":"Repository not found"}', Outcome.DELETED),
        (404, "EntryNotFound", "Entry not found", "Entry not found", Outcome.ABSENT),
        (404, "", "", "Entry not found", Outcome.ABSENT),
        (404, "RevisionNotFound", "", "", Outcome.ABSENT),
        (404, "", "", "<html>Not Found</html>", Outcome.REFUSED),
        (400, "", "", '{"error":"bad query"}', Outcome.REFUSED),
        (410, "", "", "", Outcome.REFUSED),
        (418, "", "", "", Outcome.REFUSED),
        (451, "", "", "", Outcome.REFUSED),
        (304, "", "", "", Outcome.REFUSED),
    ],
)
def test_a_status_means(status: int, code: str, message: str, body: str, outcome: Outcome) -> None:
    headers = {"X-Error-Code": code, "X-Error-Message": message}
    found, detail = outcome_of(status, headers, body.encode(), had_token=True)
    assert found is outcome
    assert detail or outcome is Outcome.FOUND or (status, body) == (403, "") or not (message or body)


def test_a_bad_token_says_what_to_do() -> None:
    _, detail = outcome_of(401, {"X-Error-Message": REJECTED}, b"", had_token=True)
    assert "hf auth login" in detail
    assert "HF_TOKEN" in detail


def test_without_a_token_missing_says_that_private_is_possible() -> None:
    _, detail = outcome_of(401, {}, ANONYMOUS.encode(), had_token=False)
    assert "private" in detail
    _, detail = outcome_of(401, {}, ANONYMOUS.encode(), had_token=True)
    assert detail == "Invalid username or password."


def test_the_hubs_words_cannot_paint_the_terminal() -> None:
    message = "Access\x1b[31m to \u202emodel\r\n\x00 is restricted" + "x" * 5000
    _, detail = outcome_of(
        403, {"X-Error-Code": "GatedRepo", "X-Error-Message": message}, b"", had_token=True
    )
    assert detail.startswith("Access [31m to model is restricted")
    assert len(detail) == 200
    assert detail.isprintable()


@pytest.mark.parametrize("body", [b"[" * 100_000, b"\xff\xfe", b'{"error":{"a":1}}', b'["error"]', b"null"])
def test_a_hostile_error_body_is_only_words(body: bytes) -> None:
    outcome, detail = outcome_of(400, {}, body, had_token=False)
    assert outcome is Outcome.REFUSED
    assert len(detail) <= 200
