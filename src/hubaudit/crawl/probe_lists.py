"""What a probe asks of the lists."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from hubaudit.crawl.looks import Looks, judged, left_in, record_of, rows_of, summary
from hubaudit.hub.faults import Stop
from hubaudit.hub.ids import is_repo_id
from hubaudit.hub.listing import PAGE_SIZE, Sort, moment, query
from hubaudit.hub.places import next_page
from hubaudit.hub.quota import API
from hubaudit.model import Kind, Outcome
from hubaudit.probed import Verdict

if TYPE_CHECKING:
    from hubaudit.crawl.looks import Answer, Look
    from hubaudit.hub.wire import Reply

_MODELS = "/api/models"
_BAD_REQUEST, _NOT_MODIFIED = 400, 304
_PAGES = 4  # the first one and three behind it
_SLOWER = 2.0  # times the first page's seconds that the last one may take
_SOON = 1.0  # seconds; below that any load on this machine or the way tells more than the depth
_POLICY = re.compile(r'"[^"]*";\s*"[^"]+";\s*q=\d+;\s*w=\d+')
_NIGHTLY = 10_000  # records: ten pages, which every plan's quota holds many times
_DISABLED = "ykilcher/gpt-4chan"  # publicly known to be disabled


async def first_page(looks: Looks) -> Reply:
    """Ask for the page that a full walk begins with."""
    return await looks.at(_MODELS, *query(Kind.MODEL, Sort.CREATED))


async def _newest(looks: Looks, kind: Kind) -> Reply:
    return await looks.at(f"/api/{kind}s", *query(kind, Sort.MODIFIED))


async def _records(looks: Looks) -> Answer:
    rows = rows_of(await first_page(looks))
    named = sum("_id" in row and "id" in row for row in rows)
    return judged(bool(rows) and named == len(rows), f"{len(rows)} records, {named} of them with _id and id")


async def _fields(looks: Looks) -> Answer:
    reply = await first_page(looks)
    if reply.status == _BAD_REQUEST:
        return judged(False, summary(reply))
    rows = rows_of(reply)
    asked = [value for name, value in query(Kind.MODEL, Sort.CREATED) if name == "expand"]
    missing = [name for name in asked if not any(name in row for row in rows)]
    return judged(True, f"{len(asked)} accepted; on no record of this page: {' '.join(missing) or 'none'}")


async def _link(looks: Looks) -> Answer:
    reply = await first_page(looks)
    size, link = len(rows_of(reply)), reply.headers.get("Link", "")
    try:
        following = next_page(reply.url, link)
    except Stop as stop:
        return judged(False, str(stop))
    if following is None and size < PAGE_SIZE:
        return Verdict.UNTOLD, f"{size} records are the whole list"
    return judged(following is not None, link or f"no Link behind {size} records")


async def _quota(looks: Looks) -> Answer:
    headers = (await first_page(looks)).headers
    told, policy = headers.get("RateLimit", ""), headers.get("RateLimit-Policy", "")
    bucket, _ = left_in(await first_page(looks))
    return judged(bucket == API and _POLICY.search(policy) is not None, f"{told} of {policy}")


async def _limit(looks: Looks) -> Answer:
    reply = await looks.at(_MODELS, ("sort", "createdAt"), ("limit", str(PAGE_SIZE + 1)))
    if reply.status == _BAD_REQUEST:
        return judged(False, summary(reply))
    return _of_one_page(reply)


async def _without_limit(looks: Looks) -> Answer:
    return _of_one_page(await looks.at(_MODELS, ("sort", "createdAt")))


def _of_one_page(reply: Reply) -> Answer:
    size = len(rows_of(reply))
    if size < PAGE_SIZE and "Link" not in reply.headers:
        return Verdict.UNTOLD, f"{size} records are the whole list"
    return judged(size == PAGE_SIZE, f"{size} records")


async def _depth(looks: Looks) -> Answer:
    pages = [await first_page(looks)]
    depth = len(rows_of(pages[0]))
    while len(pages) < _PAGES and (url := next_page(pages[-1].url, pages[-1].headers.get("Link", ""))):
        pages.append(await looks.at(str(url)))
        depth += len(rows_of(pages[-1]))
    took = ", ".join(f"{page.seconds:.2f}" for page in pages)
    seen = f"seconds to the answer of each page: {took}; {depth} records deep, no deeper"
    if len(pages) == 1:
        return Verdict.UNTOLD, seen
    return judged(pages[-1].seconds <= max(_SLOWER * pages[0].seconds, _SOON), seen)


async def _order(looks: Looks) -> Answer:
    reply = await _newest(looks, Kind.MODEL)
    if reply.status == _BAD_REQUEST:
        return judged(False, summary(reply))
    dates = [moment(row.get("lastModified")) for row in rows_of(reply)]
    known = [date for date in dates if date]
    if not known:
        return judged(False, f"no date on any of {len(dates)} records")
    is_ordered = len(known) == len(dates) and known == sorted(known, reverse=True)
    return judged(is_ordered, f"{len(known)} dates on {len(dates)} records, {known[0]} to {known[-1]}")


async def _models_a_day(looks: Looks) -> Answer:
    return _a_day(await _newest(looks, Kind.MODEL))


async def _datasets_a_day(looks: Looks) -> Answer:
    return _a_day(await _newest(looks, Kind.DATASET))


def _a_day(reply: Reply) -> Answer:
    """Extrapolate from the dates of one page: what changed twice counts once, as in a delta."""
    dates = sorted(filter(None, (moment(row.get("lastModified")) for row in rows_of(reply))))
    span = dates[-1] - dates[0] if dates else timedelta()
    if not span:
        return Verdict.UNTOLD, f"{len(dates)} dates on the page, none apart from the others"
    changed = len(dates) * (timedelta(days=1) / span)
    return judged(
        changed <= _NIGHTLY, f"about {changed:.0f} a day: the last {len(dates)} changed within {span}"
    )


async def _disabled(looks: Looks) -> Answer:
    author = _DISABLED.partition("/")[0]
    rows = rows_of(await looks.at(_MODELS, ("author", author), ("limit", "100"), ("expand", "disabled")))
    if shown := [row.get("id") for row in rows if row.get("disabled") is True]:
        return judged(True, f"{shown[0]} is listed")
    record = record_of(await looks.at(f"{_MODELS}/{_DISABLED}"))
    if record.get("disabled") is not True:
        return Verdict.UNTOLD, f"{_DISABLED} is not disabled"
    return judged(False, f"{_DISABLED} is disabled, and not among the {len(rows)} models listed of {author}")


async def _not_modified(looks: Looks) -> Answer:
    """Ask for a list that nobody changes meanwhile: the models of one author."""
    author = _author(rows_of(await first_page(looks)))
    page = (("author", author), ("limit", "10"), ("sort", "createdAt"))
    reply = await looks.at(_MODELS, *page)
    etag = reply.headers.get("ETag", "")
    if not etag or not etag.isascii():
        return judged(False, f"{summary(reply)} without an ETag to send back")
    condition = {"If-None-Match": etag}
    again = [await looks.at(_MODELS, *page, headers=condition, turn=turn) for turn in (1, 2)]
    left = [left_in(each)[1] for each in (reply, *again)]
    costs = min(before - after for before, after in pairwise(left))
    seen = f"{again[0].status}, then {again[1].status}; left in the window: {', '.join(map(str, left))}"
    if costs < 0:
        return Verdict.UNTOLD, f"{seen}: a new window began"
    return judged(again[1].status == _NOT_MODIFIED and not costs, seen)


def _author(rows: list[dict[str, Any]]) -> str:
    for row in rows:
        author = row.get("author")
        if isinstance(author, str) and is_repo_id(author):
            return author
    raise Stop(Outcome.REFUSED, "no record names its author")


LISTS: dict[str, Look] = {
    "a list is an array of records, each with _id and id": _records,
    "the fields that a walk asks for are accepted": _fields,
    "Link leads to the next page of the same list": _link,
    "RateLimit tells bucket api, what is left and until when, RateLimit-Policy the quota": _quota,
    f"limit={PAGE_SIZE + 1} is cut to {PAGE_SIZE} records": _limit,
    f"without limit a page has {PAGE_SIZE} records": _without_limit,
    "a deeper page takes as long as the first": _depth,
    "sort=lastModified takes the fields and lists the latest change first": _order,
    f"at most {_NIGHTLY} models change in a day": _models_a_day,
    f"at most {_NIGHTLY} datasets change in a day": _datasets_a_day,
    "disabled repositories are listed": _disabled,
    "If-None-Match on a list saves quota": _not_modified,
}
