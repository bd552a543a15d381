"""A file of lines, wherever it is and however it is packed, in pieces of whole lines."""

from __future__ import annotations

import gzip
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import zstandard

from hubaudit.errors import IncompleteError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from huggingface_hub import HfFileSystem

HUB_FILES = "hf://"
PIECE = 32 << 20  # bytes unpacked: what is in memory at a time
LONGEST_LINE = 256 << 20  # bytes; a record is a few thousand
_GZIP, _ZSTD, _PARQUET = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PAR1"


def hub_filesystem() -> HfFileSystem:
    """Return the files of the Hub as huggingface_hub shows them, with its stored token."""
    from huggingface_hub import HfFileSystem  # noqa: PLC0415 - slow to import; most imports are of local files

    return HfFileSystem()


def is_parquet(path: str) -> bool:
    """Whether this is Parquet: by its first bytes, or by the name where it stands for several files."""
    if path.endswith(".parquet"):
        return True
    with opened_raw(path) as file:
        return file.read(len(_PARQUET)) == _PARQUET


@contextmanager
def opened_raw(path: str) -> Iterator[BinaryIO]:
    """Open a local file, or one of the Hub. Raises UsageError when it cannot be opened."""
    try:
        opened = hub_filesystem().open(path, "rb") if path.startswith(HUB_FILES) else _local(path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error).split("\n", 1)[0]
        raise UsageError(f"cannot open {path}: {reason}") from error
    with opened as file:
        yield cast("BinaryIO", file)


def _local(path: str) -> BinaryIO:
    return Path(path).open("rb")


def pieces(path: str) -> Iterator[tuple[str, int]]:
    """Yield the text in pieces of whole lines, each with the bytes read of the file as it is packed.

    Bytes that are no UTF-8 become replacement characters. Raises UsageError, and IncompleteError when the
    file is cut short or damaged.
    """
    with opened_raw(path) as file:
        unpacked = _unpacked(file)
        rest = b""
        try:
            while block := unpacked.read(PIECE):
                whole, newline, rest = (rest + block).rpartition(b"\n")
                if len(rest) > LONGEST_LINE:
                    raise IncompleteError(
                        f"{path} has a line of more than {LONGEST_LINE >> 20} MB: not JSON lines"
                    )
                if newline:
                    yield whole.decode("utf-8", "replace"), file.tell()
        except (EOFError, OSError, zstandard.ZstdError) as error:
            raise IncompleteError(
                f"{path} is cut short or damaged: {error}. Nothing of it was kept"
            ) from error
        if rest:
            yield rest.decode("utf-8", "replace"), file.tell()


def _unpacked(file: BinaryIO) -> BinaryIO:
    start = file.read(len(_ZSTD))
    file.seek(0)
    if start.startswith(_GZIP):
        return cast("BinaryIO", gzip.GzipFile(fileobj=file))
    if start == _ZSTD:
        return cast("BinaryIO", _Zstd(file))
    return file


class _Zstd:
    """zstd frames, one after another; it notices, unlike the library's reader, that the last is cut short."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._frame = zstandard.ZstdDecompressor().decompressobj()
        self._packed = b""
        self._is_inside = False

    def read(self, size: int) -> bytes:
        """Return about `size` bytes, empty at the end. Raises EOFError inside a frame."""
        parts: list[bytes] = []
        while sum(map(len, parts)) < size and self._fill():
            parts.append(self._frame.decompress(self._packed))
            self._is_inside = not self._frame.eof
            self._packed = self._frame.unused_data if self._frame.eof else b""
            if self._frame.eof:
                self._frame = zstandard.ZstdDecompressor().decompressobj()
        return b"".join(parts)

    def _fill(self) -> bool:
        self._packed = self._packed or self._file.read(zstandard.DECOMPRESSION_RECOMMENDED_INPUT_SIZE)
        if not self._packed and self._is_inside:
            raise EOFError("it ends inside a zstd frame")
        return bool(self._packed)
