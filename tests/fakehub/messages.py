"""One request and one reply, free of sockets."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha1
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXT = "text/plain; charset=utf-8"
JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked. `path` is still percent-encoded; header names are lower case."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    origin: str  # scheme, host and port of the listener that took it

    @classmethod
    def parse(cls, method: str, target: str, headers: Mapping[str, str], origin: str) -> Request:
        """Read a request line's target. Raises ValueError if it is none."""
        parts = urlsplit(target)
        return cls(method, parts.path, tuple(parse_qsl(parts.query, keep_blank_values=True)), headers, origin)

    def param(self, name: str) -> str | None:
        """Return the last value of a query parameter."""
        return next((value for key, value in reversed(self.query) if key == name), None)

    def params(self, *names: str) -> list[str]:
        """Return every value of a parameter that may be repeated."""
        return [value for key, value in self.query if key in names]

    @property
    def token(self) -> str | None:
        """The bearer token, or None for an anonymous client."""
        return self.headers.get("authorization", "").removeprefix("Bearer ") or None


@dataclass(frozen=True, slots=True)
class Reply:
    """What the Hub answers. The last four fields are how a fault mistreats it on the wire."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    chunked: bool = False  # else with a Content-Length
    cut: bool = False  # promise the whole body, send half of it, hang up
    reset: bool = False  # no answer: the connection is torn down (RST)
    drip_seconds: float = 0.0  # the time the body takes to arrive, in small pieces

    def having(self, **headers: str) -> Mapping[str, str]:
        """Return the headers with others set; `_` in a name stands for `-`."""
        return {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}


class Refused(Exception):  # noqa: N818 - not an error of the fake: the Hub's answer "no", thrown to the router
    """Ends the handling of a request with a reply."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


def text_reply(status: int, text: str, **headers: str) -> Reply:
    """Return plain text; `_` in a header's name stands for `-`."""
    return Reply(status, Reply(0, {"Content-Type": TEXT}).having(**headers), text.encode())


def json_reply(value: Any, status: int = 200, **headers: str) -> Reply:
    """Return a JSON body with the weak ETag that the Hub's web framework computes."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    body = text.encode("utf-8", "backslashreplace")  # half a surrogate pair becomes its JSON escape
    named = Reply(0, {"Content-Type": JSON, "ETag": weak_etag(body)}).having(**headers)
    return Reply(status, named, body, chunked=True)


def weak_etag(body: bytes) -> str:
    """Return the ETag of Express: length in hex, and 27 characters of base64 SHA-1."""
    digest = b64encode(sha1(body, usedforsecurity=False).digest()).decode()
    return f'W/"{len(body):x}-{digest[:27]}"'
