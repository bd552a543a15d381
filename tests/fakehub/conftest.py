"""A running fake Hub and a plain client of it."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.fakehub import FakeHub
from tests.fakehub.samples import REPOS

if TYPE_CHECKING:
    from collections.abc import Iterator

TRUSTS_NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # for plain HTTP: loading certificates takes 0.1 s


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    with FakeHub(REPOS) as running:
        running.accounts.grant("tok-good", "acme/secret")
        yield running


@pytest.fixture
def client(hub: FakeHub) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=hub.url, verify=TRUSTS_NOBODY) as opened:
        yield opened
