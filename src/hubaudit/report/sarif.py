"""Findings as SARIF 2.1.0, for code scanning. One result a line: a store may have millions.

A result's fingerprint is what the finding is, not what it says: with other words it is the same one. Where
code names the model, it is the finding and which place of that file it is: lines may move.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from hubaudit import __version__
from hubaudit.audited import Rule, Standing
from hubaudit.report.escape import plain, url
from hubaudit.report.json import comma_separated, written
from hubaudit.scanned import Place

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"high": "error", "medium": "warning", "low": "note", "info": "note"}
_STATES = {"open": "new", "ignored": "new", "known": "unchanged"}
_LONGEST_TEXT = 2000  # characters of a message: a card must not fill the page
# In a message braces mark places for arguments, and brackets links.
_MARKS = str.maketrans({"{": "{{", "}": "}}", "[": r"\[", "]": r"\]", "\\": r"\\"})


def findings_sarif(
    findings: Iterable[Standing],
    rules: Sequence[Rule],
    *,
    coverage: Mapping[str, object],
    is_compared: bool = False,
    places: Mapping[str, Sequence[Place]] | None = None,
) -> Iterator[str]:
    """Yield the lines of a SARIF log. `rules` are all that were asked, `coverage` how far they looked.

    `is_compared` says that there was a baseline: then each result tells whether it is new. `places` says
    where code names each model, by its id: then there is a result for each finding and place.
    """
    numbers = {rule.id: number for number, rule in enumerate(rules)}
    results = (
        _placed(_result(finding, numbers[finding.rule], is_compared=is_compared), finding, *where)
        for finding in findings
        for where in _where(finding, places)
    )
    driver = {"name": "hubaudit", "semanticVersion": __version__, "rules": [_rule(rule) for rule in rules]}
    yield f'{{\n  "$schema": "{_SCHEMA}",\n  "version": "2.1.0",\n  "runs": [{{'
    yield f'    "tool": {written({"driver": driver})},'
    yield f'    "properties": {written({"coverage": coverage})},\n    "columnKind": "unicodeCodePoints",'
    yield '    "results": ['
    yield from comma_separated(f"      {written(result)}" for result in results)
    yield "    ]\n  }]\n}"


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": _message(rule.title)},
        "fullDescription": {"text": _message(rule.why)},
        "help": {"text": _message(f"{rule.why} Fix: {rule.fix}")},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"severity": rule.severity, "tags": ["license", "openness"]},
    }


def _message(text: str) -> str:
    return plain(text, _LONGEST_TEXT).translate(_MARKS)


def _result(finding: Standing, rule_index: int, *, is_compared: bool) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "level": _LEVELS[finding.severity],
        "message": {"text": _message(f"{finding.id}: {finding.evidence}")},
        "locations": [_location(finding.id, finding.url)],
        "partialFingerprints": {"hubauditFinding/v1": _fingerprint(finding)},
        "properties": _properties(finding),
    }
    if upstream := dict.fromkeys(map(plain, finding.path[1:])):  # each once, as the schema wants
        result["relatedLocations"] = [_location(repo_id, None) for repo_id in upstream]
    if finding.state == "ignored":
        justification = plain(finding.reason or "", _LONGEST_TEXT)
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": justification}]
    if is_compared:
        result["baselineState"] = _STATES[finding.state]
    return result


def _where(
    finding: Standing, places: Mapping[str, Sequence[Place]] | None
) -> list[tuple[Place, int] | tuple[()]]:
    """List the places where code names the model, each with its number in its file; without any, nothing."""
    if places is None:
        return [()]
    named = places[finding.id]
    return [
        (place, sum(other.file == place.file for other in named[:number]))
        for number, place in enumerate(named)
    ]


def _placed(
    result: dict[str, Any], finding: Standing, place: Place | None = None, number: int = 0
) -> dict[str, Any]:
    """Put a result where code names the model. Where the evidence stands is related to it."""
    if place is None:
        return result
    model = result["locations"][0]
    region = {"startLine": place.line, "startColumn": place.column}
    artifact = {"uri": quote(place.file, errors="surrogateescape"), "uriBaseId": "%SRCROOT%"}
    here = model | {"physicalLocation": {"artifactLocation": artifact, "region": region}}
    related = [*([model] if "physicalLocation" in model else []), *result.get("relatedLocations", [])]
    fingerprint = _fingerprint(finding, [place.file, str(number)])
    return result | {
        "locations": [here],
        "partialFingerprints": {"hubauditFinding/v1": fingerprint},
        **({"relatedLocations": related} if related else {}),
    }


def _location(repo_id: str, source: str | None) -> dict[str, Any]:
    """Name a repository and, if it can be linked to, the page where the evidence stands."""
    location: dict[str, Any] = {
        "logicalLocations": [{"fullyQualifiedName": plain(repo_id), "kind": "resource"}]
    }
    if address := url(source):
        location["physicalLocation"] = {"artifactLocation": {"uri": address}}
    return location


def _fingerprint(finding: Standing, where: Sequence[str] = ()) -> str:
    """Name the finding by its rule, its model and the end of its path, and by where code names the model."""
    end = finding.path[-1] if finding.path else ""
    key = json.dumps([finding.rule, finding.id.lower(), end.lower(), *where])
    return sha256(key.encode()).hexdigest()[:32]


def _properties(finding: Standing) -> dict[str, Any]:
    known = {
        "severity": finding.severity,
        "path": [plain(repo_id) for repo_id in finding.path],
        "firstSeen": finding.first_seen,
        "downloads": finding.downloads,
        "descendants": finding.descendants,
    }
    return {name: value for name, value in known.items() if value is not None}
