"""Repository ids: what a person may type, and how an id becomes a path it cannot leave.

Standard library only, so that an id can be checked before anything heavy is loaded.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, urlsplit

from hubaudit.errors import UsageError
from hubaudit.model import Kind

# The Hub gives no name of more than 96 characters now; older ones stay, of up to 250 in the list of 2022.
_NAME = r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,298}[A-Za-z0-9_])?"
_ID = re.compile(rf"(?:{_NAME}/)?{_NAME}")
_REVISION = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
_UNSENDABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")  # control characters and halves of a character
_HOSTS = frozenset({"huggingface.co", "www.huggingface.co", "hf.co"})
_PAGES = frozenset(
    {"tree", "blob", "resolve", "raw", "commit", "commits", "discussions"}
)  # pages of one repo
_EXAMPLE = "an id looks like openai-community/gpt2"


def is_repo_id(text: str) -> bool:
    """Whether this has the shape of an id: a name, or namespace/name, of ASCII letters, digits and `._-`."""
    return _ID.fullmatch(text) is not None


def is_revision(text: str) -> bool:
    """Whether this can stand as one revision in a path: a commit or a plain branch name."""
    return _REVISION.fullmatch(text) is not None


def is_file_path(text: str) -> bool:
    """Whether this names a file below the repository's root and nothing outside it."""
    steps = text.split("/")
    return not _UNSENDABLE.search(text) and not any(step in {"", ".", ".."} for step in steps)


def quoted(path: str) -> str:
    """Percent-encode a file path so that only its own slashes separate segments."""
    return "/".join(quote(step, safe="") for step in path.split("/"))


def check_repo_id(text: str, kind: Kind | None = None) -> str:
    """Return the id in what a person typed: an id, an address on the Hub, or `hf://`.

    With `kind`, an address of the other kind is an error. Raises UsageError, which says what is wrong.
    """
    found, repo_id = split_reference(text)
    if found is not None and kind is not None and found is not kind:
        raise UsageError(f"{_shown(text)} is a {found}, a {kind} is needed here")
    return _checked(repo_id, text)


def check_owner(text: str) -> None:
    """Raise UsageError, which says what is wrong, for what cannot be the name of a user or organization."""
    if "/" in text or not is_repo_id(text):
        raise UsageError(f"{_shown(text)} is not an owner's name: it is the part of an id before the slash")


def split_reference(text: str) -> tuple[Kind | None, str]:
    """Split what a person typed into the kind that it says (None: a bare id says none) and the unchecked id.

    Raises UsageError for an address that is not on the Hub or belongs to neither a model nor a dataset.
    """
    text = text.strip()
    if text.startswith("hf://"):
        return _kind_and_id(text.removeprefix("hf://").split("@", 1)[0].split("/"))
    if "://" in text or text.split("/", 1)[0].lower() in _HOSTS:
        return _kind_and_id(_steps_of_address(text))
    if text.startswith("datasets/"):
        return Kind.DATASET, text.removeprefix("datasets/")
    return None, text


def _steps_of_address(text: str) -> list[str]:
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
    except ValueError:
        raise UsageError(f"{_shown(text)} is not an address; {_EXAMPLE}") from None
    if parts.scheme not in {"http", "https"} or parts.hostname not in _HOSTS:
        raise UsageError(f"{_shown(text)} is not an address on huggingface.co; {_EXAMPLE}")
    return [unquote(step) for step in parts.path.strip("/").split("/")]


def _kind_and_id(steps: list[str]) -> tuple[Kind, str]:
    if steps[0] == "spaces":
        raise UsageError("that is the address of a Space; hubaudit looks at models and datasets")
    kind = Kind.DATASET if steps[0] == "datasets" else Kind.MODEL
    names = steps[1:] if kind is Kind.DATASET else steps
    alone = len(names) < 2 or names[1] in _PAGES  # noqa: PLR2004 -- namespace and name
    return kind, "/".join(names[:1] if alone else names[:2])


def _checked(repo_id: str, text: str) -> str:
    if repo_id.count("/") > 1:
        raise UsageError(f"{_shown(text)} has too many parts; {_EXAMPLE}")
    if not is_repo_id(repo_id):
        raise UsageError(
            f"{_shown(text)} is not a repo id: letters, digits, '-', '_' and '.', at most 300 a name, "
            f"none of them starting or ending in '-' or '.'; {_EXAMPLE}"
        )
    if "--" in repo_id or ".." in repo_id or repo_id.endswith(".git"):
        raise UsageError(f"{_shown(text)}: an id has no '--', no '..' and no '.git' at its end; {_EXAMPLE}")
    return repo_id


def _shown(text: str) -> str:
    """Quote the typed text for an error line, cut and with control characters escaped."""
    return ascii(text if len(text) <= 80 else f"{text[:77]}...")  # noqa: PLR2004 -- fits one terminal line
