"""A page of the Hub's list as a walk leaves it on disk, for the store to read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class PageFile:
    """A page of the Hub's list on disk: a JSON array as sent, packed with zstd, and what its records are."""

    path: Path
    url: str
    observed_at: datetime
    records: int
