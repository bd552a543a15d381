"""The files of a repository: /resolve, its second hop /api/resolve-cache, and the storage of large files."""

from __future__ import annotations

from hashlib import sha1, sha256
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from tests.fakehub.access import entry_missing, refuse
from tests.fakehub.catalogue import Repo
from tests.fakehub.messages import TEXT, Reply, Request, text_reply

if TYPE_CHECKING:
    from tests.fakehub.catalogue import Catalogue


def resolve(request: Request, repo: Repo, path: str, storage: str) -> Reply:
    """Answer /{id}/resolve/{revision}/{path}: a redirect, to the cache or for a large file to `storage`."""
    content = _content(request, repo, path)
    if path in repo.lfs:
        return _to_storage(repo, content, storage)
    etag = f'"{blob_id(content)}"'
    target = f"/api/resolve-cache/{repo.kind}s/{repo.id}/{repo.sha}/{quote(path)}"
    location = f"{target}?{quote(request.path, safe='')}=&etag={quote(etag)}"
    headers = _headers(repo, etag, len(content))
    if request.headers.get("if-none-match") == etag:
        return Reply(304, {**headers, "ETag": etag})
    body = f"Temporary Redirect. Redirecting to {location}".encode()
    return Reply(307, {"Content-Type": TEXT, "Location": location, **headers}, body)


def cached(request: Request, repo: Repo, path: str) -> Reply:
    """Answer /api/resolve-cache/.../{commit}/{path}: the bytes."""
    content = _content(request, repo, path)
    etag = f'"{blob_id(content)}"'
    headers = {"ETag": etag, "X-Repo-Commit": repo.sha, "Accept-Ranges": "bytes"}
    return Reply(200, {"Content-Type": _content_type(content), **headers}, content)


def raw(request: Request, repo: Repo, path: str) -> Reply:
    """Answer /{id}/raw/{revision}/{path}: the bytes as git keeps them, of a large file its pointer."""
    content = _content(request, repo, path)
    if path in repo.lfs:
        lines = (
            "version https://git-lfs.github.com/spec/v1",
            f"oid sha256:{digest(content)}",
            f"size {len(content)}",
        )
        content = "".join(f"{line}\n" for line in lines).encode()
    return Reply(200, {"Content-Type": _content_type(content), "X-Repo-Commit": repo.sha}, content)


def stored(catalogue: Catalogue, request: Request) -> Reply:
    """Answer for the storage of large files: the bytes, to whoever carries a signature."""
    if request.param("Signature") is None:
        return text_reply(403, "Missing signature")
    kinds, _, rest = request.path.lstrip("/").partition("/")
    repo_id, _, wanted = rest.rpartition("/")
    with catalogue.lock:
        found = catalogue.lookup(unquote(repo_id), "dataset" if kinds == "datasets" else "model")
    commits = [found, *found.past.values()] if isinstance(found, Repo) else []
    for content in (content for repo in commits for content in repo.files.values()):
        if digest(content) == wanted:
            etag = f'"{digest(wanted.encode())}"'  # as on the Hub, another hash than the file's own
            return Reply(200, {"Content-Type": "application/octet-stream", "ETag": etag}, content)
    return text_reply(404, "No such object")


def blob_id(content: bytes) -> str:
    """Return git's id of a file."""
    return sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def digest(content: bytes) -> str:
    """Return the id of a file in large file storage."""
    return sha256(content).hexdigest()


def _content(request: Request, repo: Repo, path: str) -> bytes:
    if path in repo.files:
        return repo.files[path]
    if repo.unrecorded(path):  # not 404: that would claim a file is absent of which nothing is known
        refuse(request, 403, "The fake Hub's recording does not hold this file.")
    return entry_missing(request, repo.sha)


def _to_storage(repo: Repo, content: bytes, storage: str) -> Reply:
    location = f"{storage}/{repo.kind}s/{quote(repo.id)}/{digest(content)}?Expires=1800000000&Signature=fake"
    headers = _headers(repo, f'"{digest(content)}"', len(content))
    return Reply(302, {"Location": location, "Cache-Control": "no-store", **headers})


def _headers(repo: Repo, etag: str, size: int) -> dict[str, str]:
    return {
        "X-Repo-Commit": repo.sha,
        "X-Linked-Etag": etag,
        "X-Linked-Size": str(size),
        "Accept-Ranges": "bytes",
    }


def _content_type(content: bytes) -> str:
    try:
        content.decode()
    except UnicodeDecodeError:
        return "application/octet-stream"
    return TEXT
