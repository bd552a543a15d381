"""What a code host said of a repository of source code that a card links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class CodeAnswer:
    """One answer. `repo` is owner/name as linked, in lower case; all but the look itself only with FOUND.

    `license` is the host's SPDX id: None where it found no license, NOASSERTION where it does not know it.
    MISSING: the host shows nothing there. DISABLED: withheld, by law or by the host's terms.
    """

    host: str
    repo: str
    outcome: str  # model.Outcome
    looked_at: datetime
    url: str
    license: str | None = None
    is_archived: bool | None = None
    is_fork: bool | None = None
    renamed_to: str | None = None  # owner/name now, where it is another
    etag: str | None = None  # to be asked with again: what has not changed costs no quota
    detail: str = ""  # the host's own words or the error, for people
