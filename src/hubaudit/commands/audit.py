"""`hubaudit audit`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hubaudit.commands.options import (
    Baseline,
    ConfigFile,
    Database,
    FailOn,
    ListFormat,
    Severity,
    ShowIgnored,
)
from hubaudit.console import few, narrate, progress, screen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hubaudit.audit.found import Found

_NAMED = 5  # ids in a line
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
    id_file: Annotated[
        Path | None, typer.Option(help="Only the models that this file names, one a line; - reads stdin.")
    ] = None,
    min_downloads: Annotated[int, typer.Option(min=0, help="Only of models with so many downloads.")] = 0,
    limit: Annotated[
        int | None,
        typer.Option(
            min=0, help=f"Show so many, the most reaching first. Default: {_SHOWN} for readers, else all."
        ),
    ] = None,
    form: Annotated[
        ListFormat, typer.Option("--format", "-f", help="How to write the result.")
    ] = ListFormat.TABLE,
    fail_on: FailOn = None,
    config: ConfigFile = None,
    baseline: Baseline = None,
    show_ignored: ShowIgnored = False,
    db: Database = None,
) -> None:
    """Judge every model of the store, and show the findings that reach most.

    Reads cards that no one read yet, judges what changed since the last audit and all models that rest on it,
    and remembers since when each finding stands. `hubaudit query --sql` can ask its tables: core.*, grid.*,
    rules.*.

    Example: hubaudit audit --new-since 2026-11-23 --severity high --format markdown
    """
    from hubaudit.audit.aside import aside_from  # noqa: PLC0415 - `hubaudit --help` must not load DuckDB
    from hubaudit.audit.found import Asked, found  # noqa: PLC0415 - the same
    from hubaudit.audit.id_file import read_ids  # noqa: PLC0415 - the same
    from hubaudit.store.file import default_path  # noqa: PLC0415 - the same

    aside = aside_from(config, baseline, show_ignored=show_ignored)
    ids = None if id_file is None else read_ids(id_file)
    store = db or default_path()
    _bring_up_to_date(store)
    asked = Asked(rule or (), severity.value, owner, min_downloads, new_since, ids, aside)
    with found(store, asked) as result:
        for line in result.remarks:
            narrate(line)
        if result.missing:
            narrate(_missing(result.missing))
        _print(result, form, limit, is_compared=baseline is not None)
        code = result.exit_code(fail_on or aside.config.policy.fail_on)
    raise typer.Exit(code)


def _bring_up_to_date(store: Path) -> None:
    from hubaudit.audit.whole import bring_up_to_date  # noqa: PLC0415 - `hubaudit --help` must not load DuckDB

    with progress("audit") as bar:
        done = bring_up_to_date(store, bar)
    if done.texts:
        unread = f", {done.unread:,} of them in vain" if done.unread else ""
        narrate(f"{done.texts:,} texts read{unread}")
    if done.judged != 0:
        narrate("all models judged" if done.judged is None else f"{done.judged:,} models judged anew")


def _missing(ids: list[str]) -> str:
    return f"the store has no model {few(ids, _NAMED)}: `hubaudit crawl --id` asks the Hub for one"


def _print(result: Found, form: ListFormat, limit: int | None, *, is_compared: bool) -> None:
    from hubaudit.report import findings as write  # noqa: PLC0415 - `hubaudit --help` must not load rich

    if form in {ListFormat.TABLE, ListFormat.MARKDOWN}:
        shown = result.findings(_SHOWN if limit is None else limit)
        if form is ListFormat.MARKDOWN:
            typer.echo(write.findings_markdown(result.total, shown, result.coverage))
        else:
            width, color = screen()
            typer.echo(write.findings_table(result.total, shown, result.coverage, width=width, color=color))
        return
    for line in _lines(result, form, limit, is_compared=is_compared):
        typer.echo(line)


def _lines(result: Found, form: ListFormat, limit: int | None, *, is_compared: bool) -> Iterator[str]:
    """Write for a program, a line at a time: a store may have millions of findings."""
    from hubaudit.report import findings as write  # noqa: PLC0415 - `hubaudit --help` must not load rich
    from hubaudit.report import listing  # noqa: PLC0415 - the same

    shown = result.findings(limit)
    if form is ListFormat.JSON:
        return write.findings_json(result.crawl, result.total, shown, result.coverage)
    if form is ListFormat.SARIF:
        from hubaudit.report.sarif import findings_sarif  # noqa: PLC0415 - the same

        coverage = write.coverage_content(result.coverage)
        return findings_sarif(shown, result.rules, coverage=coverage, is_compared=is_compared)
    return listing.findings_csv(shown) if form is ListFormat.CSV else listing.findings_jsonl(shown)
