"""What goes wrong between a Hub and its clients, on demand.

A fault turns the reply that a request would have got into a worse one. Each lower-case function makes one.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from random import Random
from threading import Lock

from tests.fakehub.messages import HTML, TEXT, Reply, Request

Fault = Callable[[Request, Reply], Reply]


@dataclass(slots=True)
class _Rule:
    fault: Fault
    path: str
    when: Callable[[Request], bool]
    times: int | None  # how often still; None without end

    def takes(self, request: Request) -> bool:
        if self.times == 0 or not fnmatchcase(request.path, self.path) or not self.when(request):
            return False
        self.times = self.times and self.times - 1
        return True


class Faults:
    """The faults of one Hub: the first rule that takes a request wins, then chance has its turn."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._rules: list[_Rule] = []
        self._chance: tuple[float, Random, Sequence[Fault]] | None = None

    def add(
        self,
        fault: Fault,
        *,
        path: str = "*",
        times: int | None = None,
        when: Callable[[Request], bool] = lambda _: True,
    ) -> None:
        """Mistreat the first `times` requests whose path fits the pattern; `*` takes slashes too."""
        with self._lock:
            self._rules.append(_Rule(fault, path, when, times))

    def rate(self, share: float, seed: int, *faults: Fault) -> None:
        """Mistreat this share of all requests by chance, with one of the faults."""
        self._chance = (share, Random(seed), faults)  # noqa: S311 - repeatable chance is the point

    def clear(self) -> None:
        """Let all be well again."""
        with self._lock:
            self._rules.clear()
            self._chance = None

    def apply(self, request: Request, reply: Reply) -> Reply:
        """Return the reply as the client will get it."""
        with self._lock:
            fault = (
                next((rule.fault for rule in self._rules if rule.takes(request)), None) or self._by_chance()
            )
        return fault(request, reply) if fault else reply

    def _by_chance(self) -> Fault | None:
        if self._chance is None:
            return None
        share, random, faults = self._chance
        return random.choice(faults) if random.random() < share else None


def status(code: int, body: str = "", **headers: str) -> Fault:
    """Answer with another status; `_` in a header's name stands for `-` (`Retry_After="3"`)."""

    def fault(_: Request, reply: Reply) -> Reply:
        told = {name: value for name, value in reply.headers.items() if name.startswith("RateLimit")}
        return Reply(code, Reply(0, {"Content-Type": TEXT, **told}).having(**headers), body.encode())

    return fault


def html200() -> Fault:
    """Answer a maintenance page as if all were well."""
    return lambda _, reply: replace(
        status(200, "<!DOCTYPE html><title>Maintenance</title>Back soon.")(_, reply),
        headers={"Content-Type": HTML},
    )


def empty() -> Fault:
    """Answer 200 with the right type and no body."""
    return lambda _, reply: replace(reply, body=b"", chunked=False, headers=_unpacked(reply))


def cut() -> Fault:
    """Promise the whole body, send half of it and hang up."""
    return lambda _, reply: replace(reply, cut=True, chunked=False)


def cut_gzip() -> Fault:
    """Send half of a gzip stream, framed as if it were all."""

    def fault(_: Request, reply: Reply) -> Reply:
        packed = reply.body if "Content-Encoding" in reply.headers else gzip.compress(reply.body)
        return replace(reply, headers=reply.having(Content_Encoding="gzip"), body=packed[: len(packed) // 2])

    return fault


def reset() -> Fault:
    """Tear the connection down instead of answering."""
    return lambda _, reply: replace(reply, reset=True)


def drip(seconds: float) -> Fault:
    """Let the body take so long to arrive, piece by piece."""
    return lambda _, reply: replace(reply, drip_seconds=seconds)


def header(name: str, value: str) -> Fault:
    """Set one header of the reply."""
    return lambda _, reply: replace(reply, headers={**reply.headers, name: value})


def foreign_link(origin: str) -> Fault:
    """Lead a list's next page to another origin: a token must not follow."""

    def fault(request: Request, reply: Reply) -> Reply:
        link = reply.headers.get("Link")
        return (
            replace(reply, headers={**reply.headers, "Link": link.replace(request.origin, origin)})
            if link
            else reply
        )

    return fault


def redirect_loop() -> Fault:
    """Redirect a request to itself."""
    return lambda request, reply: status(307, "Temporary Redirect.", Location=request.path)(request, reply)


def listed_rate_limit() -> Fault:
    """Put the `RateLimit` of another bucket before the one that counts, as one list-valued header."""

    def fault(_: Request, reply: Reply) -> Reply:
        return replace(
            reply, headers=reply.having(RateLimit=f'"other";r=5;t=3, {reply.headers["RateLimit"]}')
        )

    return fault


def _unpacked(reply: Reply) -> dict[str, str]:
    return {name: value for name, value in reply.headers.items() if name != "Content-Encoding"}
