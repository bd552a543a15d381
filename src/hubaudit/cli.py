"""The command line: read options, call one function, print, exit. Nothing else.

Exit codes, the same for every format: 0 clean, or no --fail-on given; 1 findings at or above --fail-on;
2 usage or configuration; 3 incomplete: the Hub or an upstream could not be read, or the id does not exist.
"""

from __future__ import annotations

import os
import re
import sys
from contextlib import contextmanager
from datetime import timedelta
from enum import StrEnum
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hubaudit import __version__
from hubaudit.errors import HubauditError
from hubaudit.model import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hubaudit.audit.score import Answers

INTERRUPTED = 130  # as a shell says of a command that Ctrl-C ended
_OLDEST = timedelta(days=100 * 365)  # more would leave the calendar

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="It says it is open source: is it? "
    "hubaudit sets the claims of models on the Hugging Face Hub against the evidence.",
    epilog="Exit codes: 0 clean or no --fail-on, 1 findings at or above --fail-on, 2 usage, 3 incomplete.",
)


class Format(StrEnum):
    """How a result is written."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"


class Severity(StrEnum):
    """How much a finding matters."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"


def _duration(text: str) -> timedelta:
    found = re.fullmatch(r"([0-9]{1,9}) ?([mhd])", text.strip())
    if not found:
        raise typer.BadParameter("write a number and m, h or d, such as 90m, 24h or 7d")
    minutes = int(found[1]) * {"m": 1, "h": 60, "d": 24 * 60}[found[2]]
    return min(timedelta(minutes=minutes), _OLDEST)


Database = Annotated[
    Path | None,
    typer.Option("--db", envvar="HUBAUDIT_DB", help="The store's file. Default: in your user data folder."),
]
Endpoint = Annotated[
    str | None,
    typer.Option(
        "--endpoint", envvar="HF_ENDPOINT", help="The Hub's address. Default: https://huggingface.co"
    ),
]
Offline = Annotated[
    bool, typer.Option("--offline", help="Ask nothing of the Hub: answer from the store and the snapshot.")
]
MaxAge = Annotated[
    timedelta,
    typer.Option(parser=_duration, metavar="AGE", help="How old the store's answer may be: 90m, 24h, 7d."),
]
FailOn = Annotated[
    Severity | None,
    typer.Option(help="Exit with 1 on findings of this severity or above, for a gate in CI."),
]
Refresh = Annotated[bool, typer.Option("--refresh", help="Ask the Hub again, however fresh the store is.")]
Models = Annotated[
    list[str], typer.Argument(metavar="ORG/MODEL...", help="Hub ids, or addresses of model pages.")
]
Topic = Annotated[
    str, typer.Argument(metavar="RULE|LICENSE", help="A rule's id, or a license id or name as on the Hub.")
]


@app.command()
def score(  # noqa: PLR0913, PLR0917 - one parameter for each option; Typer passes them by name
    models: Models,
    form: Annotated[Format, typer.Option("--format", "-f", help="How to write the result.")] = Format.TABLE,
    fail_on: FailOn = None,
    refresh: Refresh = False,
    max_age: MaxAge = "24h",  # type: ignore[assignment]  # Typer parses the default like a given value
    db: Database = None,
    endpoint: Endpoint = None,
    offline: Offline = False,
) -> None:
    """Show a model's openness grid, evidence, lineage and findings.

    Example: hubaudit score HuggingFaceH4/zephyr-7b-beta
    """
    from hubaudit.audit import score as scoring  # noqa: PLC0415 - `hubaudit --help` must not load DuckDB
    from hubaudit.hub.ids import check_repo_id  # noqa: PLC0415 - the same for the parts of the Hub
    from hubaudit.store.file import default_path  # noqa: PLC0415 - the same

    ids = list(dict.fromkeys(check_repo_id(model, Kind.MODEL) for model in models))
    with _progress() as progress:
        options = scoring.Options(db or default_path(), endpoint, offline, refresh, max_age, progress)
        answers = scoring.score(ids, options)
    _print_reports(answers, form)
    raise typer.Exit(scoring.exit_code(answers, fail_on))


@app.command()
def explain(name: Topic) -> None:
    """Say what a rule looks for and why, or what is known of a license.

    Examples: hubaudit explain upstream-license-conflict, hubaudit explain llama3.1
    """
    from hubaudit.audit.explain import explain as explained  # noqa: PLC0415 - loads DuckDB

    typer.echo(explained(name))


def _show_version(value: bool) -> None:
    if value:
        typer.echo(f"hubaudit {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line. No traceback reaches a user, unless HUBAUDIT_DEBUG asks for it."""
    _print_what_can_be_printed()
    try:
        app()
    except HubauditError as error:
        _narrate(str(error))
        sys.exit(error.exit_code)
    except SystemExit as end:
        if end.code == INTERRUPTED:
            _narrate("interrupted; what the Hub answered in this run was not kept")
        raise
    except Exception as error:
        if os.environ.get("HUBAUDIT_DEBUG"):
            raise
        reason = str(error).split("\n", 1)[0]
        mistake = f"a mistake in hubaudit itself, please report it: {type(error).__name__}: {reason}"
        _narrate(f"{mistake} (HUBAUDIT_DEBUG=1 shows where)")
        sys.exit(HubauditError.exit_code)


def _print_what_can_be_printed() -> None:
    """Show `?` for what the terminal's encoding lacks, instead of failing on a stranger's character."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def _print_reports(answers: Answers, form: Format) -> None:
    import shutil  # noqa: PLC0415 - only when there is something to print

    from hubaudit.report import render  # noqa: PLC0415 - the same

    for line in [*answers.notes, *map(str, answers.errors)]:
        _narrate(line)
    if not answers.reports:
        return
    terminal = sys.stdout.isatty()
    color = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    width = shutil.get_terminal_size().columns if terminal else 80
    typer.echo(render(answers.reports, form.value, width=width, color=color, links=color))


def _narrate(line: str) -> None:
    from hubaudit.report.escape import plain  # noqa: PLC0415 - texts may carry a stranger's words

    typer.echo(f"hubaudit: {plain(line)}", err=True)


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """Show a bar on stderr while the Hub is asked, if anybody is watching."""
    if not sys.stderr.isatty():
        yield lambda _done, _needed: None
        return
    bars: list[Callable[[int, int], None]] = []

    def show(done: int, needed: int) -> None:
        if not bars:
            bars.append(_bar())
        bars[0](done, needed)

    try:
        yield show
    finally:
        if bars:
            bars[0](-1, -1)


def _bar() -> Callable[[int, int], None]:
    from rich.console import Console  # noqa: PLC0415 - slow to import; most answers come from the store
    from rich.progress import Progress  # noqa: PLC0415 - the same

    bar = Progress(console=Console(stderr=True), transient=True)
    task = bar.add_task("asking the Hub")
    bar.start()

    def show(done: int, needed: int) -> None:
        if done < 0:
            bar.stop()
        else:
            bar.update(task, completed=done, total=needed)

    return show


if __name__ == "__main__":
    main()
