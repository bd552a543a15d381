"""Listeners on loopback, served by one thread with an event loop of its own."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from threading import Event, Thread
from typing import TYPE_CHECKING

from tests.fakehub.wire import read_request, write_reply

if TYPE_CHECKING:
    import ssl
    from asyncio import StreamReader, StreamWriter
    from collections.abc import Callable, Sequence

    from tests.fakehub.messages import Reply, Request

HOST = "127.0.0.1"


@dataclass(slots=True)
class Listener:
    """One port and what answers on it. `port` 0 takes a free one, and then tells which."""

    answer: Callable[[Request], Reply]
    tls: ssl.SSLContext | None = None
    port: int = 0

    @property
    def origin(self) -> str:
        """The URL up to the port."""
        return f"{'https' if self.tls else 'http'}://{HOST}:{self.port}"


class Server:
    """Serves its listeners from `start` to `stop`."""

    def __init__(self, listeners: Sequence[Listener]) -> None:
        self._listeners = listeners
        self._ready = Event()
        self._failure: OSError | None = None
        self._conversations: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Open the ports. Raises OSError when one is taken."""
        self._thread = Thread(target=asyncio.run, args=(self._serve(),), name="fakehub", daemon=True)
        self._thread.start()
        self._ready.wait()
        if self._failure:
            self._thread.join()
            raise self._failure

    def stop(self) -> None:
        """Close the ports and every connection."""
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopped = asyncio.Event()
        servers: list[asyncio.Server] = []
        try:
            servers += [await self._listen(listener) for listener in self._listeners]
        except OSError as error:
            self._failure = error
            self._stopped.set()
        self._ready.set()
        await self._stopped.wait()
        await self._shut(servers)

    async def _listen(self, listener: Listener) -> asyncio.Server:
        handler = partial(self._converse, listener)
        server = await asyncio.start_server(handler, HOST, listener.port, ssl=listener.tls, backlog=1024)
        listener.port = server.sockets[0].getsockname()[1]
        return server

    async def _shut(self, servers: list[asyncio.Server]) -> None:
        for server in servers:
            server.close()
        for conversation in self._conversations:
            conversation.cancel()
        await asyncio.gather(*self._conversations, return_exceptions=True)
        for _ in range(3):  # aborted transports close their sockets in the loop's next turns
            await asyncio.sleep(0)

    async def _converse(self, listener: Listener, reader: StreamReader, writer: StreamWriter) -> None:
        conversation = asyncio.current_task()
        assert conversation  # asyncio runs this in a task
        self._conversations.add(conversation)
        try:
            with suppress(ConnectionError, asyncio.CancelledError):
                while (request := await read_request(reader, listener.origin)) and await write_reply(
                    writer, request, listener.answer(request)
                ):
                    pass
                writer.close()
                await writer.wait_closed()
        finally:
            writer.transport.abort()
            self._conversations.discard(conversation)
