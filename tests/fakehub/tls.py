"""A throw-away certificate authority, for what clients do only over https."""

from __future__ import annotations

import ssl


class Authority:
    """Vouches for loopback. `pem` is what a client must trust."""

    def __init__(self) -> None:
        import trustme  # noqa: PLC0415 - its cryptography is slow to load, and plain hubs need none

        self._authority = trustme.CA()
        self.pem = self._authority.cert_pem.bytes()

    def server_context(self) -> ssl.SSLContext:
        """Return the TLS side of a listener."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
        return context
