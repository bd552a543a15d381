"""What the API tells of a repository's git side: tree, commits, refs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakehub.access import entry_missing
from tests.fakehub.files import blob_id, digest

if TYPE_CHECKING:
    from tests.fakehub.catalogue import Repo
    from tests.fakehub.messages import Request


def tree(request: Request, repo: Repo, folder: str) -> list[dict[str, Any]]:
    """Return the rows of a folder; with `recursive` of all below it, where folders keep their rows."""
    prefix = f"{folder.rstrip('/')}/" if folder else ""
    inside = [path for path in sorted(repo.files) if path.startswith(prefix)]
    if folder and not inside:
        entry_missing(request, repo.sha)
    folders = {path[: len(prefix) + at] for path in inside for at in _slashes(path[len(prefix) :])}
    rows = [_folder_row(name) for name in sorted(folders)] + [_file_row(repo, path) for path in inside]
    if request.param("recursive") == "true":
        return rows
    return [row for row in rows if "/" not in row["path"][len(prefix) :]]


def commits(repo: Repo) -> list[dict[str, Any]]:
    """Return the commits up to this one, newest first."""
    history = [repo, *reversed(list(repo.past.values()))]
    return [
        {"id": at.sha, "title": "Update", "message": "", "authors": [], "date": at.record.get("lastModified")}
        for at in history
    ]


def refs(repo: Repo) -> dict[str, Any]:
    """Return the branches; the fake Hub's repositories have one."""
    main = {"name": "main", "ref": "refs/heads/main", "targetCommit": repo.sha}
    return {"branches": [main], "converts": [], "tags": []}


def _slashes(path: str) -> list[int]:
    return [at for at, letter in enumerate(path) if letter == "/"]


def _folder_row(name: str) -> dict[str, Any]:
    return {"type": "directory", "oid": blob_id(name.encode()), "size": 0, "path": name}


def _file_row(repo: Repo, path: str) -> dict[str, Any]:
    content = repo.files[path]
    row: dict[str, Any] = {"type": "file", "oid": blob_id(content), "size": len(content), "path": path}
    if path in repo.lfs:
        row["lfs"] = {"oid": digest(content), "size": len(content), "pointerSize": 135}
    return row
