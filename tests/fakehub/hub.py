"""The fake Hub as tests use it."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Self

from tests.fakehub import files
from tests.fakehub.access import Accounts
from tests.fakehub.app import App
from tests.fakehub.catalogue import Catalogue
from tests.fakehub.clock import Clock
from tests.fakehub.faults import Faults
from tests.fakehub.messages import text_reply
from tests.fakehub.quota import Quota
from tests.fakehub.server import Listener, Server
from tests.fakehub.tls import Authority

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tests.fakehub.catalogue import Repo
    from tests.fakehub.messages import Reply, Request
    from tests.fakehub.quota import Bucket, Window


@dataclass(frozen=True, slots=True)
class Seen:
    """A request that arrived, and the status it got. `origin` tells the Hub from its storage."""

    origin: str
    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    authorized: bool  # whether an Authorization header was sent
    status: int


class FakeHub:
    """A Hub on loopback; use it as a context manager. Everything on it may be changed while it runs.

    `catalogue` holds the repositories, `accounts` the tokens, `quota` the rate limits, `clock` the time,
    `faults` what goes wrong. With `tls` both ports speak TLS, and `trust()` makes a client believe them.
    """

    def __init__(
        self,
        repos: Iterable[Repo] = (),
        *,
        clock: Clock | None = None,
        quota: Mapping[Bucket, Window] | None = None,
        tls: bool = False,
        port: int = 0,
    ) -> None:
        self.clock = clock or Clock()
        self.catalogue = Catalogue(self.clock)
        self.catalogue.put(*repos)
        self.quota = Quota(self.clock, quota)
        self.accounts = Accounts()
        self.faults = Faults()
        self.requests: list[Seen] = []
        self.before: Callable[[Request], None] | None = None  # called with each request before it is answered
        self._failures: list[Exception] = []
        self._app = App(self.catalogue, self.quota, self.accounts)
        self._authority = Authority() if tls else None
        context = self._authority.server_context() if self._authority else None
        self._hub = Listener(partial(self._answer, self._app), context, port)
        self._storage = Listener(partial(self._answer, partial(files.stored, self.catalogue)), context)
        self._server = Server([self._hub, self._storage])

    @property
    def url(self) -> str:
        """The endpoint, as `HF_ENDPOINT` takes it."""
        return self._hub.origin

    @property
    def storage_url(self) -> str:
        """The other origin, where large files are kept."""
        return self._storage.origin

    @property
    def authority_pem(self) -> bytes:
        """The certificate that a client of a TLS hub must trust."""
        if self._authority is None:
            raise ValueError("this hub speaks plain HTTP")
        return self._authority.pem

    def trust(self) -> ssl.SSLContext:
        """Return a client's TLS context that trusts this hub and nobody else."""
        return ssl.create_default_context(cadata=self.authority_pem.decode())

    def start(self) -> Self:
        """Open the ports. Raises OSError when the port is taken."""
        self._server.start()
        self._app.storages[self.url] = self.storage_url
        return self

    def stop(self) -> None:
        """Close every connection. Raises what broke inside the fake: it must not pass for a Hub's failure."""
        self._server.stop()
        if self._failures:
            raise self._failures[0]

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _answer(self, app: Callable[[Request], Reply], request: Request) -> Reply:
        try:
            if self.before:
                self.before(request)
            reply = self.faults.apply(request, app(request))
        except Exception as error:  # noqa: BLE001 - whatever it is, `stop` raises it in the test's thread
            self._failures.append(error)
            reply = text_reply(500, f"The fake Hub is broken: {error!r}")
        authorized = "authorization" in request.headers
        self.requests.append(
            Seen(request.origin, request.method, request.path, request.query, authorized, reply.status)
        )
        return reply
