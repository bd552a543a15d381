"""What a status means: one table for records and files. The first row that fits decides."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from hubaudit.hub.faults import one_line
from hubaudit.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping


class _Row(NamedTuple):
    """`code` is X-Error-Code (None: any); `words` stand in the Hub's text; `advice` replaces that text."""

    status: int
    code: str | None
    words: str
    outcome: Outcome
    advice: str = ""


_NO_CODE = ""
_ROWS = (
    _Row(200, None, "", Outcome.FOUND),
    _Row(401, "GatedRepo", "", Outcome.GATED),
    _Row(
        401,
        None,
        "Invalid credentials in Authorization header",
        Outcome.REFUSED,
        "the Hub does not accept the token: run `hf auth login` again, or correct or unset HF_TOKEN",
    ),
    _Row(401, _NO_CODE, "", Outcome.MISSING),
    _Row(401, "RepoNotFound", "", Outcome.MISSING),
    _Row(403, "GatedRepo", "", Outcome.GATED),
    _Row(403, None, "Access to this resource is disabled.", Outcome.DISABLED),
    _Row(404, "EntryNotFound", "", Outcome.ABSENT),
    _Row(404, "RevisionNotFound", "", Outcome.ABSENT, "the Hub does not have this commit of the repository"),
    _Row(404, "RepoNotFound", "", Outcome.DELETED),
    _Row(404, _NO_CODE, "Repository not found", Outcome.DELETED),
    _Row(404, _NO_CODE, "Entry not found", Outcome.ABSENT),
    _Row(404, _NO_CODE, "", Outcome.REFUSED, "404 without a reason: is HF_ENDPOINT the address of a Hub?"),
    _Row(410, None, "", Outcome.REFUSED, "410: removed from the Hub"),
    _Row(451, None, "", Outcome.REFUSED, "451: withheld for legal reasons"),
)
_LOG_IN = "missing or private; the Hub tells which only to a client with a token that may see it"


def outcome_of(
    status: int, headers: Mapping[str, str], body: bytes, *, had_token: bool
) -> tuple[Outcome, str]:
    """Return how a look ended and one line for people. Statuses that are retried never get here."""
    code = headers.get("X-Error-Code", "")
    words = words_of(headers, body) if status != 200 else ""  # noqa: PLR2004 -- a record is no error text
    for row in _ROWS:
        if row.status == status and row.code in {None, code} and row.words in words:
            advice = _LOG_IN if row.outcome is Outcome.MISSING and not had_token else row.advice
            return row.outcome, advice or one_line(words)
    return Outcome.REFUSED, one_line(f"the Hub answered {status} {code} {words}")


def words_of(headers: Mapping[str, str], body: bytes) -> str:
    """Return the Hub's own words: the header, the `error` of a JSON body, or a plain-text body."""
    text = body.decode(errors="replace").strip()
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        parsed = {}
        text = "" if text.startswith("<") else text  # a page for browsers says nothing in one line
    if isinstance(parsed, dict) and "error" in parsed:
        text = str(parsed["error"])
    return headers.get("X-Error-Message", "") or text
