"""HTTP/1.1 on one connection: reads requests, writes replies, also the ones that go wrong on purpose."""

from __future__ import annotations

import asyncio
import re
import socket
import struct
from http import HTTPStatus
from typing import TYPE_CHECKING

from tests.fakehub.messages import Reply, Request

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter

_PHRASES = {status.value: status.phrase for status in HTTPStatus}
_NO_BODY = (204, 304)
_LINE_BREAK = re.compile(r"[\r\n]+")
_DRIP_PIECES = 10
_LINGER_NOT_AT_ALL = struct.pack("ii", 1, 0)  # makes closing a socket send RST


async def read_request(reader: StreamReader, origin: str) -> Request | None:
    """Return the next request, or None when the client has hung up or speaks something else."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        line, *fields = head[:-4].split("\r\n")
        method, target, _ = line.split(" ")
        headers = {
            name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)
        }
        await reader.readexactly(int(headers.get("content-length", "0")))
        return Request.parse(method, target, headers, origin)
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, ValueError):
        return None


async def write_reply(writer: StreamWriter, request: Request, reply: Reply) -> bool:
    """Send a reply. Return whether the connection can take another request."""
    if reply.reset:
        _reset(writer)
        return False
    writer.write(_head(reply))
    body = b"" if request.method == "HEAD" or reply.status in _NO_BODY else _framed(reply)
    if reply.cut:
        body = body[: len(body) // 2]
    await _write_body(writer, body, reply.drip_seconds)
    return not reply.cut and request.headers.get("connection", "").lower() != "close"


def _head(reply: Reply) -> bytes:
    framing = "Transfer-Encoding: chunked" if reply.chunked else f"Content-Length: {len(reply.body)}"
    lines = [f"HTTP/1.1 {reply.status} {_PHRASES.get(reply.status, 'Unknown')}"]
    # An error's text quotes what was asked: it may be any text, but must stay on its line.
    lines += [f"{name}: {_LINE_BREAK.sub(' ', value)}" for name, value in reply.headers.items()]
    return "\r\n".join([*lines, framing, "", ""]).encode("utf-8", "backslashreplace")


def _framed(reply: Reply) -> bytes:
    if not reply.chunked:
        return reply.body
    chunk = b"%x\r\n%b\r\n" % (len(reply.body), reply.body) if reply.body else b""
    return chunk + b"0\r\n\r\n"


async def _write_body(writer: StreamWriter, body: bytes, seconds: float) -> None:
    size = len(body) // _DRIP_PIECES + 1 if seconds else len(body) + 1
    for start in range(0, len(body), size):
        if seconds:
            await asyncio.sleep(seconds / _DRIP_PIECES)
        writer.write(body[start : start + size])
        await writer.drain()


def _reset(writer: StreamWriter) -> None:
    connection: socket.socket = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT_AT_ALL)
    writer.transport.abort()
