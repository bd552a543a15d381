"""Findings as SARIF 2.1.0, for code scanning. One result a line: a store may have millions.

A result's fingerprint is what the finding is, not what it says: with other words it is the same one.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from hubaudit import __version__
from hubaudit.audited import Rule, Standing
from hubaudit.report.escape import plain, url
from hubaudit.report.json import escaped

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
) -> Iterator[str]:
    """Yield the lines of a SARIF log. `rules` are all that were asked, `coverage` how far they looked.

    `is_compared` says that there was a baseline: then each result tells whether it is new.
    """
    places = {rule.id: place for place, rule in enumerate(rules)}
    driver = {"name": "hubaudit", "semanticVersion": __version__, "rules": [_rule(rule) for rule in rules]}
    yield f'{{\n  "$schema": "{_SCHEMA}",\n  "version": "2.1.0",\n  "runs": [{{'
    yield f'    "tool": {_json({"driver": driver})},'
    yield f'    "properties": {_json({"coverage": coverage})},\n    "results": ['
    before = ""
    for finding in findings:
        if before:
            yield f"{before},"
        before = f"      {_json(_result(finding, places[finding.rule], is_compared=is_compared))}"
    if before:
        yield before
    yield "    ]\n  }]\n}"


def _json(value: object) -> str:
    return escaped(json.dumps(value, ensure_ascii=False))


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


def _location(repo_id: str, source: str | None) -> dict[str, Any]:
    """Name a repository and, if it can be linked to, the page where the evidence stands."""
    location: dict[str, Any] = {
        "logicalLocations": [{"fullyQualifiedName": plain(repo_id), "kind": "resource"}]
    }
    if address := url(source):
        location["physicalLocation"] = {"artifactLocation": {"uri": address}}
    return location


def _fingerprint(finding: Standing) -> str:
    """Name the finding by its rule, its model and the end of its path."""
    end = finding.path[-1] if finding.path else ""
    key = json.dumps([finding.rule, finding.id.lower(), end.lower()])
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
