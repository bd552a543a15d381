"""Where a request may go: the endpoint's own addresses, and what a redirect or Link header may lead to.

The token and every followed address stay with the endpoint's scheme, host and port.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

import httpx

from hubaudit.hub.faults import Stop
from hubaudit.hub.ids import is_repo_id, quoted
from hubaudit.model import Kind, Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Places:
    """The addresses of one endpoint."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = httpx.URL(endpoint)
        self._base = endpoint
        self._base_path = self.endpoint.path.rstrip("/")

    def repo(self, kind: Kind, repo_id: str) -> httpx.URL:
        """Return the address of a repository's record."""
        return httpx.URL(f"{self._base}/api/{kind}s/{quoted(repo_id)}")

    def listing(self, kind: Kind, query: list[tuple[str, str]]) -> httpx.URL:
        """Return the address of the first page of the list of all repositories of a kind."""
        return httpx.URL(f"{self._base}/api/{kind}s").copy_with(params=query)

    def files(self, kind: Kind, repo_id: str, commit: str, path: str) -> tuple[httpx.URL, httpx.URL]:
        """Return the two addresses of a file: the immutable one, asked first, and the public one."""
        repo, file = quoted(repo_id), f"{quote(commit, safe='')}/{quoted(path)}"
        page = f"datasets/{repo}" if kind is Kind.DATASET else repo
        cached = f"{self._base}/api/resolve-cache/{kind}s/{repo}/{file}"
        return httpx.URL(cached), httpx.URL(f"{self._base}/{page}/resolve/{file}")

    def within(self, path: str, query: Sequence[tuple[str, str]] = ()) -> httpx.URL:
        """Return the address of a path below this endpoint, or a whole address if it is one on this endpoint.

        Raises Stop for another.
        """
        url = target(self.endpoint, f"{self._base}{path}" if path.startswith("/") else path)
        if not self.own(url):
            raise _refused(url)
        return url.copy_with(params=list(query)) if query else url

    def own(self, url: httpx.URL) -> bool:
        """Whether this is the endpoint itself, the only place that gets the token."""
        return _origin(url) == _origin(self.endpoint) and not url.userinfo

    def renamed(self, kind: Kind, asked: httpx.URL, location: str) -> str:
        """Return the id that a redirect of a record names. Its query is ignored.

        Raises Stop when it leads anywhere but to another record of the same kind on this endpoint.
        """
        url = target(asked, location)
        prefix = f"{self._base_path}/api/{kind}s/"
        repo_id = unquote(url.path.removeprefix(prefix))
        if not self.own(url) or not url.path.startswith(prefix) or not is_repo_id(repo_id):
            raise _refused(url)
        return repo_id

    def moved(self, path: str, asked: httpx.URL, location: str) -> httpx.URL:
        """Return where a redirect of a file leads: the same file here, or an address elsewhere.

        On this endpoint the query is kept, because the immutable address may need its `etag`. Raises Stop for
        another file, or for a place that strangers' redirects must not reach.
        """
        url = target(asked, location)
        same_file = unquote(url.path).endswith(f"/{path}")
        if not (same_file if self.own(url) else self._is_file_store(url)):
            raise _refused(url)
        return url

    def _is_file_store(self, url: httpx.URL) -> bool:
        """Whether file contents may be fetched there: over https, or all on this machine as in a test."""
        local = url.host in _LOOPBACK and self.endpoint.host in _LOOPBACK and self.endpoint.scheme == "http"
        safe = local or (url.scheme == "https" and url.host not in _LOOPBACK)
        return safe and bool(url.host) and not url.userinfo


def next_page(asked: httpx.URL, link: str) -> httpx.URL | None:
    """Return the next page that a Link header names, None without one.

    Raises Stop unless it is another page of the same list.
    """
    following = httpx.Response(200, headers={"Link": link}).links.get("next")
    if following is None:
        return None
    url = same_list(asked, following.get("url", ""))
    if url == asked:
        raise Stop(Outcome.REFUSED, "the Hub's page leads to itself")
    return url


def same_list(asked: httpx.URL, address: str) -> httpx.URL:
    """Return the address if it is a page of the list that `asked` belongs to.

    Raises Stop unless it has the scheme, host, port and path of `asked`.
    """
    url = target(asked, address)
    if _origin(url) != _origin(asked) or url.path != asked.path or url.userinfo:
        raise _refused(url)
    return url


def shown(url: httpx.URL) -> str:
    """Return the address without query, fragment and user: these can hold signatures and passwords."""
    return str(url.copy_with(query=None, fragment=None, userinfo=b""))


def target(asked: httpx.URL, location: str) -> httpx.URL:
    """Return where a redirect leads. Raises Stop for what is no address."""
    try:
        return asked.join(location).copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError):
        raise Stop(Outcome.REFUSED, "the Hub redirects to something that is not an address") from None


def _origin(url: httpx.URL) -> tuple[str, bytes, int | None]:
    return url.scheme, url.raw_host, url.port


def _refused(url: httpx.URL) -> Stop:
    return Stop(Outcome.REFUSED, f"the Hub redirects to {shown(url)}, which is not followed")
