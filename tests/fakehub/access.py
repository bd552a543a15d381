"""Who may see what, and the Hub's words for "no": the status table of its API."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from tests.fakehub.messages import Refused, Request, json_reply, text_reply

if TYPE_CHECKING:
    from tests.fakehub.catalogue import Repo

_CHALLENGE = {"WWW_Authenticate": 'Bearer realm="Authentication required", charset="UTF-8"'}


class Accounts:
    """The valid tokens, and the gated or private repositories that each may read."""

    def __init__(self) -> None:
        self._readable: dict[str, set[str]] = {}

    def grant(self, token: str, *repo_ids: str) -> None:
        """Make a token valid, and let it read these repositories."""
        self._readable.setdefault(token, set()).update(repo_ids)

    def check(self, request: Request) -> None:
        """Refuse a token that the Hub does not know, whatever it asks for."""
        if request.token is not None and request.token not in self._readable:
            refuse(request, 401, "Invalid credentials in Authorization header", **_CHALLENGE)

    def may_read(self, request: Request, repo: Repo) -> bool:
        """Whether the client was let into this repository."""
        return repo.id in self._readable.get(request.token or "", ())


def refuse(request: Request, status: int, text: str, code: str | None = None, **headers: str) -> NoReturn:
    """Answer an error: JSON on an API route, else plain text; the same words as a header."""
    headers["X_Error_Message"] = text
    if code:
        headers["X_Error_Code"] = code
    if request.path.startswith("/api/") and not request.path.startswith("/api/resolve-cache/"):
        raise Refused(json_reply({"error": text}, status, **headers))
    raise Refused(text_reply(status, text, **headers))


def not_found(request: Request) -> NoReturn:
    """Answer for a repository that is missing, or that the client may not know of: alike on purpose."""
    if request.token is None:
        refuse(request, 401, "Invalid username or password.", **_CHALLENGE)
    refuse(request, 404, "Repository not found", "RepoNotFound")


def moved(location: str) -> NoReturn:
    """Lead to another name of a repository."""
    body = f"Temporary Redirect. Redirecting to {location}"
    raise Refused(text_reply(307, body, Location=location))


def check_files(request: Request, repo: Repo, accounts: Accounts) -> None:
    """Refuse the files of a repository that is switched off or behind a gate."""
    if repo.record.get("disabled"):
        refuse(request, 403, "Access to this resource is disabled.")
    if not repo.record.get("gated") or accounts.may_read(request, repo):
        return
    name = f"Access to {repo.kind} {repo.id} is restricted"
    if request.token is None:
        text = f"{name}. You must have access to it and be authenticated to access it. Please log in."
        refuse(request, 401, text, "GatedRepo", **_CHALLENGE)
    refuse(request, 403, f"{name} and you are not in the authorized list.", "GatedRepo")


def revision_missing(request: Request, revision: str) -> NoReturn:
    """Answer for a branch or commit that is not there."""
    refuse(request, 404, f"Invalid rev id: {revision}", "RevisionNotFound")


def entry_missing(request: Request, commit: str) -> NoReturn:
    """Answer for a file that this commit does not hold."""
    refuse(request, 404, "Entry not found", "EntryNotFound", X_Repo_Commit=commit)
