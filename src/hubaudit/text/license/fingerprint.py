"""Licenses known by their fingerprints: hashes of neighbouring words tell a text and do not hold it."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING
from zlib import crc32

from hubaudit.text.license.difference import Difference, from_shingles

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from hubaudit.text.license.words import Words

SIZE = 3  # words of a shingle
_BYTES = 3  # of a hash
SHARE = 0.25  # of a text's words; a known text with fewer is a part of something else
_SKETCH = 32  # hashes that stand for a whole text where only nearness is asked
_NEAR = 0.35  # the part of a sketch below which a comparison is not worth its time
_MOST = 8  # texts to compare with, the nearest


@dataclass(frozen=True)
class Fingerprint:
    """One version of a known text. `packed` holds the hash of each SIZE words in a row."""

    id: str
    license_id: str
    changes: str  # the open-source license that it is, modified by a publisher; else empty
    digest: str
    sketch: frozenset[int]
    packed: str

    @cached_property
    def shingles(self) -> tuple[int, ...]:
        """The hashes, in the order of the text."""
        return unpacked(self.packed)


class Fingerprints:
    """All known texts: told exactly by the digest, else compared with the nearest."""

    def __init__(self, known: Iterable[Fingerprint]) -> None:
        self._by_id = {each.id: each for each in known}
        self._by_digest = {each.digest: each for each in self._by_id.values()}
        self._sketches = {each.id: each.sketch for each in self._by_id.values()}

    def exact(self, text: Words) -> Fingerprint | None:
        """Return the known text that has these words and no others."""
        return self._by_digest.get(digest(text.folded))

    def nearest(self, text: Words, hashes: Sequence[int]) -> tuple[Fingerprint, Difference] | None:
        """Return the known text that is most like this one and how the two differ; None if none is near."""
        compared = [
            (self._by_id[key], from_shingles(self._by_id[key].shingles, SIZE, text, hashes))
            for key in near(self._sketches, hashes)
        ]
        return min(
            compared, key=lambda pair: (not _is_whole(pair[0], pair[1], text), pair[1].changes), default=None
        )


def _is_whole(known: Fingerprint, difference: Difference, text: Words) -> bool:
    """Whether all of a known text stands in this one, and is no small part of it."""
    return difference.contained == 1 and len(known.shingles) >= SHARE * len(text)


def digest(folded: Sequence[str]) -> str:
    """Name a row of words."""
    return sha256(" ".join(folded).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def shingles(folded: Sequence[str]) -> list[int]:
    """Hash every SIZE neighbouring words."""
    rows = zip(*(folded[place:] for place in range(SIZE)), strict=False)
    return [crc32(" ".join(row).encode("utf-8", "surrogatepass")) >> 8 for row in rows]


def sketch(hashes: Iterable[int]) -> list[int]:
    """Choose the few hashes that stand for a text: the smallest."""
    return sorted(set(hashes))[:_SKETCH]


def near(sketches: Mapping[str, frozenset[int]], hashes: Iterable[int]) -> list[str]:
    """Return the ids whose sketch is in these hashes for the greatest part, the nearest first."""
    distinct = set(hashes)
    shares = {key: len(few & distinct) / len(few) for key, few in sketches.items() if few}
    ranked = sorted(shares, key=lambda key: (-shares[key], key))
    return [key for key in ranked[:_MOST] if shares[key] >= _NEAR]


def packed(hashes: Iterable[int]) -> str:
    """Write hashes as a word of ASCII."""
    return b64encode(b"".join(each.to_bytes(_BYTES) for each in hashes)).decode()


def unpacked(word: str) -> tuple[int, ...]:
    """Read what `packed` wrote."""
    content = b64decode(word)
    return tuple(int.from_bytes(content[place : place + _BYTES]) for place in range(0, len(content), _BYTES))
