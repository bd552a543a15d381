"""The HTTP clients: one for each 16 requests at a time, because httpx's pool slows down with its size."""

from __future__ import annotations

from contextlib import contextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING

import httpx

from hubaudit import __version__
from hubaudit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

USER_AGENT = f"hubaudit/{__version__} (+license and openness audit of public models)"
TIMEOUT = httpx.Timeout(30, connect=5, pool=None)  # a client never has more requests than connections
PER_CLIENT = 16


class Clients:
    """As many clients as the requests under way need."""

    def __init__(self) -> None:
        self._under_way = {_client(): 0}  # made now: a bad setting shows before anything is asked

    def __len__(self) -> int:
        return len(self._under_way)

    @contextmanager
    def one(self) -> Iterator[httpx.AsyncClient]:
        """Give the client with the fewest requests under way, for one more."""
        client = min(self._under_way, key=lambda each: self._under_way[each])
        if self._under_way[client] >= PER_CLIENT:
            client = _client()
        self._under_way[client] = self._under_way.get(client, 0) + 1
        try:
            yield client
        finally:
            self._under_way[client] -= 1

    async def close(self) -> None:
        """Close all connections."""
        for client in self._under_way:
            await client.aclose()


def _client() -> httpx.AsyncClient:
    """Return a client that follows no redirect and keeps no cookie: a jar would share them between ports."""
    try:
        return httpx.AsyncClient(
            headers={"User-Agent": USER_AGENT, "Accept-Encoding": "gzip"},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            timeout=TIMEOUT,
            limits=httpx.Limits(max_connections=PER_CLIENT, max_keepalive_connections=PER_CLIENT),
            follow_redirects=False,
        )
    except (ValueError, ImportError, OSError, httpx.InvalidURL) as error:
        # Not quoted: a proxy's address may hold a password.
        raise UsageError("the proxy or certificate settings of the environment cannot be used") from error
