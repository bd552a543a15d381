"""One GET on the wire: its turn, its time limit, its token, and all retries, which live here only."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import httpx
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, wait_exponential, wait_random

from hubaudit.hub.body import read_body
from hubaudit.hub.clients import TIMEOUT, Clients
from hubaudit.hub.faults import Fault, Stop
from hubaudit.hub.flight import InFlight
from hubaudit.hub.quota import Quota, Turn
from hubaudit.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from hubaudit.hub.places import Places

OK = 200
MAX_HOPS = 2  # redirects followed for one question
DEADLINE = 60.0  # seconds for one attempt, body included: a byte a second never trips the read timeout
_ERROR_BODY = 64 * 1024  # bytes read of an answer that is not a 200
_BACK_OFF = wait_exponential(multiplier=0.5) + wait_random(0, 1)  # 0.5 to 8 s and jitter
_SHORT_BACK_OFF = wait_exponential(multiplier=0.2) + wait_random(0, 0.3)
_PASSING = frozenset({408, 429, *range(500, 600), *range(201, 300)})  # a plain GET never deserves 201 to 299
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Ask:
    """One request. `check` raises Fault for a 200 whose body is nonsense; `limit` is in decoded bytes."""

    url: httpx.URL
    route: str
    limit: int
    check: Callable[[Reply], None]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that was read to its end."""

    status: int
    headers: httpx.Headers
    body: bytes

    @property
    def is_redirect(self) -> bool:
        """Whether this leads elsewhere and says where."""
        return self.status in _REDIRECTS and "Location" in self.headers


class Wire:
    """The connections to the Hub: at most `in_flight` requests at a time, each when its quota has room."""

    def __init__(
        self,
        places: Places,
        token: str | None,
        in_flight: int,
        wait: Callable[[float], Awaitable[None]],
        clock: Callable[[], float],
    ) -> None:
        self.requests = 0
        self.quota = Quota(wait, clock)
        self.places = places
        self._token = token
        self._flight = InFlight(in_flight, time.monotonic)
        self._wait = wait
        self._clients = Clients()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._clients.close()

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

    async def _attempt(self, ask: Ask) -> Reply:
        reply = await self._in_turn(ask)
        if reply.status in _PASSING:
            paced = self.quota.pause(ask.route) > 0
            raise Fault(f"{ask.url.host} answered {reply.status}", tries=3 if paced else 6, paced=paced)
        if reply.status == OK:
            ask.check(reply)
        return reply

    async def _in_turn(self, ask: Ask) -> Reply:
        """Wait for room in the quota without a place, so that a spent bucket does not block the others."""
        while True:
            await self.quota.wait(ask.route)
            async with self._flight.place():
                if turn := self.quota.begin(ask.route):  # another may have taken the room meanwhile
                    return await self._exchange(ask, turn)

    async def _exchange(self, ask: Ask, turn: Turn) -> Reply:
        self.requests += 1
        try:
            async with asyncio.timeout(DEADLINE):
                return await self._send(ask, turn)
        except TimeoutError:
            self._flight.failed()
            raise Fault(f"no complete answer within {DEADLINE:g} s", tries=3) from None
        except httpx.TransportError as error:
            self._flight.failed()
            raise _fault(error, ask.url.host) from error
        finally:
            self.quota.ended(turn)

    async def _send(self, ask: Ask, turn: Turn) -> Reply:
        own = self.places.own(ask.url)
        headers = {"Authorization": f"Bearer {self._token}"} if own and self._token else {}
        sent_at = time.monotonic()
        with self._clients.one() as client:
            async with client.stream("GET", ask.url, headers=headers) as response:
                self._hear(ask, turn, response, sent_at)
                body = await (
                    read_body(response, ask.limit) if response.status_code == OK else _excerpt(response)
                )
                return Reply(response.status_code, response.headers, body)

    def _hear(self, ask: Ask, turn: Turn, response: httpx.Response, sent_at: float) -> None:
        """Learn from the head of an answer: its body may take long."""
        if self.places.own(ask.url):
            self.quota.heard(ask.route, response.status_code, response.headers)
        self.quota.answered(turn)
        if response.status_code in _PASSING:
            self._flight.failed()
        else:
            self._flight.answered(ask.route, sent_at)


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
