"""`hubaudit score`."""

from __future__ import annotations

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
    Models,
    NoCodeHost,
    Offline,
    Refresh,
    ScoreFormat,
    ShowIgnored,
)
from hubaudit.console import screen
from hubaudit.errors import UsageError
from hubaudit.model import Kind

if TYPE_CHECKING:
    from hubaudit.audit.options import Answers

_OF_ONE_MODEL = {ScoreFormat.CYCLONEDX, ScoreFormat.SPDX}


def score(  # noqa: PLR0913, PLR0917 - one parameter for each option; Typer passes them by name
    models: Models,
    form: Annotated[
        ScoreFormat, typer.Option("--format", "-f", help="How to write the result.")
    ] = ScoreFormat.TABLE,
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
    """Show a model's openness grid, evidence, lineage and findings.

    Example: hubaudit score HuggingFaceH4/zephyr-7b-beta
    """
    from hubaudit.audit import score as scoring  # noqa: PLC0415 - `hubaudit --help` must not load DuckDB
    from hubaudit.audit.aside import aside_from  # noqa: PLC0415 - the same
    from hubaudit.hub.ids import check_repo_id  # noqa: PLC0415 - the same for the parts of the Hub

    asked = [check_repo_id(model, Kind.MODEL) for model in models]
    ids = [
        repo_id for place, repo_id in enumerate(asked) if repo_id.lower() not in map(str.lower, asked[:place])
    ]
    if form in _OF_ONE_MODEL and len(ids) > 1:
        raise UsageError(f"--format {form.value} describes one model: score one at a time")
    aside = aside_from(config, baseline, show_ignored=show_ignored)
    answers = ask_on(ids, db, endpoint, max_age, offline=offline, refresh=refresh, no_code_host=no_code_host)
    answers.notes += aside.apply(answers)
    _print_reports(answers, form, several=len(ids) > 1, is_compared=baseline is not None)
    raise typer.Exit(scoring.exit_code(answers, fail_on or aside.config.policy.fail_on, aside))


def _print_reports(answers: Answers, form: ScoreFormat, *, several: bool, is_compared: bool) -> None:
    from hubaudit.audit.config import known_rules  # noqa: PLC0415 - `hubaudit --help` must not load DuckDB
    from hubaudit.report import render  # noqa: PLC0415 - only when there is something to print

    tell(answers)
    if not answers.reports and (not several or form in _OF_ONE_MODEL):
        return
    width, color = screen()
    text = render(
        answers.reports,
        form.value,
        width=width,
        color=color,
        links=color,
        several=several,
        rules=known_rules(),
        is_compared=is_compared,
    )
    if text:
        typer.echo(text)
