"""One GET on the wire: its turn, its time limit, its token, and all retries, which live here only."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import httpx
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, wait_exponential, wait_random

from hubaudit.hub.body import read_body
from hubaudit.hub.faults import Fault, Stop
from hubaudit.hub.flight import CEILING, Flight
from hubaudit.hub.quota import MAX_PAUSE, Quota, Turn
from hubaudit.hub.shards import TIMEOUT, Shards
from hubaudit.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from hubaudit.hub.places import Places

OK = 200
MAX_HOPS = 2  # redirects followed for one question
DEADLINE = 60.0  # seconds for one attempt, body included: a byte a second never trips the read timeout
_ERROR_BODY = 64 * 1024  # bytes read of an answer that is not a 200
_BACK_OFF = wait_exponential(multiplier=0.5) + wait_random(0, 1)  # 0.5 to 8 s and jitter
_SHORT_BACK_OFF = wait_exponential(multiplier=0.2) + wait_random(0, 0.3)
_PASSING = frozenset({408, 429, *range(500, 600), *range(201, 300)})  # a plain GET never deserves 201 to 299
_REFUSED_FOR_NOW = frozenset({429})  # says something about the quota, nothing about the Hub's speed
_OVERLOADED = frozenset({408, *range(500, 600)})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Ask:
    """One request. `check` raises Fault for a 200 whose body is nonsense; `limit` is in decoded bytes."""

    url: httpx.URL
    route: str
    limit: int
    check: Callable[[Reply], None] = lambda _: None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that was read to its end. `seconds` passed until its headers came."""

    url: httpx.URL
    status: int
    headers: httpx.Headers
    body: bytes
    seconds: float

    @property
    def is_redirect(self) -> bool:
        """Whether this leads elsewhere and says where."""
        return self.status in _REDIRECTS and "Location" in self.headers


class Wire:
    """The connections to the Hub: at most `in_flight` requests at a time, each when its quota has room.

    A request waits at most `patience` seconds for its quota.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what a connection is made of
        self,
        places: Places,
        token: str | None,
        wait: Callable[[float], Awaitable[None]],
        clock: Callable[[], float],
        in_flight: int = CEILING,
        patience: float = MAX_PAUSE,
    ) -> None:
        self.requests = 0
        self.quota = Quota(wait, clock, patience)
        self.flight = Flight(in_flight)
        self.places = places
        self._token = token
        self._wait = wait
        self._lines: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._shards = Shards()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._shards.aclose()

    async def get(self, ask: Ask) -> Reply:
        """Return the answer, whatever its final status. Raises Stop when there is none after all retries."""
        retrying = AsyncRetrying(
            sleep=self._wait,
            retry=retry_if_exception_type(Fault),
            stop=_is_last,
            wait=_back_off,
            reraise=True,
        )
        try:
            return await retrying(self._attempt, ask)
        except Fault as fault:
            raise Stop(Outcome.UNREACHABLE, str(fault)) from fault

    async def once(self, ask: Ask) -> Reply:
        """Return the answer to one request, whatever its status. Raises Stop when there is none."""
        try:
            return await self._in_turn(ask)
        except Fault as fault:
            raise Stop(Outcome.UNREACHABLE, str(fault)) from fault

    async def _attempt(self, ask: Ask) -> Reply:
        reply = await self._in_turn(ask)
        if reply.status in _PASSING:
            paced = self.quota.pause(ask.route) > 0
            raise Fault(f"{ask.url.host} answered {reply.status}", tries=3 if paced else 6, paced=paced)
        if reply.status == OK:
            ask.check(reply)
        return reply

    async def _in_turn(self, ask: Ask) -> Reply:
        """Send when there is room. Each route has a line, so that a spent bucket does not block the others.

        Only the first in line looks for room: a thousand that wake for every answer would take all the time.
        """
        async with self._lines[ask.route]:
            turn, begun = await self._room(ask.route)
        try:
            return await self._exchange(ask, turn, begun)
        finally:
            self.quota.ended(turn)
            self.flight.leave()

    async def _room(self, route: str) -> tuple[Turn, int]:
        while True:
            await self.quota.wait(route)
            begun = await self.flight.enter()
            if turn := self.quota.begin(route):  # a route of the same bucket may have taken the room
                return turn, begun
            self.flight.leave()

    async def _exchange(self, ask: Ask, turn: Turn, begun: int) -> Reply:
        self.requests += 1
        try:
            async with asyncio.timeout(DEADLINE):
                reply = await self._send(ask, turn)
        except TimeoutError:
            self.flight.failed(begun)
            raise Fault(f"no complete answer within {DEADLINE:g} s", tries=3) from None
        except httpx.TransportError as error:
            self.flight.failed(begun)
            raise _fault(error, ask.url.host) from error
        if reply.status in _OVERLOADED:
            self.flight.failed(begun)
        elif reply.status not in _REFUSED_FOR_NOW:
            self.flight.answered(ask.route, begun, reply.seconds)
        return reply

    async def _send(self, ask: Ask, turn: Turn) -> Reply:
        own = self.places.own(ask.url)
        headers = dict(ask.headers)
        if own and self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        now = asyncio.get_running_loop().time
        start = now()
        with self._shards.one() as client:
            async with client.stream("GET", ask.url, headers=headers) as response:
                seconds = now() - start
                if own:
                    self.quota.heard(ask.route, response.status_code, response.headers)
                self.quota.answered(turn)  # its body may take long: the quota is told by now
                body = await (
                    read_body(response, ask.limit) if response.status_code == OK else _excerpt(response)
                )
                return Reply(ask.url, response.status_code, response.headers, body, seconds)


async def _excerpt(response: httpx.Response) -> bytes:
    """Return the body of an answer whose status says enough: what is too large or broken is left out."""
    try:
        return await read_body(response, _ERROR_BODY)
    except (Stop, Fault):
        return b""


def _fault(error: httpx.TransportError, host: str) -> Fault:
    """Say what happened to the connection, and how often it is worth another attempt."""
    name = type(error).__name__
    if isinstance(error, httpx.ConnectTimeout):
        return Fault(f"no connection to {host} within {TIMEOUT.connect:g} s", tries=2, hurried=True)
    if isinstance(error, (httpx.ConnectError, httpx.ProxyError)):
        return Fault(f"no connection to {host}: {error}", tries=3, hurried=True)
    if isinstance(error, httpx.TimeoutException):
        return Fault(f"{host} went silent ({name})", tries=3)
    return Fault(f"the connection to {host} broke ({name}: {error})")


def _failure(state: RetryCallState) -> Fault:
    """Return the fault that tenacity is deciding about; it decides about nothing else."""
    error = state.outcome.exception() if state.outcome else None
    assert isinstance(error, Fault)  # noqa: S101 -- only Fault is retried, see Wire.get
    return error


def _is_last(state: RetryCallState) -> bool:
    return state.attempt_number >= _failure(state).tries


def _back_off(state: RetryCallState) -> float:
    """Return the seconds before the next attempt; none of our own where the quota will wait anyway."""
    fault = _failure(state)
    if fault.paced:
        return 0
    return (_SHORT_BACK_OFF if fault.hurried else _BACK_OFF)(state)
