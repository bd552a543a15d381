"""The lists: /api/models and /api/datasets, page by page."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from tests.fakehub.access import refuse
from tests.fakehub.fields import checked_expand, expanded, full, plain
from tests.fakehub.messages import Reply, Request, json_reply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.fakehub.catalogue import Catalogue, Kind, Repo

MAX_LIMIT = 1000
DEFAULT_SORT = "trendingScore"
SORTS = (
    "createdAt",
    "downloads",
    "id",
    "lastModified",
    "likes",
    "likes30d",
    "mainSize",
    "num_parameters",
    DEFAULT_SORT,
)
_NARROWING = ("filter", "author", "search", "pipeline_tag", "gated")  # `library` is ignored, as on the Hub


@dataclass(frozen=True, slots=True)
class Place:
    """Where a repository stands in a list: greater values first, nulls last, ties by `_id`."""

    value: Any
    key: str

    def __lt__(self, other: Place) -> bool:
        if self.value == other.value:
            return self.key < other.key
        if self.value is None or other.value is None:
            return other.value is None
        return bool(self.value > other.value)


class Listing:
    """Serves pages of a catalogue that may change between them; remembers orders until it does."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._orders: dict[tuple[Any, ...], list[Repo]] = {}
        self._version = -1

    def page(self, request: Request, kind: Kind) -> Reply:
        """Answer a list request; the `Link` header leads on and is absent on the last page."""
        sort = request.param("sort") or DEFAULT_SORT
        if sort not in SORTS:
            refuse(request, 400, _invalid("sort", SORTS))
        rows = self._order(request, kind, sort)
        start = self._start(request, rows, sort)
        end = start + _size(request)
        page = rows[start:end]
        items = _items(request, kind, page, sort, self._catalogue)
        if end >= len(rows):
            return json_reply(items)
        return json_reply(items, Link=_link(request, place(page[-1], sort), sort))

    def _order(self, request: Request, kind: Kind, sort: str) -> list[Repo]:
        if self._version != self._catalogue.version:
            self._orders.clear()
            self._version = self._catalogue.version
        narrowing = tuple(pair for pair in request.query if pair[0] in _NARROWING)
        order = (kind, sort, narrowing)
        if order not in self._orders:
            rows = [repo for repo in self._catalogue.every(kind) if _listed(repo, narrowing)]
            self._orders[order] = _sorted(rows, sort)
        return self._orders[order]

    def _start(self, request: Request, rows: list[Repo], sort: str) -> int:
        cursor = request.param("cursor")
        if cursor is None:
            return 0
        return bisect_right(rows, _read_cursor(request, cursor, sort), key=lambda repo: place(repo, sort))


def place(repo: Repo, sort: str) -> Place:
    """Return where a repository stands when sorted so."""
    return Place(repo.record.get(sort), repo.record["_id"])


def _sorted(rows: list[Repo], sort: str) -> list[Repo]:
    rows.sort(key=lambda repo: repo.record["_id"])
    known = [repo for repo in rows if repo.record.get(sort) is not None]
    known.sort(key=lambda repo: repo.record[sort], reverse=True)
    return known + [repo for repo in rows if repo.record.get(sort) is None]


def _listed(repo: Repo, narrowing: tuple[tuple[str, str], ...]) -> bool:
    return not repo.record.get("private") and all(_matches(repo, name, value) for name, value in narrowing)


def _matches(repo: Repo, name: str, value: str) -> bool:
    record = repo.record
    match name:
        case "filter":
            return value in record.get("tags", ())
        case "author":
            return repo.id.lower().startswith(f"{value.lower()}/")
        case "search":
            return value.lower() in repo.id.lower()
        case "gated":
            return bool(record.get("gated")) == (value == "true")
    return bool(record.get(name) == value)


def _size(request: Request) -> int:
    text = request.param("limit") or str(MAX_LIMIT)
    if not text.isdecimal() or int(text) == 0:
        refuse(request, 400, "Invalid input: expected a positive number\n  → at limit")
    size = min(int(text), MAX_LIMIT)
    # With a filter the Hub sends short pages: only a missing `Link` ends a list.
    narrowed = any(name in _NARROWING for name, _ in request.query)
    return max(1, size - 1) if narrowed else size


def _items(request: Request, kind: Kind, page: list[Repo], sort: str, catalogue: Catalogue) -> list[Any]:
    names = checked_expand(request, kind)
    if names:
        return [expanded(repo, names, catalogue) for repo in page]
    if request.param("full") == "true":
        return [full(repo, request) for repo in page]
    return [plain(repo, sort) for repo in page]


def _link(request: Request, last: Place, sort: str) -> str:
    """Return the next page's URL. Its cursor is of the Hub's make: a query for "after this row"."""
    steps: list[Any] = [{sort: last.value, "_id": {"$gt": last.key}}]
    if last.value is not None:
        steps += [{sort: {"$lt": last.value}}, {sort: None}]
    cursor = b64encode(json.dumps({"$or": steps}, separators=(",", ":")).encode()).decode()
    query = [pair for pair in request.query if pair[0] != "cursor"]
    return f'<{request.origin}{request.path}?{urlencode([*query, ("cursor", cursor)])}>; rel="next"'


def _read_cursor(request: Request, cursor: str, sort: str) -> Place:
    try:
        row = json.loads(b64decode(cursor, validate=True))["$or"][0]
        return Place(row[sort], row["_id"]["$gt"])
    except (ValueError, LookupError, TypeError):
        refuse(request, 400, "Invalid cursor")


def _invalid(name: str, valid: Sequence[str]) -> str:
    options = "|".join(f'"{value}"' for value in valid)
    return f"✖ Invalid option: expected one of {options}\n  → at {name}"
