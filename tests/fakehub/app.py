"""From a request to a reply: the Hub without its sockets."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast
from urllib.parse import unquote

from tests.fakehub import files, git
from tests.fakehub.access import Accounts, check_files, moved, not_found, revision_missing
from tests.fakehub.fields import checked_expand, detail, expanded
from tests.fakehub.listing import Listing
from tests.fakehub.messages import HTML, Refused, Reply, Request, json_reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakehub.catalogue import Catalogue, Kind, Repo
    from tests.fakehub.quota import Quota

_ID = r"(?P<id>[^/]+(?:/[^/]+)?)"
_API = r"/api/(?P<kind>model|dataset)s"
_CACHE = r"/api/resolve-cache/(?P<kind>model|dataset)s"
_FILES = r"(?:/(?P<kind>dataset)s)?"
_EXPOSED = (
    "X-Repo-Commit,X-Request-Id,X-Error-Code,X-Error-Message,X-Total-Count,ETag,Link,Accept-Ranges,Content-Range,"
    "X-Linked-Size,X-Linked-ETag,X-Xet-Hash"
)
_PAGE_MISSING = "<!DOCTYPE html><title>404</title>Sorry, we can't find the page you are looking for."
_WORTH_GZIP = 1024  # bytes


@dataclass(frozen=True, slots=True)
class Target:
    """What a path names. `before` and `after` are the parts of the path around the id."""

    kind: Kind
    id: str
    rev: str
    path: str
    before: str
    after: str

    @classmethod
    def of(cls, found: re.Match[str]) -> Target:
        """Read a route's match; a part that the path leaves out gets its default."""
        parts = {"kind": "model", "id": "", "rev": "main", "path": ""}
        parts |= {name: unquote(text) for name, text in found.groupdict().items() if text is not None}
        start, end = found.span("id") if parts["id"] else (0, 0)
        around = found.string[:start], found.string[end:]
        return cls(cast("Kind", parts["kind"]), parts["id"], parts["rev"], parts["path"], *around)


class App:
    """Answers requests out of a catalogue. `storages` says where an origin keeps its large files."""

    def __init__(self, catalogue: Catalogue, quota: Quota, accounts: Accounts) -> None:
        self.storages: dict[str, str] = {}
        self._catalogue = catalogue
        self._quota = quota
        self._accounts = accounts
        self._listing = Listing(catalogue)
        routes: dict[str, Callable[[Request, Target], Reply]] = {
            _API: self._list,
            rf"{_CACHE}/{_ID}/(?P<rev>[0-9a-f]{{40}})/(?P<path>.+)": self._cached,
            rf"{_API}/{_ID}/tree/(?P<rev>[^/]+)(?:/(?P<path>.*))?": self._tree,
            rf"{_API}/{_ID}/commits/(?P<rev>[^/]+)": self._commits,
            rf"{_API}/{_ID}/refs": self._refs,
            rf"{_API}/{_ID}(?:/revision/(?P<rev>[^/]+))?": self._detail,
            rf"{_FILES}/{_ID}/resolve/(?P<rev>[^/]+)/(?P<path>.+)": self._resolve,
            rf"{_FILES}/{_ID}/raw/(?P<rev>[^/]+)/(?P<path>.+)": self._raw,
        }
        self._routes = [(re.compile(pattern), handler) for pattern, handler in routes.items()]

    def __call__(self, request: Request) -> Reply:
        """Answer one request, whatever it is."""
        with self._catalogue.lock:
            told, refusal = self._quota.take(request)
            reply = refusal or self._answer(request)
        common = {
            "X-Powered-By": "huggingface-moon",
            "Vary": "Origin, Accept-Encoding",
            "Access-Control-Expose-Headers": _EXPOSED,
        }
        return _encoded(request, replace(reply, headers={**common, **told, **reply.headers}))

    def _answer(self, request: Request) -> Reply:
        try:
            self._accounts.check(request)
            for pattern, handler in self._routes:
                found = pattern.fullmatch(request.path)
                if found:
                    return handler(request, Target.of(found))
        except Refused as refused:
            return refused.reply
        return Reply(404, {"Content-Type": HTML}, _PAGE_MISSING.encode())

    def _find(self, request: Request, target: Target) -> Repo:
        found = self._catalogue.lookup(target.id, target.kind)
        if isinstance(found, str):
            moved(found if "://" in found else f"{target.before}{found}{target.after}")
        if found is None or (found.record.get("private") and not self._accounts.may_read(request, found)):
            not_found(request)
        return found

    def _find_commit(self, request: Request, target: Target) -> Repo:
        return self._find(request, target).at(target.rev) or revision_missing(request, target.rev)

    def _open(self, request: Request, target: Target) -> Repo:
        found = self._find(request, target)
        check_files(request, found, self._accounts)
        return found.at(target.rev) or revision_missing(request, target.rev)

    def _list(self, request: Request, target: Target) -> Reply:
        return self._listing.page(request, target.kind)

    def _detail(self, request: Request, target: Target) -> Reply:
        repo = self._find_commit(request, target)
        names = checked_expand(request, target.kind)
        return json_reply(expanded(repo, names, self._catalogue) if names else detail(repo, request))

    def _tree(self, request: Request, target: Target) -> Reply:
        return json_reply(git.tree(request, self._find_commit(request, target), target.path))

    def _commits(self, request: Request, target: Target) -> Reply:
        return json_reply(git.commits(self._find_commit(request, target)))

    def _refs(self, request: Request, target: Target) -> Reply:
        return json_reply(git.refs(self._find(request, target)))

    def _resolve(self, request: Request, target: Target) -> Reply:
        repo = self._open(request, target)
        return files.resolve(request, repo, target.path, self.storages[request.origin])

    def _raw(self, request: Request, target: Target) -> Reply:
        return files.raw(request, self._open(request, target), target.path)

    def _cached(self, request: Request, target: Target) -> Reply:
        return files.cached(request, self._open(request, target), target.path)


def _encoded(request: Request, reply: Reply) -> Reply:
    """Leave out a body that the client has already; compress JSON for clients that can read it."""
    etag = reply.headers.get("ETag")
    if reply.status == 200 and etag and request.headers.get("if-none-match") == etag:
        return replace(reply, status=304, body=b"", chunked=False)
    accepts = "gzip" in request.headers.get("accept-encoding", "")
    if not (reply.chunked and accepts and len(reply.body) >= _WORTH_GZIP):
        return reply
    body = gzip.compress(reply.body, compresslevel=1, mtime=0)
    return replace(reply, headers=reply.having(Content_Encoding="gzip"), body=body)
