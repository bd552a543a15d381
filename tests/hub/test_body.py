"""Bodies that are too large, cut off, or far larger unpacked than sent."""

from __future__ import annotations

import asyncio
import gzip
import tracemalloc
from typing import TYPE_CHECKING

import httpx
import pytest

from hubaudit.hub.body import read_body
from hubaudit.hub.faults import Fault, Stop
from hubaudit.model import Outcome

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

TEXT = b"card " * 200
ZIPPED = gzip.compress(TEXT, mtime=0)


def read(body: bytes, encoding: str, limit: int, *, length: str = "", step: int = 65536) -> bytes:
    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(body), step):
            yield body[start : start + step]

    headers = {"Content-Encoding": encoding, "Content-Length": length}
    return asyncio.run(read_body(httpx.Response(200, content=chunks(), headers=headers), limit))


@pytest.mark.parametrize("step", [1, 7, 65536])
@pytest.mark.parametrize(
    ("body", "encoding"), [(TEXT, ""), (TEXT, "identity"), (ZIPPED, "gzip"), (ZIPPED, " GZip ")]
)
def test_a_body_up_to_the_limit_is_read(body: bytes, encoding: str, step: int) -> None:
    assert read(body, encoding, len(TEXT), step=step) == TEXT
    with pytest.raises(Stop, match="larger than") as stop:
        read(body, encoding, len(TEXT) - 1, step=step)
    assert stop.value.outcome is Outcome.TOO_LARGE


@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_an_empty_body_is_empty(encoding: str) -> None:
    assert read(b"", encoding, 10) == b""


def test_a_declared_length_above_the_limit_is_not_read() -> None:
    with pytest.raises(Stop, match="larger than"):
        read(b"", "", 10, length="11")


@pytest.mark.parametrize("length", ["-1", "many", "1e9", "10, 10"])
def test_a_length_that_is_no_number_says_nothing(length: str) -> None:
    assert read(b"x" * 10, "", 10, length=length) == b"x" * 10


BROKEN = {
    "cut": (ZIPPED[:-9], "gzip"),
    "cut to a byte": (ZIPPED[:1], "gzip"),
    "wrong sum": (ZIPPED[:-8] + bytes(8), "gzip"),
    "no gzip": (b"not gzip", "gzip"),
    "more behind": (ZIPPED + b"more", "gzip"),
    "not asked for": (TEXT, "br"),
    "twice": (gzip.compress(ZIPPED), "gzip, gzip"),
}


@pytest.mark.parametrize("step", [1, 65536])
@pytest.mark.parametrize(("body", "encoding"), BROKEN.values(), ids=BROKEN)
def test_a_body_that_cannot_be_decoded_is_a_fault(body: bytes, encoding: str, step: int) -> None:
    with pytest.raises(Fault):
        read(body, encoding, 10_000, step=step)


def test_a_bomb_is_not_unpacked() -> None:
    bomb = gzip.compress(bytes(100 * 2**20), 9)
    tracemalloc.start()
    with pytest.raises(Stop):
        read(bomb, "gzip", 2**20)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 8 * 2**20
