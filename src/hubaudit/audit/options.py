"""What a score is asked with, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hubaudit.errors import IncompleteError
    from hubaudit.model import Report

_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Options:
    """Where answers may come from. `max_age` is how old the store's may be before the Hub is asked again.

    `code_host` is the address of the one to ask for linked code (None: nobody is asked).
    """

    store: Path
    endpoint: str | None = None
    offline: bool = False
    refresh: bool = False
    max_age: timedelta = timedelta(hours=24)
    progress: Callable[[int, int], None] = lambda _done, _needed: None  # looks done, looks known to be needed
    code_host: str | None = None

    def fresh_since(self, now: datetime) -> datetime | None:
        """Tell since when the store's checks are fresh; None: everything is asked again."""
        if self.offline:
            return _EVER
        return None if self.refresh else now - self.max_age


@dataclass(slots=True)
class Answers:
    """The reports in the order asked, and an error for each id that got none."""

    reports: list[Report] = field(default_factory=list)
    errors: list[IncompleteError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # on the run itself, for the narration
    is_incomplete: bool = False  # something that an answer needed could not be asked for
