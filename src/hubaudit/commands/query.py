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


_When = typer.Option(metavar="MOMENT", help="A date, a timestamp, or crawl:N, as the question takes it.")


def query(  # noqa: PLR0913, PLR0917 - Typer reads options from parameters
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="A named question.")] = None,
    sql: Annotated[str | None, typer.Option("--sql", help="A SELECT of your own, instead of a NAME.")] = None,
    show_list: Annotated[bool, typer.Option("--list", help="Show every named question.")] = False,
    since: Annotated[str | None, _When] = None,
    until: Annotated[str | None, _When] = None,
    at: Annotated[str | None, _When] = None,
    limit: Annotated[int | None, typer.Option(min=0, help="Show so many rows at most.")] = None,
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
    from hubaudit.audit.query import ask, listed, named  # noqa: PLC0415 - `hubaudit --help` must not load DuckDB
    from hubaudit.report.rows import render_rows  # noqa: PLC0415 - the same, and rich
    from hubaudit.store.file import default_path  # noqa: PLC0415 - the same

    if [name is not None, sql is not None, show_list].count(True) != 1:
        raise UsageError("give one of NAME, --sql and --list: `hubaudit query --list` shows every question")
    if show_list:
        columns, rows = listed()
    else:
        asked = sql if name is None else named(name).sql
        given = {"since": since, "until": until, "at": at}
        moments = {key: text for key, text in given.items() if text is not None}
        columns, rows = ask(db or default_path(), asked or "", moments, limit=limit, timeout=timeout)
    typer.echo(render_rows(columns, rows, form.value, aligned=sys.stdout.isatty()))
