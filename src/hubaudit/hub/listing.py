"""The list of all repositories of a kind, page by page: which fields are asked for, and what a page says.

Each page names the next one in its `Link` header, and only a missing one ends the list. Rows may repeat,
move or be missed while the Hub changes under a walk; a page is handed on as it was sent.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from hubaudit.hub.faults import Fault, Stop
from hubaudit.hub.outcome import words_of
from hubaudit.hub.places import same_list
from hubaudit.hub.quota import API
from hubaudit.hub.wire import MAX_HOPS, Ask, Reply, Wire
from hubaudit.model import Kind, Outcome

if TYPE_CHECKING:
    import httpx

PAGE_SIZE = 1000  # the most the Hub sends
MAX_PAGE_BYTES = 256 * 2**20  # a usual page has 1 MB, a card's head may have another
CURSOR_REFUSED = frozenset({400, 404, 410})  # what a next page answers that the Hub does not know any more
_BAD_REQUEST = 400
_FIELDS = {
    Kind.MODEL: (
        "author baseModels cardData createdAt disabled downloads downloadsAllTime gated gguf lastModified "
        "library_name likes pipeline_tag private safetensors sha tags"
    ),
    Kind.DATASET: (
        "author cardData createdAt disabled downloads downloadsAllTime gated lastModified likes private sha "
        "tags"
    ),
}
_EXPAND = frozenset({"expand", "expand[]"})
_QUOTED = re.compile(r"""["']([\w-]{1,60})["']""")


class Sort(StrEnum):
    """The order of a list, greatest first. Creation dates never change, so that order is stable."""

    CREATED = "createdAt"
    MODIFIED = "lastModified"


@dataclass(frozen=True, slots=True)
class Page:
    """What the Hub said when asked for one page. `body` is the JSON array as sent, only with FOUND.

    `next_url` is None on the last page. `newest` is the latest `lastModified` on the page, where one can be
    read. `dropped_fields` were asked for and refused; the page came without them.
    """

    kind: Kind
    outcome: Outcome
    url: str
    observed_at: datetime
    body: bytes | None = None
    next_url: str | None = None
    records: int = 0
    newest: datetime | None = None
    dropped_fields: tuple[str, ...] = ()
    detail: str = ""


@dataclass(slots=True)
class Listed:
    """The answer to one question for a page, its rows, and the fields that had to be left out."""

    url: httpx.URL
    reply: Reply
    rows: list[Any]
    dropped: tuple[str, ...]


@dataclass(slots=True)
class _Rows:
    """Reads a body once: to judge whether it is a page, and to keep what it says."""

    rows: list[Any] = field(default_factory=list)

    def read(self, reply: Reply) -> None:
        """Raise Fault for a 200 that is no list; a row of odd shape is no reason to ask again."""
        try:
            # Numbers stay text: one of more digits than Python converts is no reason to lose a page.
            rows = json.loads(reply.body.decode(), parse_int=str, parse_constant=_no_number)
        except (ValueError, RecursionError):  # not JSON, not UTF-8, or nested to exhaust the reader
            rows = None
        if not isinstance(rows, list):
            raise Fault("the Hub answered 200 without a list of repositories, perhaps a maintenance page")
        self.rows = rows


def _no_number(word: str) -> None:
    """Refuse NaN and its like, which Python reads and JSON does not know."""
    raise ValueError(word)


def query(kind: Kind, sort: Sort, author: str | None = None) -> list[tuple[str, str]]:
    """Return the query of a list's first page; the Hub repeats it in the address of each next one."""
    fields = [("expand", name) for name in _FIELDS[kind].split()]
    narrowed = [("author", author)] if author else []
    return [*narrowed, ("sort", sort), ("limit", str(PAGE_SIZE)), *fields]


async def fetch_page(wire: Wire, url: httpx.URL) -> Listed:
    """Ask for a page, without the fields that the Hub refuses. Raises Stop for what is not followed."""
    dropped: tuple[str, ...] = ()
    while True:
        rows = _Rows()
        reply = await _ask(wire, Ask(url, API, MAX_PAGE_BYTES, rows.read))
        refused = _refused_fields(url, reply)
        if not refused:
            return Listed(url, reply, rows.rows, dropped)
        dropped += refused
        url = _without(url, refused)


def newest(rows: list[Any]) -> datetime | None:
    """Return the latest `lastModified` of a page; None if not one row has a date there."""
    dates = (row.get("lastModified") for row in rows if isinstance(row, dict))
    return max(filter(None, map(moment, dates)), default=None)


async def _ask(wire: Wire, ask: Ask) -> Reply:
    """Ask, and ask the same again when the Hub redirects to the same list: the query is always our own."""
    for _ in range(MAX_HOPS + 1):
        reply = await wire.get(ask)
        if not reply.is_redirect:
            return reply
        same_list(ask.url, reply.headers["Location"])
    raise Stop(Outcome.REFUSED, f"more than {MAX_HOPS} redirects")


def _refused_fields(url: httpx.URL, reply: Reply) -> tuple[str, ...]:
    """Return the fields asked for that a 400 does not list as valid; none for another 400."""
    words = words_of(reply.headers, reply.body) if reply.status == _BAD_REQUEST else ""
    asked = [value for name, value in url.params.multi_items() if name in _EXPAND]
    valid = set(_QUOTED.findall(words.partition("received")[0]))  # behind it stands the refused value
    if "expand" not in words or valid.isdisjoint(asked):
        return ()
    return tuple(name for name in asked if name not in valid)


def _without(url: httpx.URL, refused: tuple[str, ...]) -> httpx.URL:
    kept = [pair for pair in url.params.multi_items() if pair[0] not in _EXPAND or pair[1] not in refused]
    return url.copy_with(params=kept)


def moment(text: object) -> datetime | None:
    """Return the time that a record's field tells, None for anything else."""
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC) if moment else None
