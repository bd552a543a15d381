"""A model as a CycloneDX 1.6 ML-BOM: what it is made of, under which licenses, and how open it is.

Nothing of it depends on the clock: the same answer makes the same document. The library for CycloneDX knows
no model cards (CycloneDX/cyclonedx-python-lib#912), so the JSON is written here; tests hold it to the schema.
"""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from hubaudit import __version__
from hubaudit.model import Cell, License, Material, Report
from hubaudit.report.escape import plain, url
from hubaudit.report.json import written
from hubaudit.report.licensing import declared_and_concluded, is_listed
from hubaudit.report.wording import evidence_words, level_symbol, utc_time

Json = dict[str, Any]

_LONGEST_TEXT = 2000  # characters of one value


def to_cyclonedx(report: Report) -> str:
    """Write the bill of materials of one model."""
    content = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": _metadata(report),
        "components": [*_models(report), *_datasets(report)],
        "dependencies": _dependencies(report),
    }
    serial = uuid5(NAMESPACE_URL, json.dumps(content))
    return written(content | {"serialNumber": serial.urn}, indent=2)


def _metadata(report: Report) -> Json:
    tool = {"type": "application", "name": "hubaudit", "version": __version__}
    metadata: Json = {"tools": {"components": [tool]}, "component": _subject(report)}
    if report.observed_at:
        metadata["timestamp"] = utc_time(report.observed_at)
    return metadata


def _subject(report: Report) -> Json:
    bases = [each for each in report.materials if each.kind == "model" and each.of == report.id]
    own = [
        _ref("dataset", each.id)
        for each in report.materials
        if each.kind == "dataset" and each.of == report.id
    ]
    card: Json = {"properties": [prop for cell in report.grid for prop in _cell(cell)]}
    if own:
        card["modelParameters"] = {"datasets": [{"ref": ref} for ref in dict.fromkeys(own)]}
    subject = _model(report.id, report.sha) | {"licenses": _licenses(report.license)}
    subject |= {"modelCard": card, "properties": [_property("signature", report.signature)]}
    if bases:
        subject["pedigree"] = {
            "ancestors": [
                _without_ref(_model(each.id, each.sha, is_on_hub=each.is_on_hub)) for each in bases
            ],
            "notes": plain("; ".join(f"{each.use} of {each.id}" for each in bases), _LONGEST_TEXT),
        }
    return subject


def _model(model_id: str, sha: str | None, *, is_on_hub: bool = True) -> Json:
    owner, slash, name = model_id.rpartition("/")
    component: Json = {
        "type": "machine-learning-model",
        "bom-ref": _ref("model", model_id),
        "name": plain(name) or "unnamed",
    }
    if slash:
        component["group"] = plain(owner)
    if sha:
        component["version"] = plain(sha)
    if is_on_hub:
        commit = f"@{quote(sha.lower(), safe='', errors='replace')}" if sha else ""
        component["purl"] = f"pkg:huggingface/{quote(model_id, errors='replace')}{commit}"
    return component


def _without_ref(component: Json) -> Json:
    return {name: value for name, value in component.items() if name != "bom-ref"}


def _models(report: Report) -> Iterator[Json]:
    for each in _each_once(report, "model"):
        component = _model(each.id, each.sha, is_on_hub=each.is_on_hub)
        yield component | _terms(report, each) | _website(each)


def _datasets(report: Report) -> Iterator[Json]:
    for each in _each_once(report, "dataset"):
        name = plain(each.id) or "unnamed"
        data: Json = {"type": "dataset", "name": name, "description": plain(each.basis, _LONGEST_TEXT)}
        if address := url(each.url):
            data["contents"] = {"url": address}
        component = {"type": "data", "bom-ref": _ref("dataset", each.id), "name": name, "data": [data]}
        yield component | _terms(report, each) | _website(each)


def _each_once(report: Report, kind: str) -> list[Material]:
    found = {_ref(kind, each.id): each for each in reversed(report.materials) if each.kind == kind}
    found.pop(_ref("model", report.id), None)  # a circle of bases: it is the subject
    return list(found.values())[::-1]


def _ref(kind: str, name: str) -> str:
    return f"{kind}:{plain(name.lower()) or 'unnamed'}"


def _terms(report: Report, each: Material) -> Json:
    ref = _ref(each.kind, each.id)
    uses = [edge for edge in report.materials if _ref(edge.kind, edge.id) == ref]
    properties = [_property("level", level_symbol(each.level)), _property("basis", each.basis)]
    properties += [_property("used-by", f"{edge.of} ({edge.use})") for edge in uses]
    terms: Json = {"properties": properties}
    if license_ := _license(each.license, each.spdx):
        terms["licenses"] = [license_]
    return terms


def _website(each: Material) -> Json:
    address = url(each.url)
    return {"externalReferences": [{"type": "website", "url": address}]} if address else {}


def _licenses(stated: License) -> list[Json]:
    """Give what the model says of its license, and what counts after reading."""
    pairs = zip(("declared", "concluded"), declared_and_concluded(stated), strict=True)
    found = ((how, _license(*license_)) for how, license_ in pairs)
    return [{"license": each["license"] | {"acknowledgement": how}} for how, each in found if each]


def _license(name: str | None, spdx: str | None) -> Json | None:
    """Only an id of the SPDX list stands as an id: `unknown` is none, and neither is one of our own."""
    if is_listed(spdx):
        return {"license": {"id": spdx}}
    shown = plain(name or "", _LONGEST_TEXT)
    return {"license": {"name": shown}} if shown else None


def _cell(cell: Cell) -> Iterator[Json]:
    yield _property(f"grid:{cell.component}", level_symbol(cell.level, cell.status))
    for seen in cell.evidence:
        yield _property(f"evidence:{cell.component}", evidence_words(seen))


def _property(name: str, value: str) -> Json:
    return {"name": f"hubaudit:{name}", "value": plain(value, _LONGEST_TEXT)}


def _dependencies(report: Report) -> list[Json]:
    edges: dict[str, dict[str, None]] = {_ref("model", report.id): {}}
    for each in report.materials:
        ref = _ref(each.kind, each.id)
        edges.setdefault(_ref("model", each.of), {})[ref] = None
        edges.setdefault(ref, {})
    return [{"ref": ref, "dependsOn": list(bases)} for ref, bases in edges.items()]
