"""Refuses every socket beyond loopback, in this process, from import on.

conftest.py runs this file for the tests themselves. Python runs it by its name at start-up wherever this
folder is on PYTHONPATH, so the commands that tests start are guarded too (fixture `offline_env`). To the code
under test a refusal looks like a dead network; it is also written down in the file HUBAUDIT_TEST_REFUSALS
names, so that the test fails even when the code handles a dead network gracefully.
"""

from __future__ import annotations

import functools
import ipaddress
import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

INTERNET = (socket.AF_INET, socket.AF_INET6)
SENDERS = {
    "connect": 1,
    "connect_ex": 1,
    "sendto": 2,
    "sendmsg": 4,
}  # method -> fewest arguments with an address
RESOLVERS = ("getaddrinfo", "gethostbyname", "gethostbyname_ex")


class NetworkRefusedError(OSError):
    """A test reached for the network."""


def is_loopback(host: str | bytes | None) -> bool:
    """Tell whether the host is this machine. None is what servers ask for when they bind to it."""
    name = os.fsdecode(host) if host is not None else "localhost"
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def check(host: str | bytes | None, action: str) -> None:
    """Write the attempt down and refuse it, unless it stays on this machine."""
    if is_loopback(host):
        return
    line = f"{action} to {host!r}: tests may only use loopback"
    if record := os.environ.get("HUBAUDIT_TEST_REFUSALS"):
        with Path(record).open("a", encoding="utf-8") as file:
            file.write(line + "\n")
    raise NetworkRefusedError(line)


def guard_sender(method: Callable[..., Any], fewest: int) -> Callable[..., Any]:
    """Wrap a socket method whose last argument is an address."""

    @functools.wraps(method)
    def guarded(self: socket.socket, *args: Any) -> Any:
        if self.family in INTERNET and len(args) >= fewest and args[-1] is not None:
            check(args[-1][0], method.__name__)
        return method(self, *args)

    return guarded


def guard_resolver(function: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a function whose first argument is a host name."""

    @functools.wraps(function)
    def guarded(host: str | bytes | None, *args: Any, **options: Any) -> Any:
        check(host, function.__name__)
        return function(host, *args, **options)

    return guarded


for sender, fewest_arguments in SENDERS.items():
    setattr(socket.socket, sender, guard_sender(getattr(socket.socket, sender), fewest_arguments))
for resolver in RESOLVERS:
    setattr(socket, resolver, guard_resolver(getattr(socket, resolver)))
