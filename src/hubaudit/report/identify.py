"""What license files are, as lines for a reader or as JSON."""

from collections.abc import Iterator, Sequence
from typing import Any

from hubaudit.report.escape import plain
from hubaudit.report.escape import url as safe_url
from hubaudit.report.json import SCHEMA_VERSION, written
from hubaudit.text.license.facts import Identified

_LONGEST = 400  # characters of one quotation in the table; JSON has all of it


def render_identified(results: Sequence[Identified], form: str) -> str:
    """Write results in one of the formats table or json, without a line end after the last line."""
    if form == "json":
        content = {"schema_version": SCHEMA_VERSION, "results": [_row(each) for each in results]}
        return written(content, indent=2)
    return "\n".join(line for each in results for line in _lines(each))


def _row(result: Identified) -> dict[str, Any]:
    facts = result.facts
    return {
        "file": result.file,
        "outcome": facts.outcome,
        "id": " AND ".join(facts.license_ids) or None,
        "spdx": facts.spdx,
        "score": facts.score,
        "exact": facts.is_exact,
        "modified": facts.is_modified,
        "similar_to": facts.similar_to,
        "inserted": list(facts.inserted),
        "deleted": list(facts.deleted),
        "restrictions": [{"kind": kind, "quote": quote} for kind, quote in result.restrictions],
        "level": result.level,
        "basis": result.basis,
        "url": safe_url(facts.url),
    }


def _lines(result: Identified) -> Iterator[str]:
    facts = result.facts
    level = "undetermined" if result.level is None else result.level
    yield f"{plain(result.file)}: {_what(result)}; level {level} ({result.basis})"
    yield from (f"    inserted     {plain(words, _LONGEST)}" for words in facts.inserted)
    yield from (f"    deleted      {plain(words, _LONGEST)}" for words in facts.deleted)
    yield from (f"    {kind:<12} {plain(quote, _LONGEST)}".rstrip() for kind, quote in result.restrictions)
    if address := safe_url(facts.url):
        yield f"    see          {address}"


def _what(result: Identified) -> str:
    """Say in a few words what the file is."""
    facts = result.facts
    name = plain(" AND ".join(facts.license_ids))
    spdx = f" ({facts.spdx})" if facts.spdx else ""
    like = f", similar to {plain(facts.similar_to)}, unverified" if facts.similar_to else ""
    score = f", score {facts.score:g}" if facts.score is not None else ""
    changed = ", modified" if facts.is_modified and facts.outcome != "modified" else ""
    return f"{facts.outcome} {name}".rstrip() + spdx + changed + like + score
