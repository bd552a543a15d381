"""The rate limits: three buckets in fixed windows, told on every answer."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import formatdate
from math import ceil
from typing import TYPE_CHECKING, Literal

from tests.fakehub.messages import Reply, Request, text_reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.fakehub.clock import Clock

Bucket = Literal["api", "resolvers", "pages"]
ANONYMOUS_TEXT = (
    "We had to rate limit your IP (127.0.0.1). To continue using our service, create a HF account or login "
    "to your existing account, and make sure you pass a HF_TOKEN if you're using the API."
)
ACCOUNT_TEXT = (
    "We had to rate limit you, you hit the quota of {quota} {bucket} requests per 5 minutes period. Upgrade "
    "to a PRO user or Team/Enterprise organization account (https://hf.co/pricing) to get higher limits. "
    "See https://huggingface.co/docs/hub/rate-limits"
)


@dataclass(frozen=True, slots=True)
class Window:
    """So many requests in each stretch of so many seconds."""

    quota: int
    seconds: int = 300


ANONYMOUS: Mapping[Bucket, Window] = {"api": Window(500), "resolvers": Window(3_000), "pages": Window(100)}


class Quota:
    """Counts requests per client and bucket. A client is its token, or else its address (one here)."""

    def __init__(self, clock: Clock, windows: Mapping[Bucket, Window] | None = None) -> None:
        self.windows = dict(ANONYMOUS) | dict(windows or {})
        self.count_both_hops = True  # whether the second request of a /resolve redirect counts too
        self.retry_after: Literal["seconds", "date"] | None = None  # what a 429 carries
        self._clock = clock
        self._used: dict[tuple[Bucket, str | None, int], int] = {}

    def take(self, request: Request) -> tuple[Mapping[str, str], Reply | None]:
        """Count a request. Return the headers for its answer, and the refusal if the quota is used up."""
        bucket = bucket_of(request.path)
        window = self.windows[bucket]
        now = self._clock()
        slot = (bucket, request.token, int(now // window.seconds))
        used = self._used.get(slot, 0) + self._cost(request)
        refused = used > window.quota
        self._used[slot] = min(used, window.quota)
        wait = max(1, ceil(window.seconds - now % window.seconds))
        headers = {
            "RateLimit": f'"{bucket}";r={window.quota - self._used[slot]};t={wait}',
            "RateLimit-Policy": f'"fixed window";"{bucket}";q={window.quota};w={window.seconds}',
        }
        return headers, self._refusal(request, bucket, wait) if refused else None

    def _cost(self, request: Request) -> int:
        second_hop = request.path.startswith("/api/resolve-cache/") and request.param("etag") is not None
        return 0 if second_hop and not self.count_both_hops else 1

    def _refusal(self, request: Request, bucket: Bucket, wait: int) -> Reply:
        told = ACCOUNT_TEXT.format(quota=self.windows[bucket].quota, bucket=bucket)
        text = told if request.token else ANONYMOUS_TEXT
        after = {"seconds": str(wait), "date": formatdate(self._clock() + wait, usegmt=True)}
        extra = {"Retry_After": after[self.retry_after]} if self.retry_after else {}
        return text_reply(429, text, X_Error_Message=text, **extra)


def bucket_of(path: str) -> Bucket:
    """Return the bucket that a path is counted in."""
    if path.startswith("/api/resolve-cache/") or "/resolve/" in path:
        return "resolvers"
    return "api" if path.startswith("/api/") else "pages"
