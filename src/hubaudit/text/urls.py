"""Addresses in prose: where a bare one stands, and one spelling for each."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

# A bare address in running text; the hosts that matter here are often written without the scheme.
BARE_URL = re.compile(
    r"(?<![\w/.@-])(?:https?://|(?:www\.)?(?:huggingface\.co|hf\.co|github\.com)/)[^\s<>\"`\[\]|\\，。；（）「」]+",  # noqa: RUF001 - Chinese punctuation ends an address
    re.IGNORECASE,
)

_HUB = "https://huggingface.co"
_LONGEST = 2_000  # characters; longer ones carry data, not a place
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_NOT_IN_URL = re.compile(r"[\x00-\x20\x7f-\x9f]")
_AUTHORITY = re.compile(r"(?:[^@]*@)?[\w.-]+(?::\d*)?")
_BARE_HOST = re.compile(r"(?:www\.)?(?:huggingface\.co|hf\.co|github\.com)/", re.IGNORECASE)


def normalize_url(url: str) -> str | None:
    """Return the address in one spelling, or None for what is none on the web (mail, scripts, file names).

    A path that starts with a slash is the Hub's own. Scheme and host are lower-cased, punctuation at the end
    goes, the fragment stays.
    """
    absolute = _absolute(_NOT_IN_URL.sub("", url[: _LONGEST + 1]))
    if absolute is None or len(absolute) > _LONGEST:
        return None
    try:
        parts = urlsplit(_without_trailing_punctuation(absolute))
    except ValueError:  # brackets that are no IPv6 address
        return None
    if parts.scheme not in ("http", "https") or not _AUTHORITY.fullmatch(parts.netloc):
        return None
    return urlunsplit(parts._replace(netloc=parts.netloc.lower()))


def _absolute(url: str) -> str | None:
    """Complete what the Hub's page would complete; a name of a file in the repo is not an address."""
    if url.startswith("//"):
        return "https:" + url
    if url.startswith("/"):
        return _HUB + url
    if _BARE_HOST.match(url):
        return "https://" + url
    return url if _SCHEME.match(url) else None


def _without_trailing_punctuation(url: str) -> str:
    """Drop what belongs to the sentence: full stops, quotes, and brackets not opened in the address."""
    while url:
        closes_early = url[-1] == ")" and url.count(")") > url.count("(")
        if not closes_early and url[-1] not in ".,;:!?'\"*_~…’”":  # noqa: RUF001 - typographic quotes
            break
        url = url[:-1]
    return url
