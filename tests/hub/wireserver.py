"""A few raw answers on a loopback port, for what no HTTP library sends on purpose."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


def raw(data: bytes) -> Answer:
    """Send exactly these bytes and close."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()

    return answer


def ok(body: bytes) -> Answer:
    """Send a whole 200."""
    return raw(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)


def moved(location: str, headers: bytes = b"") -> Answer:
    """Send a redirect."""
    return raw(
        b"HTTP/1.1 302 Found\r\n%bLocation: %b\r\nContent-Length: 0\r\n\r\n" % (headers, location.encode())
    )


async def reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST instead of FIN."""
    connection: socket.socket = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


async def drip(writer: asyncio.StreamWriter) -> None:
    """Send a body a byte at a time, far more often than a read timeout would notice, and never end it."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def serving(*answers: Answer) -> AsyncIterator[tuple[str, list[bytes]]]:
    """Yield the endpoint and the requests so far. Connections get the answers in turn, the last one again."""
    requests: list[bytes] = []
    connections: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            requests.append(await reader.readuntil(b"\r\n\r\n"))
            await answers[min(len(requests), len(answers)) - 1](writer)
        finally:
            writer.close()
            await writer.wait_closed()

    def start(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.add(asyncio.ensure_future(handle(reader, writer)))

    async with await asyncio.start_server(start, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", requests
        for connection in connections:
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)  # a client that went away is no surprise
