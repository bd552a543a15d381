"""Asking for the reports of models, as the options of `score` and `scan` say; telling what was noted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubaudit.console import narrate, progress

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta
    from pathlib import Path

    from hubaudit.audit.options import Answers


def ask_on(  # noqa: PLR0913 - the options of two commands
    ids: Sequence[str],
    db: Path | None,
    endpoint: str | None,
    max_age: timedelta,
    *,
    offline: bool,
    refresh: bool,
    no_code_host: bool,
) -> Answers:
    """Return the answers on these models, with a bar while the Hub is asked."""
    from hubaudit.audit import score as scoring  # noqa: PLC0415 - `hubaudit --help` must not load DuckDB
    from hubaudit.audit.options import Options  # noqa: PLC0415 - the same
    from hubaudit.hub.settings import code_host_from_environment  # noqa: PLC0415 - the same for the Hub
    from hubaudit.store.file import default_path  # noqa: PLC0415 - the same

    with progress("asking the Hub") as bar:
        options = Options(
            db or default_path(),
            endpoint,
            offline,
            refresh,
            max_age,
            lambda done, needed: bar(done, needed, ""),
            None if offline or no_code_host else code_host_from_environment(),
        )
        return scoring.score(ids, options)


def tell(answers: Answers) -> None:
    """Say on stderr what was noted, and which models have no report."""
    for line in [*answers.notes, *map(str, answers.errors)]:
        narrate(line)
