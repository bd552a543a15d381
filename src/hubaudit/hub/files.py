"""A file at a commit: the immutable address first, the public one as fallback; file stores get no token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubaudit.hub.body import size_in, too_large
from hubaudit.hub.faults import Fault, Stop
from hubaudit.hub.quota import RESOLVERS
from hubaudit.hub.wire import MAX_HOPS, OK, Ask, Reply, Wire
from hubaudit.model import Outcome

if TYPE_CHECKING:
    import httpx

    from hubaudit.model import Kind

MAX_TEXT_BYTES = 10 * 2**20  # cards reach 1 MB
_NO_SUCH_ROUTE = frozenset({400, 404, 405})  # what a Hub may answer that does not serve the immutable address
_FILE_STORE = "file store"  # a route of its own: contents outside the Hub have no quota


async def fetch_file(wire: Wire, kind: Kind, repo_id: str, commit: str, path: str) -> tuple[httpx.URL, Reply]:
    """Return the address asked and the final answer. Raises Stop for what is not read or not followed."""
    immutable, public = wire.places.files(kind, repo_id, commit, path)
    reply = await _follow(wire, immutable, path)
    if reply.status not in _NO_SUCH_ROUTE or reply.headers.get("X-Error-Code") == "EntryNotFound":
        return immutable, reply
    return public, await _follow(wire, public, path)


async def _follow(wire: Wire, url: httpx.URL, path: str) -> Reply:
    for _ in range(MAX_HOPS + 1):
        reply = await wire.get(Ask(url, RESOLVERS, MAX_TEXT_BYTES, _check_text))
        if not reply.is_redirect:
            return reply
        url = wire.places.moved(path, url, reply.headers["Location"])
        size = size_in(reply.headers, "X-Linked-Size")
        if (size or 0) > MAX_TEXT_BYTES:
            raise too_large(MAX_TEXT_BYTES)
        if not wire.places.own(url):
            return await _stored(wire, url, size)
    raise Stop(Outcome.REFUSED, f"more than {MAX_HOPS} redirects")


async def _stored(wire: Wire, url: httpx.URL, size: int | None) -> Reply:
    """Fetch contents that the Hub keeps elsewhere (LFS, Xet), if it says that they are small."""
    if size is None:
        raise Stop(Outcome.REFUSED, "the Hub redirects to another host without telling the file's size")
    reply = await wire.get(Ask(url, _FILE_STORE, MAX_TEXT_BYTES, _check_text))
    if reply.status != OK:
        raise Stop(Outcome.REFUSED, f"the file store {url.host} answered {reply.status}")
    return reply


def _check_text(reply: Reply) -> None:
    if reply.headers.get("Content-Type", "").lower().startswith("text/html"):
        raise Fault("the Hub answered 200 with a web page instead of the file")
