"""The async client of the Hub: one repository's record, one file at one commit, one page of a list.

Every status of the Hub becomes one Outcome; a network that fails is an answer too, never an exception.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from hubaudit.hub.connected import Connected
from hubaudit.hub.faults import Stop
from hubaudit.hub.files import MAX_TEXT_BYTES, fetch_file
from hubaudit.hub.flight import CEILING
from hubaudit.hub.ids import is_file_path, is_repo_id, is_revision
from hubaudit.hub.listing import CURSOR_REFUSED, MAX_PAGE_BYTES, Page, Sort, fetch_page, newest, query
from hubaudit.hub.outcome import outcome_of
from hubaudit.hub.places import Places, next_page, same_list, shown
from hubaudit.hub.quota import API
from hubaudit.hub.records import fetch_record, id_in
from hubaudit.hub.settings import (
    check_endpoint,
    check_token,
    endpoint_from_environment,
    token_from_environment,
)
from hubaudit.hub.wire import Ask, Reply, Wire
from hubaudit.model import FileAnswer, Kind, Outcome, RepoAnswer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence


__all__ = ["MAX_TEXT_BYTES", "Hub", "endpoint_from_environment", "token_from_environment"]


class Hub(Connected):
    """The Hub at `endpoint`, as seen with `token`; to be used with `async with`.

    Without an endpoint or a token, the environment's is used; an empty token means none. At most `in_flight`
    requests are under way at once, fewer while the Hub becomes slower by them. `wait` sleeps for some seconds
    and `clock` tells Unix time; tests replace both.
    """

    def __init__(
        self,
        endpoint: str | None = None,
        token: str | None = None,
        *,
        in_flight: int = CEILING,
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.endpoint = endpoint_from_environment() if endpoint is None else check_endpoint(endpoint)
        token = token_from_environment() if token is None else check_token(token)
        self._had_token = token is not None
        self._places = Places(self.endpoint)
        super().__init__(Wire(self._places, token, wait, clock, in_flight), clock)

    async def repo(self, kind: Kind, repo_id: str) -> RepoAnswer:
        """Ask for one repository's record. After a rename the answer's `repo_id` is not its `asked_id`."""
        if not is_repo_id(repo_id):
            refused = "not sent: this is not a repository's id"
            return RepoAnswer(kind, repo_id, Outcome.REFUSED, self.endpoint, self._now(), detail=refused)
        url, record = self._places.repo(kind, repo_id), None
        try:
            url, reply = await fetch_record(self._wire, kind, repo_id)
            outcome, record, detail = self._judged(reply)
        except Stop as stop:
            outcome, detail = stop.outcome, str(stop)
        found_id = id_in(record) if record is not None else None
        return RepoAnswer(kind, repo_id, outcome, shown(url), self._now(), found_id, record, detail)

    async def file(self, kind: Kind, repo_id: str, commit: str, path: str) -> FileAnswer:
        """Ask for one text file, up to MAX_TEXT_BYTES. `commit` makes the answer one that never changes."""
        asked = (kind, repo_id, commit, path)
        if not (is_repo_id(repo_id) and is_revision(commit) and is_file_path(path)):
            refused = "not sent: this is not the place of a file in a repository"
            return FileAnswer(*asked, Outcome.REFUSED, self.endpoint, self._now(), detail=refused)
        url, content = self._places.files(*asked)[0], None
        try:
            url, reply = await fetch_file(self._wire, *asked)
            outcome, content, detail = self._judged(reply)
        except Stop as stop:
            outcome, detail = stop.outcome, str(stop)
        return FileAnswer(*asked, outcome, shown(url), self._now(), content, detail)

    async def page(
        self, kind: Kind, sort: Sort, next_url: str | None = None, *, author: str | None = None
    ) -> Page:
        """Ask for the first page of a list, or for the one that another page named.

        With `author` it is the list of what is theirs. With EXPIRED the Hub does not know `next_url` any
        more, and the list has to begin anew.
        """
        url = self._places.listing(kind, query(kind, sort, author))
        try:
            url = same_list(url, next_url) if next_url else url
            listed = await fetch_page(self._wire, url)
            outcome, body, detail = self._judged(listed.reply)
            link = listed.reply.headers.get("Link", "") if body is not None else ""
            following = next_page(listed.url, link)
        except Stop as stop:
            return Page(kind, stop.outcome, str(url), self._now(), detail=str(stop))
        if next_url and listed.reply.status in CURSOR_REFUSED:
            outcome = Outcome.EXPIRED
        return Page(
            *(kind, outcome, str(listed.url), self._now(), body),
            next_url=None if following is None else str(following),
            records=len(listed.rows),
            newest=newest(listed.rows),
            dropped_fields=listed.dropped,
            detail=detail,
        )

    async def look(
        self,
        path: str,
        query: Sequence[tuple[str, str]] = (),
        *,
        route: str = API,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send one request, never again, and return the answer as it came: a probe, no part of a crawl.

        `path` begins behind the endpoint, or is a whole address. No redirect is followed. Raises Stop when
        there is no answer, or when the address is not on the endpoint.
        """
        return await self._wire.once(
            Ask(self._places.within(path, query), route, MAX_PAGE_BYTES, headers=headers or {})
        )

    def _judged(self, reply: Reply) -> tuple[Outcome, bytes | None, str]:
        outcome, detail = outcome_of(reply.status, reply.headers, reply.body, had_token=self._had_token)
        return outcome, reply.body if outcome is Outcome.FOUND else None, detail
