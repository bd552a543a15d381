"""HF_ENDPOINT and the stored token."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from hubaudit.errors import UsageError
from hubaudit.hub.client import Hub, endpoint_from_environment, token_from_environment
from tests.hub.helpers import TOKEN

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("value", "endpoint"),
    [
        (None, "https://huggingface.co"),
        ("", "https://huggingface.co"),
        ("https://mirror.test/", "https://mirror.test"),
        (" http://127.0.0.1:8080 ", "http://127.0.0.1:8080"),
        ("https://mirror.test/hub//", "https://mirror.test/hub"),
        ("http://[::1]:80", "http://[::1]:80"),
    ],
)
def test_the_endpoint(monkeypatch: pytest.MonkeyPatch, value: str | None, endpoint: str) -> None:
    if value is not None:
        monkeypatch.setenv("HF_ENDPOINT", value)
    assert endpoint_from_environment() == endpoint


@pytest.mark.parametrize(
    "value",
    [
        "huggingface.co",
        "ftp://mirror.test",
        "https://",
        "https:///path",
        "https://me:secret@mirror.test",
        "https://mirror.test:port",
        "https://mirror.test:0",
        "https://[::1",
        "https://mirror.test/?a=secret",
        "https://mirror.test/#secret",
        "https://mirror.test/a b",
        "https://mirr\u00f6r.test",
    ],
)
def test_a_bad_endpoint_is_a_usage_error_that_repeats_no_password(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", value)
    with pytest.raises(UsageError, match="HF_ENDPOINT") as error:
        endpoint_from_environment()
    assert "secret" not in str(error.value)


def test_the_token_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert token_from_environment() is None
    monkeypatch.setenv("HF_TOKEN", f" {TOKEN}\n")
    assert token_from_environment() == TOKEN


def test_the_token_that_a_login_stored(home: Path) -> None:
    (home / "huggingface").mkdir()
    (home / "huggingface" / "token").write_text(TOKEN)
    assert token_from_environment() == TOKEN


def test_the_switch_for_implicit_tokens_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_DISABLE_IMPLICIT_TOKEN", True)
    assert token_from_environment() is None


@pytest.mark.parametrize("token", [f"{TOKEN}\r\nX-Other: 1", f"{TOKEN} x", f"{TOKEN}\u00e9", f"{TOKEN}\x00"])
def test_a_token_that_would_break_a_header_is_refused_unseen(token: str) -> None:
    with pytest.raises(UsageError) as error:
        Hub("https://hub.test", token)
    assert "hf_" not in str(error.value)


def test_a_token_that_cannot_be_read_is_a_usage_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> str:
        raise PermissionError(TOKEN)

    monkeypatch.setattr("huggingface_hub.get_token", broken)
    with pytest.raises(UsageError, match="PermissionError") as error:
        token_from_environment()
    assert TOKEN not in str(error.value)


@pytest.mark.parametrize("proxy", ["gopher://user:secret@proxy.test", "http://user:secret@proxy.test:port"])
def test_an_unusable_proxy_is_a_usage_error_without_its_password(
    monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    with pytest.raises(UsageError, match="proxy") as error:
        Hub("https://hub.test", "")
    assert "secret" not in str(error.value)


def test_nothing_printable_of_the_hub_holds_the_token() -> None:
    async def scenario() -> str:
        async with Hub("https://hub.test", TOKEN) as hub:
            return f"{hub!r} {hub} {hub._wire!r} {hub._places!r} {hub.quota!r}"

    assert TOKEN not in asyncio.run(scenario())
