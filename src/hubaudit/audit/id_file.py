"""A file of model ids, one a line."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from hubaudit.errors import UsageError
from hubaudit.hub.ids import check_repo_id
from hubaudit.model import Kind

if TYPE_CHECKING:
    from pathlib import Path

_STDIN = "-"


def read_ids(path: Path) -> list[str]:
    """Read ids, or addresses of model pages; empty lines and what follows a # do not count.

    Raises UsageError, which names the line that is no id.
    """
    try:
        text = sys.stdin.read() if str(path) == _STDIN else path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read as a list of ids: {error}") from error
    lines = ((number, line.partition("#")[0].strip()) for number, line in enumerate(text.splitlines(), 1))
    return [_checked(f"{path}, line {number}", line) for number, line in lines if line]


def _checked(where: str, line: str) -> str:
    try:
        return check_repo_id(line, Kind.MODEL)
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from error
