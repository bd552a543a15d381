"""The async client of a code host: whether a linked repository is there, and under which license.

GitHub's REST API. Its quota is small (60 requests an hour without a token), so nothing waits for it: once it
is spent, the rest could not be looked at.
"""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING, Any

from hubaudit.coded import CodeAnswer
from hubaudit.hub.connected import Connected
from hubaudit.hub.faults import Fault, Stop, one_line
from hubaudit.hub.ids import quoted
from hubaudit.hub.places import Places, shown, target
from hubaudit.hub.quota import API
from hubaudit.hub.settings import code_host_from_environment, code_token_from_environment
from hubaudit.hub.wire import MAX_HOPS, OK, Ask, Reply, Wire
from hubaudit.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


HOST = "github.com"  # as links name it
_IN_FLIGHT = 4  # GitHub asks its clients not to send many requests at once
_LARGEST = 1 << 20  # bytes of a record; real ones have 20 kB
_LONGEST = 100  # characters of a name or SPDX id
_HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
_UNCHANGED = 304
_LIMITED = frozenset({403, 429})
_OUTCOMES = {404: Outcome.MISSING, 410: Outcome.MISSING, 451: Outcome.DISABLED}
_BAD_TOKEN = "the code host does not accept the token: correct or unset GITHUB_TOKEN"  # noqa: S105 - advice


class CodeHost(Connected):
    """The code host whose API is at `address`, as seen with `token`; to be used with `async with`.

    Without an address or a token, the environment's is used; an empty token means none. `wait` sleeps for
    some seconds and `clock` tells Unix time; tests replace both.
    """

    def __init__(
        self,
        address: str | None = None,
        token: str | None = None,
        *,
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        address = code_host_from_environment() if address is None else address
        token = code_token_from_environment() if token is None else token
        self._has_token = bool(token)
        self._places = Places(address)
        super().__init__(Wire(self._places, token, wait, clock, _IN_FLIGHT, patience=0), clock)

    def spent(self) -> str:
        """Say for how long nothing may be asked; empty while something may."""
        pause = self.quota.pause(API)
        advice = "" if self._has_token else "; with GITHUB_TOKEN it is larger"
        return f"the code host's quota is spent for {ceil(pause / 60)} min{advice}" if pause else ""

    async def repo(self, repo: str, known: CodeAnswer | None = None) -> CodeAnswer:
        """Ask for one repository, given as owner/name; `known` is what it was when it was last found.

        UNREACHABLE says nothing of the repository: the network, the quota or the token was in the way.
        """
        url = self._places.within(f"/repos/{quoted(repo)}")
        try:
            reply = await self._followed(Ask(url, API, _LARGEST, _check, _headers(known)))
            if reply.status == _UNCHANGED and known is not None:
                return replace(known, looked_at=self._now())
            outcome, detail = self._judged(reply)
        except Stop as stop:
            outcome, detail = stop.outcome, self.spent() or str(stop)
        answer = CodeAnswer(HOST, repo, outcome, self._now(), shown(url), detail=detail)
        return _told(answer, reply) if outcome is Outcome.FOUND else answer

    async def _followed(self, ask: Ask) -> Reply:
        """Return the last answer of a repository that was moved. Only this host is followed."""
        for _ in range(MAX_HOPS + 1):
            reply = await self._wire.get(ask)
            if not reply.is_redirect:
                return reply
            url = target(reply.url, reply.headers["Location"])
            if not self._places.own(url):
                raise Stop(Outcome.REFUSED, f"it redirects to {shown(url)}, which is not followed")
            ask = replace(ask, url=url)
        raise Stop(Outcome.REFUSED, f"more than {MAX_HOPS} redirects")

    def _judged(self, reply: Reply) -> tuple[Outcome, str]:
        said = _json(reply.body)
        if reply.status == OK:
            return _shown(said)
        words = one_line(f"{reply.status} {said.get('message') or ''}")
        if reply.status == 401:  # noqa: PLR2004 - the token, not the repository
            raise Stop(Outcome.UNREACHABLE, _BAD_TOKEN)
        if reply.status in _LIMITED and (self.spent() or "rate limit" in words.lower()):
            raise Stop(Outcome.UNREACHABLE, words)
        if "block" in said:  # 403 with the host's own reason
            return Outcome.DISABLED, words
        return _OUTCOMES.get(reply.status, Outcome.REFUSED), words


def _shown(record: dict[str, Any]) -> tuple[Outcome, str]:
    """Return what a record says of who may see the repository."""
    if record.get("private") is True:
        return Outcome.MISSING, "private: shown to this token, and not to everybody"
    if record.get("disabled") is True:
        return Outcome.DISABLED, "switched off by the code host"
    return Outcome.FOUND, ""


def _headers(known: CodeAnswer | None) -> dict[str, str]:
    return _HEADERS | ({"If-None-Match": known.etag} if known and known.etag else {})


def _told(answer: CodeAnswer, reply: Reply) -> CodeAnswer:
    record = _json(reply.body)
    told, name = record.get("license"), record["full_name"]
    spdx = told.get("spdx_id") if isinstance(told, dict) else None
    etag = reply.headers.get("ETag", "")
    is_sendable = 0 < len(etag) <= _LONGEST and etag.isascii() and etag.isprintable()
    return replace(
        answer,
        license=one_line(spdx)[:_LONGEST] if isinstance(spdx, str) and spdx else None,
        is_archived=record.get("archived") is True,
        is_fork=record.get("fork") is True,
        renamed_to=None if name.lower() == answer.repo else name,
        etag=etag if is_sendable else None,
    )


def _check(reply: Reply) -> None:
    name = _json(reply.body).get("full_name")
    if not isinstance(name, str) or len(name) > 2 * _LONGEST or name != one_line(name):
        raise Fault("the code host answered 200 without a repository's record, perhaps a maintenance page")


def _json(body: bytes) -> dict[str, Any]:
    """Read the object that a body is; nothing of what is none."""
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):  # not JSON, not UTF-8, or nested to exhaust the reader
        return {}
    return read if isinstance(read, dict) else {}
