"""A model as SPDX 3.0.1 JSON-LD: AI and data-set packages, their licenses, and what was made from what.

The document claims conformance to the profiles core, software and simpleLicensing. The AI and Dataset
profiles demand more than the Hub tells (when a model was released, what kind of data it is), so their
packages are used, and their conformance is not claimed. Nothing of it depends on the clock.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from hubaudit import __version__
from hubaudit.errors import UsageError
from hubaudit.report.escape import plain, url
from hubaudit.report.json import written
from hubaudit.report.licensing import declared_and_concluded, is_listed
from hubaudit.report.wording import cell_words, component_words, evidence_words, level_symbol

if TYPE_CHECKING:
    from spdx_python_model import v3_0_1 as model

    from hubaudit.model import Cell, Material, Report

_LONGEST_TEXT = 2000  # characters of one value
_PROFILES = ("core", "software", "simpleLicensing")
Bindings = Any  # the module of the bindings, loaded only when needed
Element = Any  # one of its classes
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # SPDX demands a date where nobody knows one


def to_spdx(report: Report) -> str:
    """Write the SPDX document of one model. Raises UsageError where the extra is not installed."""
    try:
        from spdx_python_model import v3_0_1  # noqa: PLC0415 - an extra, and a large one
    except ImportError as error:
        raise UsageError(
            "SPDX needs one package more: `pip install 'hubaudit[spdx]'`, or use --format cyclonedx"
        ) from error
    document = _Document(v3_0_1, report)
    content = v3_0_1.JSONLDSerializer().serialize_data(document.objects, force_at_graph=True)
    return written(content, indent=2)


class _Document:
    """Makes the elements of one document; each element has a number in the document's own name space."""

    def __init__(self, spdx: Bindings, report: Report) -> None:
        self.spdx = spdx
        self.objects: model.SHACLObjectSet = spdx.SHACLObjectSet()
        self._base = uuid5(NAMESPACE_URL, plain(f"{report.id}@{report.sha}/{report.observed_at}")).urn
        self._elements: list[Element] = []
        created = (report.observed_at or _NEVER).astimezone(UTC).replace(microsecond=0)
        self._info = spdx.CreationInfo(_id="_:created", specVersion="3.0.1", created=created)
        self._info.createdBy.append(self._new("SoftwareAgent", name=f"hubaudit {__version__}"))
        self._packages: dict[tuple[str, str], Any] = {}
        root = self._root(report)
        for material in report.materials:
            self._edge(material)
        self._new(
            "SpdxDocument",
            name=plain(report.id),
            rootElement=[root],
            element=list(self._elements),
            profileConformance=[getattr(spdx.ProfileIdentifierType, name) for name in _PROFILES],
        )

    def _new(self, kind: str, **values: object) -> Element:
        iri = f"{self._base}#{len(self._elements)}"
        element = getattr(self.spdx, kind)(_id=iri, creationInfo=self._info, **values)
        self.objects.add(element)
        self._elements.append(element)
        return element

    def _root(self, report: Report) -> Element:
        root = self._package("model", report.id, report.sha, None)
        declared, concluded = declared_and_concluded(report.license)
        self._license(root, "hasDeclaredLicense", *declared)
        self._license(root, "hasConcludedLicense", *concluded)
        for cell in report.grid:
            self._new(
                "Annotation",
                subject=root,
                annotationType=self.spdx.AnnotationType.other,
                statement=plain(_cell(cell), _LONGEST_TEXT),
            )
        return root

    def _package(self, kind: str, name: str, sha: str | None, page: str | None) -> Element:
        key = (kind, name.lower())
        if key not in self._packages:
            values: dict[str, Any] = {"name": plain(name)}
            if kind == "dataset":
                values["dataset_datasetType"] = [self.spdx.dataset_DatasetType.noAssertion]
            if sha:
                values["software_packageVersion"] = plain(sha)
            if address := url(page):
                values["software_downloadLocation"] = address
            made = self._new("ai_AIPackage" if kind == "model" else "dataset_DatasetPackage", **values)
            self._packages[key] = made
        return self._packages[key]

    def _edge(self, material: Material) -> None:
        """Tell what went into what, and under which license."""
        is_new = (material.kind, material.id.lower()) not in self._packages
        made_from = self._package(material.kind, material.id, material.sha, material.url)
        if is_new:
            made_from.comment = plain(material.basis, _LONGEST_TEXT)
            self._license(made_from, "hasConcludedLicense", material.license, material.spdx)
        user = self._package("model", material.of, None, None)
        kind = "trainedOn" if material.kind == "dataset" else "descendantOf"
        self._relate(user, kind, made_from, plain(material.use))

    def _license(self, package: Element, how: str, name: str | None, spdx: str | None) -> None:
        terms = self._new(
            "simplelicensing_LicenseExpression", simplelicensing_licenseExpression=_id(name, spdx)
        )
        if name:
            terms.name = plain(name, _LONGEST_TEXT)
        self._relate(package, how, terms)

    def _relate(self, start: Element, kind: str, end: Element, comment: str = "") -> None:
        relation = getattr(self.spdx.RelationshipType, kind)
        made = self._new("Relationship", from_=start, relationshipType=relation, to=[end])
        if comment:
            made.comment = comment


def _id(name: str | None, spdx: str | None) -> str:
    """Give the expression: an id of the SPDX list, a reference of our own, or that nothing is asserted."""
    if spdx and is_listed(spdx):
        return spdx
    slug = re.sub(r"[^A-Za-z0-9.-]+", "-", name or "").strip("-")[:100]
    return f"LicenseRef-hubaudit-{slug}" if slug else "NOASSERTION"


def _cell(cell: Cell) -> str:
    level = f"{level_symbol(cell.level, cell.status)} {cell_words(cell)}"
    seen = "; ".join(evidence_words(each) for each in cell.evidence)
    return f"{component_words(cell.component)}: {level}" + (f" ({seen})" if seen else "")
