"""`hubaudit query`."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from hubaudit.commands.options import Database
from hubaudit.errors import UsageError


class RowFormat(StrEnum):
    """How rows are written."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"
    CSV = "csv"


def query(  # noqa: PLR0913, PLR0917 - one parameter for each option; Typer passes them by name
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="A named question.")] = None,
    sql: Annotated[str | None, typer.Option("--sql", help="A SELECT of your own, instead of a NAME.")] = None,
    show_list: Annotated[bool, typer.Option("--list", help="Show every named question.")] = False,
    since: Annotated[
        str | None, typer.Option(metavar="MOMENT", help="From here on: a date, a timestamp, or crawl:N.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="MOMENT", help="Up to here; a date counts to its end.")
    ] = None,
    at: Annotated[
        str | None, typer.Option(metavar="MOMENT", help="The moment, for a question about one.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=0, max=1_000_000_000, help="Show so many rows at most.")
    ] = None,
    timeout: Annotated[int, typer.Option(min=1, max=86_400, help="Seconds the query may take.")] = 60,
    form: Annotated[RowFormat, typer.Option("--format", "-f", help="How to write.")] = RowFormat.TABLE,
    db: Database = None,
) -> None:
    """Ask the history of the Hub: a named question, or SQL of your own.

    SQL sees the log (raw.repo_log and the other raw tables), reference.license and the other reference
    tables, and history.timeline, and may use $since, $until and $at. It changes nothing, and reaches no
    file and no network. Without an option a question is about everything up to now.

    Examples: hubaudit query license-changes --since 2026-08-01, hubaudit query state-as-of --at crawl:3,
    hubaudit query --sql "select kind, count(*) from raw.repo_log group by kind" --format csv
    """
    from hubaudit.audit.query import ask  # noqa: PLC0415 - `hubaudit --help` must not load DuckDB
    from hubaudit.audit.questions import listed, named  # noqa: PLC0415 - the same
    from hubaudit.report.rows import render_rows  # noqa: PLC0415 - the same, and rich
    from hubaudit.store.file import default_path  # noqa: PLC0415 - the same

    if [name is not None, sql is not None, show_list].count(True) != 1:
        raise UsageError("give one of NAME, --sql and --list: `hubaudit query --list` shows every question")
    if show_list:
        columns, rows = listed()
    else:
        asked = sql or "" if name is None else named(name).sql
        given = {"since": since, "until": until, "at": at}
        moments = {key: text for key, text in given.items() if text is not None}
        columns, rows = ask(db or default_path(), asked, moments, limit=limit, timeout=timeout)
    typer.echo(render_rows(columns, rows, form.value, aligned=sys.stdout.isatty()))
