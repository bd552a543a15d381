"""The folder of a walk: torn and missing files, and where the cache is."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest

from hubaudit.crawl import disk
from hubaudit.crawl.cache import WalkFolder
from hubaudit.crawl.disk import cache_folder, write_whole
from hubaudit.crawl.walk import End, Limits
from hubaudit.errors import CacheError, CacheLockedError
from hubaudit.model import Kind
from tests.conftest import ROOT
from tests.crawl.helpers import crawl, folder_of, ids, rows_on_disk, state_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.fakehub import FakeHub

ALL = [f"acme/m{n:03d}" for n in range(23)]


@pytest.fixture
def half(fake: FakeHub, cache: Path) -> Path:
    """A walk that was stopped after two pages."""
    crawl(fake, cache, limits=Limits(requests=2))
    return cache / "walks" / "model"


def test_a_page_beyond_walk_json_is_written_again(fake: FakeHub, cache: Path, half: Path) -> None:
    (half / "page-00003.json.zst").write_bytes(b"torn")
    (half / "page-00004.json.zst.part").write_bytes(b"torn")
    assert crawl(fake, cache).end is End.DONE
    assert ids(rows_on_disk(cache)) == ALL


DAMAGES: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "last byte": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "one bit": lambda path: path.write_bytes(path.read_bytes()[:-1] + bytes([path.read_bytes()[-1] ^ 1])),
    "something else": lambda path: path.write_bytes(b"<html>"),
    "a huge size": lambda path: path.write_bytes(bytes.fromhex("28b52ffde0ffffffffffffff00")),
    "gone": lambda path: path.unlink(),
    "a folder": lambda path: path.rename(path.with_suffix(".away")).parent.joinpath(path.name).mkdir(),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_last_page_says_how_to_begin_again(
    fake: FakeHub, cache: Path, half: Path, damage: Callable[[Path], object]
) -> None:
    damage(half / "page-00002.json.zst")
    with pytest.raises(CacheError, match="page-00002") as error:
        crawl(fake, cache)
    assert f"delete the folder {half} and crawl again" in str(error.value)
    assert len(fake.requests) == 2


def test_a_missing_earlier_page_is_noticed_too(fake: FakeHub, cache: Path, half: Path) -> None:
    (half / "page-00001.json.zst").unlink()
    with pytest.raises(CacheError, match=r"page-00001\S* is missing"):
        crawl(fake, cache)
    with pytest.raises(CacheError, match=r"page-00001\S* is missing"):
        folder_of(cache).page_files(state_of(cache))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"{}",
        b"\xff",
        b"[" * 100_000,
        b'{"kind": "space"}',
    ],
)
def test_a_broken_walk_json_says_how_to_begin_again(
    fake: FakeHub, cache: Path, half: Path, text: bytes
) -> None:
    (half / "walk.json").write_bytes(text)
    with pytest.raises(CacheError, match=r"walk\.json cannot be read: delete the folder"):
        crawl(fake, cache)


@pytest.mark.parametrize(
    "change",
    [
        ("2026", "next"),
        ('"full"', '"sideways"'),
        ('"pages"', '"pager"'),
        ('"is_done"', '"more": 1, "is_done"'),
    ],
)
def test_a_walk_json_of_another_make_is_not_guessed_at(
    fake: FakeHub, cache: Path, half: Path, change: tuple[str, str]
) -> None:
    path = half / "walk.json"
    path.write_text(path.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    with pytest.raises(CacheError, match="delete the folder"):
        crawl(fake, cache)


def test_no_walk_is_no_state(cache: Path) -> None:
    assert folder_of(cache).state() is None


def test_the_folder_is_held_by_one_at_a_time(cache: Path) -> None:
    with (
        WalkFolder.held(cache, Kind.MODEL),
        WalkFolder.held(cache, Kind.DATASET),
        pytest.raises(CacheLockedError, match=f"process {os.getpid()} is crawling into") as error,
        WalkFolder.held(cache, Kind.MODEL),
    ):
        pass
    assert "HUBAUDIT_CACHE" in str(error.value)
    with WalkFolder.held(cache, Kind.MODEL):
        (cache / "walks/model/walk.pid").write_bytes(b"?")
        with pytest.raises(CacheLockedError, match="another process"), WalkFolder.held(cache, Kind.MODEL):
            pass


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EACCES, errno.EIO])
def test_what_cannot_be_written_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def fail(_: int) -> None:
        raise OSError(code, os.strerror(code))

    path = tmp_path / "walk.json"
    write_whole(path, b"before")
    monkeypatch.setattr(os, "fsync", fail)
    is_full = code not in {errno.EACCES, errno.EIO}
    with pytest.raises(CacheError, match="the disk is full" if is_full else os.strerror(code)):
        write_whole(path, b"after")
    assert path.read_bytes() == b"before"
    assert [entry.name for entry in tmp_path.iterdir()] == ["walk.json"]


def test_a_cache_that_is_no_folder_is_one_line(fake: FakeHub, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(CacheError, match="HUBAUDIT_CACHE"):
        crawl(fake, tmp_path / "file")


def test_the_cache_is_where_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HUBAUDIT_CACHE", str(tmp_path / "there"))
    assert cache_folder() == tmp_path / "there"


@pytest.mark.parametrize("value", ["", None])
def test_the_cache_of_a_checkout_is_its_own(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    monkeypatch.delenv("HUBAUDIT_CACHE")
    if value is not None:
        monkeypatch.setenv("HUBAUDIT_CACHE", value)
    assert cache_folder() == ROOT / "cache"


def test_an_installed_hubaudit_uses_the_platforms_cache(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, home: Path
) -> None:
    monkeypatch.delenv("HUBAUDIT_CACHE")
    monkeypatch.setattr(disk, "_CHECKOUT", tmp_path)
    assert cache_folder().name == "hubaudit"
    assert home in cache_folder().parents
