"""Ids as people type them, and ids and paths as strangers write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubaudit.errors import UsageError
from hubaudit.hub.ids import check_repo_id, is_file_path, is_repo_id, is_revision, quoted
from hubaudit.model import Kind


@pytest.mark.parametrize(
    ("typed", "repo_id"),
    [
        ("gpt2", "gpt2"),
        ("org/name", "org/name"),
        ("  org/name\n", "org/name"),
        ("Org-1/na_me.v2", "Org-1/na_me.v2"),
        ("org/" + "n" * 250, "org/" + "n" * 250),
        ("https://huggingface.co/org/name", "org/name"),
        ("https://huggingface.co/org/name/", "org/name"),
        ("https://huggingface.co/org/name/tree/main/sub/folder", "org/name"),
        ("https://huggingface.co/org/name?library=x#usage", "org/name"),
        ("https://huggingface.co/gpt2/blob/main/README.md", "gpt2"),
        ("http://hf.co/org/name", "org/name"),
        ("huggingface.co/org/name", "org/name"),
        ("https://huggingface.co/datasets/org/data/viewer", "org/data"),
        ("https://huggingface.co/datasets/squad", "squad"),
        ("datasets/org/data", "org/data"),
        ("hf://org/name@main/config.json", "org/name"),
        ("hf://datasets/org/data", "org/data"),
    ],
)
def test_an_id_is_found_in_what_people_paste(typed: str, repo_id: str) -> None:
    assert check_repo_id(typed) == repo_id


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "not a repo id"),
        ("org/", "not a repo id"),
        ("/name", "not a repo id"),
        ("a/b/c", "too many parts"),
        ("-org/name", "not a repo id"),
        ("org/name.", "not a repo id"),
        ("org/na me", "not a repo id"),
        ("org/näme", "not a repo id"),
        ("org/" + "n" * 301, "not a repo id"),
        ("org/name--v2", "no '--'"),
        ("org/na..me", r"no '\.\.'"),
        ("org/name.git", "no '.git'"),
        ("../etc", "not a repo id"),
        ("org/..", "not a repo id"),
        ("org/na%2fme", "not a repo id"),
        ("org/name?x=1", "not a repo id"),
        ("org/name\x1b[31m", r"\\x1b"),
        ("https://evil.test/org/name", "not an address on huggingface.co"),
        ("https://huggingface.co@evil.test/org/name", "not an address on huggingface.co"),
        ("ftp://huggingface.co/org/name", "not an address on huggingface.co"),
        ("https://[broken/org/name", "not an address"),
        ("https://huggingface.co/", "not a repo id"),
        ("https://huggingface.co/org/%2e%2e", "not a repo id"),
        ("https://huggingface.co/spaces/org/demo", "Space"),
    ],
)
def test_anything_else_is_explained(typed: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason) as error:
        check_repo_id(typed)
    assert str(error.value).isprintable()


def test_a_datasets_address_is_no_model() -> None:
    address = "https://huggingface.co/datasets/org/data"
    with pytest.raises(UsageError, match="is a dataset, a model is needed"):
        check_repo_id(address, Kind.MODEL)
    assert check_repo_id(address, Kind.DATASET) == "org/data"
    assert check_repo_id("org/data", Kind.DATASET) == "org/data"


@pytest.mark.parametrize("path", ["", "/README.md", "a//b", "../b", "a/..", "./a", "a\nb", "a\x00", "\ud800"])
def test_a_path_out_of_the_repository_is_no_file_path(path: str) -> None:
    assert not is_file_path(path)


@pytest.mark.parametrize("revision", ["", ".", "..", "a/b", "-x", "a%2f", "x y", "m\u00e4in", "a" * 101])
def test_a_revision_is_one_plain_word(revision: str) -> None:
    assert not is_revision(revision)


@given(st.text())
def test_no_file_path_changes_the_address_around_it(path: str) -> None:
    encoded = quoted(path) if is_file_path(path) else "x"
    assert encoded.isascii()
    assert not set("?#\\ %") & set(encoded.replace("%", "", encoded.count("%")))
    assert encoded.count("/") == (path.count("/") if is_file_path(path) else 0)


@given(st.from_regex(r"[\w./%?#@ -]{1,30}", fullmatch=True))
def test_an_id_needs_no_encoding(text: str) -> None:
    assert not is_repo_id(text) or (quoted(text) == text and ".." not in text.split("/"))
