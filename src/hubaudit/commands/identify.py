"""`hubaudit identify`."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from hubaudit.errors import UsageError

_STDIN = "-"


class IdentifyFormat(StrEnum):
    """How results are written."""

    TABLE = "table"
    JSON = "json"


def identify(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="License files; - reads stdin.")],
    form: Annotated[
        IdentifyFormat, typer.Option("--format", "-f", help="How to write the result.")
    ] = IdentifyFormat.TABLE,
) -> None:
    """Say which license each file is, whether its words were changed, what it limits and which level that is.

    Example: hubaudit identify LICENSE USE_POLICY.md
    """
    from hubaudit.audit.identify import identify_files  # noqa: PLC0415 - `hubaudit --help` must not load DuckDB
    from hubaudit.report.identify import render_identified  # noqa: PLC0415 - the same

    contents = [(name, _content(name)) for name in files]
    typer.echo(render_identified(identify_files(contents), form.value))


def _content(name: str) -> bytes:
    """Read a file, or stdin, as far as a license can go. Raises UsageError for what cannot be read."""
    from hubaudit.text.license.container import LARGEST  # noqa: PLC0415 - only when something is identified

    if name == _STDIN:
        return sys.stdin.buffer.read(LARGEST + 1)
    try:
        with Path(name).open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}; name a file, or - for stdin") from error
