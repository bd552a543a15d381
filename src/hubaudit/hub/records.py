"""A repository's record: asked by id, followed through renames and folded letter case."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hubaudit.hub.faults import Fault, Stop
from hubaudit.hub.ids import is_repo_id
from hubaudit.hub.quota import API
from hubaudit.hub.wire import MAX_HOPS, Ask, Reply, Wire
from hubaudit.model import Outcome

if TYPE_CHECKING:
    import httpx

    from hubaudit.model import Kind

MAX_RECORD_BYTES = 64 * 2**20  # a repository with a million files is that large


async def fetch_record(wire: Wire, kind: Kind, repo_id: str) -> tuple[httpx.URL, Reply]:
    """Return the last address asked and its answer. Raises Stop for a bad redirect or when all is silent."""
    asked: list[str] = []
    while len(asked) <= MAX_HOPS:
        asked.append(repo_id)
        url = wire.places.repo(kind, repo_id)
        reply = await wire.get(Ask(url, API, MAX_RECORD_BYTES, _check_record))
        if not reply.is_redirect:
            return url, reply
        repo_id = wire.places.renamed(kind, url, reply.headers["Location"])
        if repo_id in asked:
            raise Stop(Outcome.REFUSED, f"the Hub redirects in a circle: {' -> '.join([*asked, repo_id])}")
    raise Stop(Outcome.REFUSED, f"more than {MAX_HOPS} redirects: {' -> '.join(asked)}")


def id_in(body: bytes) -> str | None:
    """Return the id that a record gives itself, None if this is no record."""
    try:
        record = json.loads(body.decode())
    except (ValueError, RecursionError):  # not JSON, not UTF-8, or nested to exhaust the reader
        return None
    repo_id = record.get("id") if isinstance(record, dict) else None
    return repo_id if isinstance(repo_id, str) and is_repo_id(repo_id) else None


def _check_record(reply: Reply) -> None:
    if id_in(reply.body) is None:
        raise Fault("the Hub answered 200 without a repository's record, perhaps a maintenance page")
