"""Asks the live Hub what the crawler believes of it: nothing here is part of a crawl.

Each question is a statement and the function that looks whether it holds. A Hub that misbehaves, or a bound
of the probe, makes "could not tell" of a question and never an error.
"""

from __future__ import annotations

from datetime import UTC, datetime

from hubaudit.crawl.looks import Looks
from hubaudit.crawl.probe_files import FILES
from hubaudit.crawl.probe_lists import LISTS
from hubaudit.hub.client import Hub
from hubaudit.hub.faults import Stop, one_line
from hubaudit.probed import Probed, Verdict

_NOT_ASKED = (
    ("a 429 tells when to come back", "not asked: a probe spends nobody's quota"),
    (
        "gating or disabling a repository alters its lastModified",
        "not asked: it takes a repository of one's own",
    ),
)


async def probe_hub(endpoint: str | None) -> list[Probed]:
    """Answer every question on the Hub at `endpoint` (None: the environment's)."""
    async with Hub(endpoint) as hub:
        return await probe(hub)


async def probe(hub: Hub, now: datetime | None = None) -> list[Probed]:
    """Answer every question, with at most `looks.MAX_REQUESTS` requests in all, none of them sent twice."""
    looks, probed = Looks(hub, now or datetime.now(UTC)), []
    for question, look in (LISTS | FILES).items():
        try:
            verdict, seen = await look(looks)
        except Stop as stop:
            verdict, seen = Verdict.UNTOLD, str(stop)
        probed.append(Probed(question, verdict, one_line(seen)))
    return probed + [Probed(question, Verdict.UNTOLD, why) for question, why in _NOT_ASKED]
