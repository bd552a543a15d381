"""Where the cache is, files that are written wholly or not at all, and one crawl at a time in a folder."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from hubaudit.errors import CacheError, CacheLockedError
from hubaudit.store.durable import put_in_place

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHECKOUT = Path(__file__).parents[3]
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_LOCK, _HOLDER = "walk.lock", "walk.pid"


def cache_folder() -> Path:
    """Return `HUBAUDIT_CACHE`, else cache/ of the checkout that runs, else the platform's user cache."""
    given = os.environ.get("HUBAUDIT_CACHE")
    if given:
        return Path(given)
    in_checkout = _CHECKOUT / "cache"
    if (in_checkout / "README.md").is_file() and (_CHECKOUT / "pyproject.toml").is_file():
        return in_checkout
    from platformdirs import user_cache_path  # noqa: PLC0415 - only when nothing names a folder

    return user_cache_path("hubaudit")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that its name shows all of it, or what it showed before, also after a power cut.

    Raises CacheError, with a word of its own for a full disk.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_bytes(content)
        put_in_place(part, path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise _explained(error, path) from error


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Make the folder and keep other crawls out of it; a killed process leaves it free.

    Raises CacheLockedError, which names the other process, and CacheError.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / _LOCK, timeout=0)
        lock.acquire()
    except Timeout:
        raise CacheLockedError(
            f"{_holder(folder)} is crawling into {folder}: wait until it ends, "
            "or let HUBAUDIT_CACHE name another folder"
        ) from None
    except OSError as error:
        raise _explained(error, folder) from error
    try:
        write_whole(folder / _HOLDER, str(os.getpid()).encode())
        yield
    finally:
        lock.release()


def _holder(folder: Path) -> str:
    """Return who holds the lock. Its number is written a moment after the lock was taken."""
    try:
        return f"process {int((folder / _HOLDER).read_bytes())}"
    except (OSError, ValueError):
        return "another process"


def _explained(error: OSError, path: Path) -> CacheError:
    if error.errno in _FULL:
        return CacheError(
            f"the disk is full: {path} was not written, what was written before is good. "
            "Free some space and crawl again: it goes on where it was"
        )
    return CacheError(
        f"cannot write {path}: {error.strerror}. Let HUBAUDIT_CACHE name a folder that can be written"
    )
