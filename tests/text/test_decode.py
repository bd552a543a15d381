import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubaudit.text.decode import blob_sha1, decode


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", ("", "utf-8")),
        ("größer".encode(), ("größer", "utf-8")),
        (b"\xef\xbb\xbf---\na: 1", ("---\na: 1", "utf-8-sig")),
        (b"\xef\xbb\xbf\xff", ("ï»¿ÿ", "latin-1")),  # the mark itself, read byte by byte
        ("\ufeffdé".encode("utf-16-le"), ("dé", "utf-16")),
        ("\ufeffdé".encode("utf-16-be"), ("\ufeffdé", "utf-16-be")),
        (b"\xff\xfea", ("ÿþa", "latin-1")),
        (b"a\x00b", ("a\x00b", "utf-8")),
        (b"caf\xe9", ("café", "latin-1")),
        (b"\xed\xa0\x80", ("í\xa0\x80", "latin-1")),  # a lone surrogate is no UTF-8
    ],
)
def test_each_kind_of_bytes_is_read(content: bytes, expected: tuple[str, str]) -> None:
    assert decode(content) == expected


@given(st.binary(max_size=200))
@settings(max_examples=50)
def test_what_latin_1_reads_can_be_written_back(content: bytes) -> None:
    text, encoding = decode(content)
    if encoding in ("utf-8", "utf-8-sig", "latin-1"):
        assert text.encode(encoding) == content
    else:
        assert encoding in {"utf-16", "utf-16-be"}


def test_the_blob_id_is_gits() -> None:
    assert blob_sha1(b"") == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"  # every git repository's empty file
    assert blob_sha1(b"what is up, doc?") == "bd9dbf5aae1a3862dd1526723246b20206e5fc37"  # git's own handbook
    assert blob_sha1(b"a\n") != hashlib.sha1(b"a\n", usedforsecurity=False).hexdigest()
