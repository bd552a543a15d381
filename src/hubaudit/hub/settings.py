"""Where the Hub and the code host are and who asks: checked before anything is sent."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from hubaudit.errors import UsageError

CODE_HOST = "https://api.github.com"
DEFAULT_ENDPOINT = "https://huggingface.co"


def endpoint_from_environment() -> str:
    """Return HF_ENDPOINT, or the public Hub without it. Raises UsageError when it is not an address."""
    return check_endpoint(os.environ.get("HF_ENDPOINT") or DEFAULT_ENDPOINT)


def check_endpoint(text: str) -> str:
    """Return the endpoint without a trailing slash.

    Raises UsageError; its text does not repeat the address, which may hold a password.
    """
    address = text.strip().rstrip("/")
    if not _is_address(address):
        raise UsageError(
            f"the endpoint (HF_ENDPOINT or --endpoint) must be http:// or https:// with a host, "
            f"without user, query or fragment, such as {DEFAULT_ENDPOINT}"
        )
    return address


def code_host_from_environment() -> str:
    """Return HUBAUDIT_CODE_HOST, or GitHub's API without it. Raises UsageError when it is not an address."""
    address = (os.environ.get("HUBAUDIT_CODE_HOST") or CODE_HOST).strip().rstrip("/")
    if not _is_address(address):
        raise UsageError(
            f"HUBAUDIT_CODE_HOST must be http:// or https:// with a host, such as {CODE_HOST}: "
            "correct or unset it, or give --no-code-host"
        )
    return address


def code_token_from_environment() -> str | None:
    """Return GITHUB_TOKEN, None without it. Raises UsageError for what is no token."""
    token = os.environ.get("GITHUB_TOKEN", "").strip()
    if not _is_token(token):
        raise UsageError("GITHUB_TOKEN contains characters no token has: correct or unset it")
    return token or None


def _is_address(text: str) -> bool:
    if not text.isascii() or not text.isprintable() or any(sign in text for sign in " ?#@\\"):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, a broken IPv6 address
        return False


def token_from_environment() -> str | None:
    """Return the token that HF_TOKEN holds or `hf auth login` stored, or None.

    HF_HUB_DISABLE_IMPLICIT_TOKEN is respected. Raises UsageError when a configured token cannot be obtained.
    """
    from huggingface_hub import constants, get_token  # noqa: PLC0415 -- slow; most commands need no token

    if constants.HF_HUB_DISABLE_IMPLICIT_TOKEN:
        return None
    try:
        return check_token(get_token())
    except UsageError:
        raise
    except Exception as error:
        # get_token reads files and may renew a login over the network: its errors share no base class.
        raise UsageError(
            f"the stored Hugging Face token cannot be read ({type(error).__name__}): "
            "run `hf auth login` again or set HF_TOKEN"
        ) from error


def check_token(token: str | None) -> str | None:
    """Return a token fit for a header, None for an empty one. Raises UsageError, which never quotes it."""
    token = (token or "").strip()
    if not _is_token(token):
        raise UsageError(
            "the Hugging Face token contains characters no token has: copy it again into HF_TOKEN"
        )
    return token or None


def _is_token(text: str) -> bool:
    return all("!" <= sign <= "~" for sign in text)
