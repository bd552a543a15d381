"""The few requests of a probe: counted, capped, never repeated, and what one answer says."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hubaudit.hub.faults import Stop, one_line
from hubaudit.hub.ids import is_repo_id, is_revision
from hubaudit.hub.outcome import words_of
from hubaudit.hub.quota import API
from hubaudit.hub.ratelimit import items
from hubaudit.model import Outcome
from hubaudit.probed import Verdict

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from datetime import datetime

    from hubaudit.hub.client import Hub
    from hubaudit.hub.wire import Reply

    Answer = tuple[Verdict, str]
    Look = Callable[["Looks"], Awaitable[Answer]]

MAX_REQUESTS = 25
_MAX_SILENCES = 3  # a Hub that gave no answer so often is left in peace


class Looks:
    """Asks a Hub at most MAX_REQUESTS times in all; what was asked before is not asked again."""

    def __init__(self, hub: Hub, now: datetime) -> None:
        self.now = now
        self._hub = hub
        self._most = hub.requests + MAX_REQUESTS
        self._silences = 0
        self._known: dict[tuple[object, ...], Reply | Stop] = {}

    async def at(
        self,
        path: str,
        *query: tuple[str, str],
        route: str = API,
        headers: Mapping[str, str] | None = None,
        turn: int = 1,
    ) -> Reply:
        """Return the answer; another `turn` asks the same once more. Raises Stop when there is none."""
        key = (path, query, tuple((headers or {}).items()), turn)
        if key not in self._known:
            self._known[key] = await self._ask(path, query, route, headers)
        known = self._known[key]
        if isinstance(known, Stop):
            raise known
        return known

    async def _ask(
        self, path: str, query: Sequence[tuple[str, str]], route: str, headers: Mapping[str, str] | None
    ) -> Reply | Stop:
        if self._hub.requests >= self._most:
            return Stop(Outcome.REFUSED, f"not asked: a probe sends {MAX_REQUESTS} requests at most")
        if self._silences >= _MAX_SILENCES:
            return Stop(Outcome.UNREACHABLE, f"not asked: the Hub gave no answer {_MAX_SILENCES} times")
        if pause := self._hub.quota.pause(route):
            return Stop(Outcome.REFUSED, f"not asked: this window's quota is spent for {pause:.0f} s")
        try:
            return await self._hub.look(path, query, route=route, headers=headers)
        except Stop as stop:
            self._silences += stop.outcome is Outcome.UNREACHABLE
            return stop


@dataclass(frozen=True, slots=True)
class Sample:
    """A repository whose README.md everybody may read."""

    repo_id: str
    sha: str


def sample_in(rows: Sequence[Mapping[str, Any]]) -> Sample | None:
    """Return the first listed model that is open, has a commit, and a card: its head was read."""
    for row in rows:
        repo_id, sha = row.get("id"), row.get("sha")
        if not (
            isinstance(repo_id, str) and is_repo_id(repo_id) and isinstance(sha, str) and is_revision(sha)
        ):
            continue
        if row.get("cardData") and not (row.get("gated") or row.get("disabled") or row.get("private")):
            return Sample(repo_id, sha)
    return None


def judged(holds: bool, seen: str) -> Answer:
    """Return the verdict on a statement that could be looked at."""
    return Verdict.HOLDS if holds else Verdict.FAILS, seen


def rows_of(reply: Reply) -> list[dict[str, Any]]:
    """Return the records of a list's page. Raises Stop when the answer is none."""
    found = _json(reply)
    if reply.status != 200 or not isinstance(found, list) or not all(isinstance(row, dict) for row in found):  # noqa: PLR2004 -- the only status of a page
        raise Stop(Outcome.REFUSED, f"no list of records came: {summary(reply)}")
    return found


def record_of(reply: Reply) -> dict[str, Any]:
    """Return the record of one repository. Raises Stop when the answer is none."""
    found = _json(reply)
    if reply.status != 200 or not isinstance(found, dict):  # noqa: PLR2004 -- the only status of a record
        raise Stop(Outcome.REFUSED, f"no record came: {summary(reply)}")
    return found


def left_in(reply: Reply) -> tuple[str, int]:
    """Return the bucket that an answer was counted in, and what is left in it. Raises Stop without."""
    told = list(items(reply.headers.get("RateLimit", "")))
    if len(told) != 1 or not {"r", "t"} <= told[0][1].keys():
        raise Stop(Outcome.REFUSED, f"no quota was told: RateLimit is {reply.headers.get('RateLimit')!r}")
    return told[0][0], told[0][1]["r"]


def summary(reply: Reply) -> str:
    """Say in a few words what came: the status, the Hub's code and its own text."""
    code = reply.headers.get("X-Error-Code", "")
    said = words_of(reply.headers, reply.body[:2000]) if reply.status >= 300 else ""  # noqa: PLR2004 -- not a success
    return one_line(f"{reply.status} {code} {said}")


def _json(reply: Reply) -> Any:  # noqa: ANN401 -- whatever a Hub sends
    try:
        return json.loads(reply.body.decode(), parse_int=str)
    except (ValueError, RecursionError):  # not JSON, not UTF-8, or nested to exhaust the reader
        return None
