"""`hubaudit audit`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hubaudit.commands.options import Database, FailOn, Form, Format, Severity
from hubaudit.console import narrate, progress, screen

if TYPE_CHECKING:
    from pathlib import Path

    from hubaudit.audit.found import Found

_SHOWN = 50  # findings of a table, unless told otherwise


def audit(  # noqa: PLR0913, PLR0917 - one parameter for each option; Typer passes them by name
    new_since: Annotated[
        str | None,
        typer.Option(
            metavar="MOMENT", help="Only findings that came later: a date, a timestamp, or crawl:N."
        ),
    ] = None,
    rule: Annotated[
        list[str] | None, typer.Option("--rule", metavar="RULE", help="Only this rule's; repeatable.")
    ] = None,
    severity: Annotated[Severity, typer.Option(help="Only of this severity or above.")] = Severity.INFO,
    owner: Annotated[str | None, typer.Option(help="Only of this user's or organization's models.")] = None,
    min_downloads: Annotated[int, typer.Option(min=0, help="Only of models with so many downloads.")] = 0,
    limit: Annotated[
        int | None,
        typer.Option(min=0, help=f"Show so many, the most reaching first. Default: {_SHOWN}; JSON: all."),
    ] = None,
    form: Form = Format.TABLE,
    fail_on: FailOn = None,
    db: Database = None,
) -> None:
    """Judge every model of the store, and show the findings that reach most.

    Reads cards that no one read yet, judges all models anew if anything changed since the last audit, and
    remembers since when each finding stands. `hubaudit query --sql` can ask its tables: core.*, grid.*,
    rules.*.

    Example: hubaudit audit --new-since 2026-11-23 --severity high --format markdown
    """
    from hubaudit.audit.found import Asked, found  # noqa: PLC0415 - `hubaudit --help` must not load DuckDB
    from hubaudit.store.file import default_path  # noqa: PLC0415 - the same

    store = db or default_path()
    _bring_up_to_date(store)
    with found(store, Asked(rule or (), severity.value, owner, min_downloads, new_since)) as result:
        _print(result, form, limit)
        code = result.exit_code(fail_on)
    raise typer.Exit(code)


def _bring_up_to_date(store: Path) -> None:
    from hubaudit.audit.whole import bring_up_to_date  # noqa: PLC0415 - `hubaudit --help` must not load DuckDB

    with progress("reading cards") as bar:
        done = bring_up_to_date(store, lambda read, needed: bar(read, needed, "texts"))
    if done.texts:
        unread = f", {done.unread:,} of them in vain" if done.unread else ""
        narrate(f"{done.texts:,} texts read{unread}")


def _print(result: Found, form: Format, limit: int | None) -> None:
    from hubaudit.report import findings as write  # noqa: PLC0415 - `hubaudit --help` must not load rich

    if form is Format.JSON:
        for line in write.findings_json(result.crawl, result.total, result.findings(limit), result.coverage):
            typer.echo(line)
        return
    shown = result.findings(_SHOWN if limit is None else limit)
    if form is Format.MARKDOWN:
        typer.echo(write.findings_markdown(result.total, shown, result.coverage))
    else:
        width, color = screen()
        typer.echo(write.findings_table(result.total, shown, result.coverage, width=width, color=color))
