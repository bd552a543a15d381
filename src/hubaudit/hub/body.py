"""Reading a body that may be too large, cut off, or a few kilobytes that unpack to gigabytes."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from hubaudit.hub.faults import Fault, Stop
from hubaudit.model import Outcome

if TYPE_CHECKING:
    import httpx

_GZIP = zlib.MAX_WBITS | 16  # zlib's way to ask for the gzip container
_PLAIN = frozenset({"", "identity"})


async def read_body(response: httpx.Response, limit: int) -> bytes:
    """Return the decoded body. Raises Stop(TOO_LARGE) above `limit` bytes and Fault for a broken one."""
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if (size_in(response.headers, "Content-Length") or 0) > limit:
        raise too_large(limit)
    if encoding in _PLAIN:
        return await _plain(response, limit)
    if encoding != "gzip":
        raise Fault("the answer has an encoding that was not asked for")
    return await _unzipped(response, limit)


async def _plain(response: httpx.Response, limit: int) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > limit:
            raise too_large(limit)
    return bytes(body)


async def _unzipped(response: httpx.Response, limit: int) -> bytes:
    """Unpack step by step: httpx would unpack a whole network chunk, which may be a thousand times larger."""
    unzip = zlib.decompressobj(_GZIP)
    body = bytearray()
    async for chunk in response.aiter_raw():
        try:
            body += unzip.decompress(chunk, limit + 1 - len(body))
        except zlib.error:
            raise Fault("the answer's gzip body is broken") from None
        if len(body) > limit:
            raise too_large(limit)
        if unzip.unused_data:
            raise Fault("the answer's gzip body has something behind its end")
    if response.num_bytes_downloaded and not unzip.eof:
        raise Fault("the answer's gzip body is cut off")
    return bytes(body)


def size_in(headers: httpx.Headers, name: str) -> int | None:
    """Return the bytes that a header announces, None if it does not give a plain number."""
    size = headers.get(name, "")
    return int(size[:18]) if size.isdecimal() else None


def too_large(limit: int) -> Stop:
    """Return the end of a request whose body is above `limit` bytes."""
    return Stop(Outcome.TOO_LARGE, f"larger than the {limit / 2**20:.0f} MiB that are read")
