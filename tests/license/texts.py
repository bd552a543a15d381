"""License texts for tests: those that installed packages carry, and our own."""

from __future__ import annotations

from functools import cache
from importlib.metadata import files
from pathlib import Path

APACHE = (Path(__file__).parents[2] / "LICENSE").read_text(encoding="utf-8")
NO_WEAPONS = "You agree not to use the Software to develop weapons or to watch people in secret."


@cache
def carried(package: str) -> str:
    """The license file of an installed package."""
    (path,) = [path for path in files(package) or [] if path.name.upper().startswith("LICEN")][:1]
    return path.read_text(encoding="utf-8")


MIT = carried("rich")
