"""The reference texts of open-source licenses, out of the patterns that licenseclassifier carries.

Its patterns are texts with marks: ((optional))??, ((one || other)), __9__ for up to nine free words, and
//** remarks **//. Here each becomes a row of words, with what may be missing and where words may stand.
"""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise

from hubaudit.text.license.words import words

_SHORTEST = 20  # words; a shorter pattern is a notice or an address
_WHOLE_LICENSE = 200  # words; among alternatives, a branch this long is the license, beside its notices
_MARK = re.compile(r"//\*\*.*?\*\*//|\(\(|\|\||\)\)\?\?|\)\)|\?\?|__(\d+)__", re.DOTALL)


@dataclass(slots=True)
class Reference:
    """A license as words. `optional` tells which may be missing; `free` how many may stand before word n."""

    license_id: str
    folded: list[str] = field(default_factory=list)
    optional: list[bool] = field(default_factory=list)
    free: dict[int, int] = field(default_factory=dict)

    @property
    def needed(self) -> int:
        """How many words the license cannot be without."""
        return len(self.optional) - sum(self.optional)


def license_ids() -> list[str]:
    """Return the ids that have a pattern, as licenseclassifier spells them."""
    return sorted(_patterns())


@lru_cache(maxsize=64)
def references(license_id: str) -> tuple[Reference, ...]:
    """Return the reference texts of a license; none for an id without one. Each is read when it is needed."""
    read = (_read(license_id, pattern) for pattern in _patterns().get(license_id, ()))
    return tuple(reference for reference in read if len(reference.folded) >= _SHORTEST)


@cache
def _patterns() -> dict[str, list[str]]:
    data = files("licenseclassifier") / "_engine" / "licenses.json.gz"
    found: dict[str, list[str]] = {}
    for entry in json.loads(gzip.decompress(data.read_bytes())):
        if entry["lre"]:
            found.setdefault(entry["id"], []).append(entry["lre"])
    return found


def _read(license_id: str, pattern: str) -> Reference:
    """Read one pattern. A text has one of the alternatives, so all are optional, but for a long one."""
    reference = Reference(license_id)
    groups: list[list[int]] = []  # where the branches of each open group began
    place = 0
    for mark in _MARK.finditer(pattern):
        _add(reference, pattern[place : mark.start()])
        place = mark.end()
        here = len(reference.folded)
        if mark[0] == "((":
            groups.append([here])
        elif mark[0] == "||" and groups:
            groups[-1].append(here)
        elif mark[0].startswith("))") and groups:
            _close(reference, [*groups.pop(), here], is_optional=mark[0] == "))??")
        elif mark[0] == "??" and here:
            reference.optional[-1] = True
        elif mark[1]:
            reference.free[here] = int(mark[1])
    _add(reference, pattern[place:])
    return reference


def _close(reference: Reference, edges: list[int], *, is_optional: bool) -> None:
    """Mark what may be missing of a group whose branches lie between these edges."""
    branches = list(pairwise(edges))
    longest = max(branches, key=lambda branch: branch[1] - branch[0])
    for start, end in branches:
        is_license = (start, end) == longest and (len(branches) == 1 or end - start >= _WHOLE_LICENSE)
        if is_optional or not is_license:
            reference.optional[start:end] = [True] * (end - start)


def _add(reference: Reference, text: str) -> None:
    found = words(text).folded
    reference.folded += found
    reference.optional += [False] * len(found)
