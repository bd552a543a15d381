"""How fast `hubaudit scan` reads code: `python -m benchmarks.scan [FOLDER]`, by default the standard library.

The baseline, in the same run and over the same files, is what every reader of syntax trees has to do at
least: read each Python file, parse it, and go over its tree once. Medians of seconds of the processor.
"""

from __future__ import annotations

import ast
import statistics
import sys
import sysconfig
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.listing import cost
from hubaudit.audit.scan import SKIPPED, scan
from hubaudit.text.code.read import LARGEST

if TYPE_CHECKING:
    from collections.abc import Iterable

ROUNDS = 3


def python_files(folder: Path) -> list[Path]:
    """List the Python files that the scan reads."""
    paths = (path for path in folder.rglob("*.py") if not SKIPPED & set(path.relative_to(folder).parts))
    return [path for path in paths if path.stat().st_size <= LARGEST]


def parse_all(paths: Iterable[Path]) -> None:
    """Parse every file, and go over its tree."""
    for path in paths:
        try:
            tree = ast.parse(path.read_bytes())
        except (SyntaxError, ValueError):  # the standard library has broken files, to test with
            continue
        for _ in ast.walk(tree):
            pass


def main() -> None:
    """Measure both ways in turn, and print the medians."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else sysconfig.get_path("stdlib")).resolve()
    files = python_files(folder)
    warnings.simplefilter("ignore")  # of the code that is parsed
    ways = {"parse and walk": lambda: parse_all(files), "hubaudit scan": lambda: scan([folder])}
    times = {name: [cost(way).cpu for _ in range(ROUNDS)] for name, way in ways.items()}
    medians = {name: statistics.median(each) for name, each in times.items()}
    size = sum(path.stat().st_size for path in files)
    print(f"{len(files):,} Python files, {size / 1e6:.1f} MB")
    for name, seconds in medians.items():
        print(f"{name:<16}{seconds:>8.2f} s")
    print(f"ratio {medians['hubaudit scan'] / medians['parse and walk']:.2f}")


if __name__ == "__main__":
    main()
