"""A code host on loopback: GitHub's answers on a repository, with its quota, ETags, renames and refusals."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Self

from tests.fakehub.messages import JSON, Reply, json_reply, weak_etag
from tests.fakehub.server import Listener, Server

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.fakehub.messages import Request

_FOUND, _UNCHANGED = 200, 304


def repository(name: str, license: str | None = "MIT", **told: Any) -> dict[str, Any]:  # noqa: A002 - the record's own word
    """Return a record with the fields that matter, and a few that do not."""
    known = license and {"key": license.lower(), "name": license, "spdx_id": license}
    return {"full_name": name, "private": False, "license": known, "archived": False, "fork": False} | told


class FakeCodeHost:
    """Repositories by lower-case name; use it as a context manager. All may be changed while it runs.

    `moved` leads from a name to where it is now: another name, or a whole address. `refused` has the status
    and the body that a name is answered with. `left` is what is left of the quota.
    """

    def __init__(self, repos: Iterable[Mapping[str, Any]] = (), *, left: int = 60) -> None:
        self.repos = {repo["full_name"].lower(): repo for repo in repos}
        self.moved: dict[str, str] = {}
        self.refused: dict[str, tuple[int, dict[str, Any]]] = {}
        self.left = left
        self.requests: list[Request] = []
        self._listener = Listener(self._answer)
        self._server = Server([self._listener])

    @property
    def url(self) -> str:
        """The address, as `HUBAUDIT_CODE_HOST` takes it."""
        return self._listener.origin

    @property
    def asked(self) -> list[str]:
        """The names that were asked for since the last time, in order."""
        names = [request.path.removeprefix("/repos/") for request in self.requests]
        self.requests.clear()
        return names

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    def _answer(self, request: Request) -> Reply:
        self.requests.append(request)
        if self.left <= 0:
            return self._counted(json_reply({"message": "API rate limit exceeded for 127.0.0.1."}, 403))
        reply = self._told(
            request, request.path.removeprefix("/repos/").removeprefix("/repositories/").lower()
        )
        if reply.status != _UNCHANGED:
            self.left -= 1
        return self._counted(reply)

    def _told(self, request: Request, name: str) -> Reply:
        if name in self.refused:
            status, body = self.refused[name]
            return json_reply(body, status)
        if name in self.moved:
            goes = self.moved[name]
            place = goes if ":" in goes else f"{self.url}/repositories/{goes}"
            return json_reply({"message": "Moved Permanently", "url": place}, 301, Location=place)
        if name not in self.repos:
            return json_reply({"message": "Not Found", "status": "404"}, 404)
        reply = json_reply(self.repos[name])
        if request.headers.get("if-none-match") == weak_etag(reply.body):
            return Reply(_UNCHANGED, {"Content-Type": JSON, "ETag": weak_etag(reply.body)})
        return reply

    def _counted(self, reply: Reply) -> Reply:
        told = {
            "X-RateLimit-Limit": "60",
            "X-RateLimit-Remaining": str(self.left),
            "X-RateLimit-Reset": str(int(time.time()) + 1800),
            "X-RateLimit-Resource": "core",
        }
        return Reply(reply.status, {**reply.headers, **told}, reply.body, chunked=reply.chunked)
