"""What a probe asks of files and of single repositories."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from hubaudit.crawl.looks import Looks, Sample, judged, left_in, record_of, rows_of, sample_in, summary
from hubaudit.crawl.probe_lists import first_page
from hubaudit.hub.faults import Stop
from hubaudit.hub.ids import quoted
from hubaudit.hub.listing import moment
from hubaudit.hub.places import target
from hubaudit.hub.quota import RESOLVERS
from hubaudit.model import Outcome
from hubaudit.probed import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hubaudit.crawl.looks import Answer, Look
    from hubaudit.hub.wire import Reply

_CARD = "README.md"
_PAGES = "pages"
_MISSING = "hubaudit/there-is-no-such-repository"
_STILL_ALIVE = timedelta(days=14)
_DUMPS = (
    "cfahlgren1/hub-stats",
    "librarian-bots/model_cards_with_metadata",
    "librarian-bots/dataset_cards_with_metadata",
)


async def _sample(looks: Looks) -> Sample:
    sample = sample_in(rows_of(await first_page(looks)))
    if sample is None:
        raise Stop(
            Outcome.REFUSED, "no model on the first page has a commit and a card that everybody may read"
        )
    return sample


async def _cached(looks: Looks, path: str = _CARD) -> Reply:
    sample = await _sample(looks)
    place = f"/api/resolve-cache/models/{quoted(sample.repo_id)}/{sample.sha}/{path}"
    return await looks.at(place, route=RESOLVERS)


async def _immutable(looks: Looks) -> Answer:
    reply = await _cached(looks)
    return judged(reply.status == 200, f"{summary(reply)}, {len(reply.body)} bytes")  # noqa: PLR2004 -- the file came


async def _bucket(looks: Looks) -> Answer:
    bucket, left = left_in(await _cached(looks))
    return judged(bucket == RESOLVERS, f"{left} left in {bucket}")


async def _hops(looks: Looks) -> Answer:
    """Look at what is left behind each of two answers and two redirects, one after another."""
    sample = await _sample(looks)
    place = f"/{quoted(sample.repo_id)}/resolve/{sample.sha}/{_CARD}"
    replies: list[Reply] = []
    for turn in (1, 2):
        first = await looks.at(place, route=RESOLVERS, turn=turn)
        if not first.is_redirect:
            return Verdict.UNTOLD, f"no redirect: {summary(first)}"
        address = str(target(first.url, first.headers["Location"]))
        replies += [first, await looks.at(address, route=RESOLVERS, turn=turn)]
    return _costs([left_in(reply)[1] for reply in replies])


def _costs(left: Sequence[int]) -> Answer:
    """Judge by the smaller of the two costs of the second hop: a stranger may have taken the rest."""
    first, second = left[1] - left[2], min(left[0] - left[1], left[2] - left[3])
    seen = f"left behind each hop: {', '.join(map(str, left))}"
    if min(first, second) < 0:
        return Verdict.UNTOLD, f"{seen}: a new window began"
    return judged(first > 0 and second > 0, seen)


async def _raw(looks: Looks) -> Answer:
    sample = await _sample(looks)
    reply = await looks.at(f"/{quoted(sample.repo_id)}/raw/{sample.sha}/{_CARD}", route=_PAGES)
    bucket, left = left_in(reply)
    return judged(bucket == _PAGES, f"{summary(reply)}, {left} left in {bucket}")


async def _no_file(looks: Looks) -> Answer:
    reply = await _cached(looks, "there-is-no-such-file")
    absent = (reply.status, reply.headers.get("X-Error-Code")) == (404, "EntryNotFound")
    return judged(absent, summary(reply))


async def _no_repository(looks: Looks) -> Answer:
    reply = await looks.at(f"/api/models/{_MISSING}")
    said = reply.status, reply.headers.get("X-Error-Code", "")
    return judged(said in {(401, ""), (401, "RepoNotFound"), (404, "RepoNotFound")}, summary(reply))


async def _dump(looks: Looks, repo_id: str) -> Answer:
    fields = (("expand", "lastModified"), ("expand", "usedStorage"))
    reply = await looks.at(f"/api/datasets/{quoted(repo_id)}", *fields)
    if reply.status in {401, 404}:
        return judged(False, summary(reply))
    record = record_of(reply)
    changed, size = moment(record.get("lastModified")), record.get("usedStorage")
    if changed is None:
        return Verdict.UNTOLD, "no date of its last change"
    return judged(
        looks.now - changed < _STILL_ALIVE, f"changed {changed:%Y-%m-%d}, {size} bytes with its history"
    )


FILES: dict[str, Look] = {
    "resolve-cache gives a file by the list's sha, without an etag": _immutable,
    "resolve-cache is counted in the bucket resolvers": _bucket,
    "both hops of /resolve are counted": _hops,
    "/raw/ is counted in the bucket pages": _raw,
    "an absent file is 404 EntryNotFound": _no_file,
    "a missing repository is 401, or to a token 404 RepoNotFound": _no_repository,
    **{f"the dataset {repo_id} is kept up": partial(_dump, repo_id=repo_id) for repo_id in _DUMPS},
}
