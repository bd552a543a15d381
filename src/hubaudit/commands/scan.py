"""`hubaudit scan`."""

from __future__ import annotations

import sys
from collections import defaultdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hubaudit.commands.asking import ask_on, tell
from hubaudit.commands.options import (
    Baseline,
    ConfigFile,
    Database,
    Endpoint,
    FailOn,
    MaxAge,
    NoCodeHost,
    Offline,
    Refresh,
    ShowIgnored,
)
from hubaudit.console import few, narrate, progress, screen
from hubaudit.errors import UsageError
from hubaudit.model import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hubaudit.scanned import Code, Scanned

_NAMED = 3  # files in a line of the narration


class ScanFormat(StrEnum):
    """How a scan is written."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    MARKDOWN = "markdown"
    SARIF = "sarif"


def scan(  # noqa: PLR0913, PLR0917 - one parameter for each option; Typer passes them by name
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files and folders of code.")],
    form: Annotated[
        ScanFormat, typer.Option("--format", "-f", help="How to write the result.")
    ] = ScanFormat.TABLE,
    only_list: Annotated[
        bool, typer.Option("--list", help="Only list what is named, and where: nothing is asked or scored.")
    ] = False,
    exclude: Annotated[
        list[str] | None,
        typer.Option(metavar="PATTERN", help="Leave these files out, as in .gitignore: tests/; repeatable."),
    ] = None,
    fail_on: FailOn = None,
    config: ConfigFile = None,
    baseline: Baseline = None,
    show_ignored: ShowIgnored = False,
    refresh: Refresh = False,
    max_age: MaxAge = "24h",  # type: ignore[assignment]  # Typer parses the default like a given value
    db: Database = None,
    endpoint: Endpoint = None,
    offline: Offline = False,
    no_code_host: NoCodeHost = False,
) -> None:
    """Find the models that a code base loads, score them, and report the findings where they are named.

    Reads Python, notebooks, YAML, TOML, JSON, Dockerfiles, shell scripts, Makefiles and workflows; .gitignore
    holds. Data sets are listed with their places, and not scored.

    Examples: hubaudit scan . --list, hubaudit scan src --fail-on high --format sarif
    """
    from hubaudit.audit import score as scoring  # noqa: PLC0415 - `hubaudit --help` must not load DuckDB
    from hubaudit.audit.aside import aside_from  # noqa: PLC0415 - the same
    from hubaudit.audit.scan import joined  # noqa: PLC0415 - the same

    if only_list:
        if form is ScanFormat.SARIF:
            raise UsageError("--list has no findings, and --format sarif nothing else: use another format")
        _print_list(_scanned(paths, exclude or ()), form)
        return
    aside = aside_from(config, baseline, show_ignored=show_ignored)
    code = _scanned(paths, exclude or ())
    ids = [named.id for named in code.named if named.kind is Kind.MODEL]
    answers = ask_on(ids, db, endpoint, max_age, offline=offline, refresh=refresh, no_code_host=no_code_host)
    answers.notes += aside.apply(answers)
    tell(answers)
    _print(joined(code, answers), form, is_compared=baseline is not None)
    raise typer.Exit(scoring.exit_code(answers, fail_on or aside.config.policy.fail_on, aside))


def _scanned(paths: Sequence[Path], exclude: Sequence[str]) -> Code:
    from hubaudit.audit.scan import scan as find  # noqa: PLC0415 - `hubaudit --help` must not load DuckDB

    with progress("reading code") as bar:
        code = find(paths, exclude, lambda read: bar(read, None, "files"))
    _narrate(code)
    return code


def _narrate(code: Code) -> None:
    """Say what was not read, and what is not scored."""
    by_outcome = defaultdict(list)
    for each in code.unread:
        by_outcome[each.outcome].append(each.file)
    for outcome, files in by_outcome.items():
        counted = "1 file was" if len(files) == 1 else f"{len(files):,} files were"
        narrate(f"{counted} not read to the end, {outcome}: {few(files, _NAMED)}")
    if datasets := sum(named.kind is Kind.DATASET for named in code.named):
        narrate(f"{datasets:,} data {'set is' if datasets == 1 else 'sets are'} listed and not scored")


def _print_list(code: Code, form: ScanFormat) -> None:
    from hubaudit.report.code import render_code  # noqa: PLC0415 - only when there is something to print

    typer.echo(render_code(code, form.value, aligned=sys.stdout.isatty()))


def _print(scanned: Scanned, form: ScanFormat, *, is_compared: bool) -> None:
    from hubaudit.audit.config import known_rules  # noqa: PLC0415 - `hubaudit --help` must not load DuckDB
    from hubaudit.report.code import render_scan  # noqa: PLC0415 - only when there is something to print

    width, color = screen()
    text = render_scan(
        scanned, form.value, width=width, color=color, rules=known_rules(), is_compared=is_compared
    )
    if text:
        typer.echo(text)
