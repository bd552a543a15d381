"""`hubaudit crawl`."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

import typer

from hubaudit.commands.options import (
    BudgetMinutes,
    Database,
    Endpoint,
    Full,
    Kinds,
    Limit,
    MaxRequests,
    Since,
)
from hubaudit.console import progress
from hubaudit.errors import IncompleteError, InterruptedRunError
from hubaudit.model import Kind
from hubaudit.report.escape import plain

if TYPE_CHECKING:
    from hubaudit.crawl.run import Crawled


def crawl(  # noqa: PLR0913, PLR0917 - one parameter for each option; Typer passes them by name
    kind: Kinds = None,
    full: Full = False,
    since: Since = None,
    limit: Limit = None,
    max_requests: MaxRequests = None,
    budget_minutes: BudgetMinutes = None,
    db: Database = None,
    endpoint: Endpoint = None,
) -> None:
    """Bring the store up to date with the Hub's lists of models and data sets.

    The first run walks the whole list; later ones read what changed, and the whole list again every seven
    days, because only that shows what vanished. A run that was stopped goes on where it was. Cards are read
    by `hubaudit score`.

    Example: hubaudit crawl --kind model --budget-minutes 300
    """
    from hubaudit.crawl import run as crawling  # noqa: PLC0415 - `hubaudit --help` must not load DuckDB
    from hubaudit.crawl.disk import cache_folder  # noqa: PLC0415 - the same
    from hubaudit.crawl.walk import Limits  # noqa: PLC0415 - the same
    from hubaudit.store.file import default_path  # noqa: PLC0415 - the same

    limits = Limits(limit, max_requests, budget_minutes)
    date = since and since.replace(tzinfo=since.tzinfo or UTC)
    with progress("crawling") as bar:
        options = crawling.Options(
            db or default_path(), cache_folder(), endpoint, kind or list(Kind), full, date, limits,
            lambda seen: bar(seen.state.records, limit, crawling.words(seen)),
        )  # fmt: skip
        try:
            walks = crawling.crawl(options)
        except KeyboardInterrupt:
            raise InterruptedRunError("interrupted: run it again to go on where it was") from None
    _print_crawled(walks)
    raise typer.Exit(0 if all(walk.end == "done" for walk in walks) else IncompleteError.exit_code)


def _print_crawled(walks: list[Crawled]) -> None:
    for walk in walks:
        end = "" if walk.end == "done" else f", not finished: {walk.detail}; run it again to go on"
        dropped = ", ".join(walk.dropped_fields)
        refused = f"; the Hub refuses these fields now: {dropped}" if dropped else ""
        line = (
            f"{walk.kind}s: {walk.mode} walk, {walk.records:,} listed, {walk.changed:,} changed,"
            f" {walk.gone:,} gone{end}{refused}"
        )
        typer.echo(plain(line))
