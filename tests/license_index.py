"""Make the fingerprints of licenses: `python -m tests.license_index SCANCODE_DATA`, beside shared records.

queries/0_reference/license_text.csv lists the texts: which license each is, where it stands and when it was
read. This reads every text, fills in how many words it has and their digest, drops a row whose words an
earlier one has, and writes the hashes to license_fingerprint.tsv.zst. No text goes out, only hashes.

SCANCODE_DATA is the folder `licensedcode/data/licenses` of an installed scancode-toolkit-mini.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from pathlib import Path

import zstandard

from benchmarks.talk_grid import SHARED
from hubaudit.text.license.fingerprint import digest, packed, shingles, sketch
from hubaudit.text.license.lre import license_ids, references
from hubaudit.text.license.opensource import spdx_id
from hubaudit.text.license.words import words
from hubaudit.warehouse.queries import queries_folder

FOLDER = queries_folder() / "0_reference"
TEXTS = FOLDER / "license_text.csv"
FINGERPRINTS = FOLDER / "license_fingerprint.tsv.zst"
_FEW = 30  # hashes; a text with fewer is a notice
_REAL = SHARED / "real"
# Licenses of one family share most of their hashes, far apart: the window holds them all.
_PARAMETERS = zstandard.ZstdCompressionParameters.from_level(19, window_log=21)
_COMPRESSOR = zstandard.ZstdCompressor(compression_params=_PARAMETERS)


def main() -> None:
    """Fill in the table of texts and write the fingerprints."""
    with TEXTS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    scancode = Path(sys.argv[1])
    lines, kept, seen = [], [], set()
    for row in rows:
        folded = words(_text(row["source"], scancode)).folded
        row |= {"words": str(len(folded)), "digest": digest(folded)}
        if row["digest"] in seen:
            continue
        seen.add(row["digest"])
        kept.append(row)
        hashes = shingles(folded)
        lines.append(f"{row['id']}\t{packed(sketch(hashes))}\t{packed(hashes)}")
    standard = _standard_texts(scancode)
    lines += [f"{license_id}\t{packed(_open_source(license_id, standard))}\t" for license_id in license_ids()]
    FINGERPRINTS.write_bytes(_COMPRESSOR.compress(("\n".join(lines) + "\n").encode()))
    with TEXTS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)


def _text(source: str, scancode: Path) -> str:
    """Read a text from where its row says: a shared record, or ScanCode's file below its head."""
    where, _, name = source.partition(":")
    if where == "scancode":
        return (scancode / f"{name}.LICENSE").read_text(encoding="utf-8").split("---\n", 2)[2]
    path, _, key = name.partition("#")
    content = (_REAL / path).read_text(encoding="utf-8")
    return content if not key else next(row["text"] for row in json.loads(content) if row["id"] == key)


def _standard_texts(scancode: Path) -> dict[str, str]:
    """Return the texts of the SPDX list by id, in lower case."""
    found: dict[str, str] = {}
    for path in sorted(scancode.glob("*.LICENSE")):
        head, _, text = path.read_text(encoding="utf-8").removeprefix("---\n").partition("---\n")
        if listed := re.search(r"^spdx_license_key: (\S+)$", head, re.MULTILINE):
            found.setdefault(listed[1].lower(), text)
    return found


def _open_source(license_id: str, standard: dict[str, str]) -> list[int]:
    """Choose the hashes of an open-source license: of its text, else of licenseclassifier's pattern."""
    if (text := standard.get(spdx_id(license_id).lower(), "")) and len(shingles(words(text).folded)) > _FEW:
        return sketch(shingles(words(text).folded))
    return sketch(each for reference in references(license_id) for each in shingles(reference.folded))


if __name__ == "__main__":
    main()
