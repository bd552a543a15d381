"""The command line: the application, its version, and what an error looks like.

Exit codes, the same for every format: 0 clean, or no --fail-on given; 1 findings at or above --fail-on;
2 usage or configuration; 3 incomplete: the Hub or an upstream could not be read, or the id does not exist.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from hubaudit import __version__
from hubaudit.commands.audit import audit
from hubaudit.commands.crawl import crawl
from hubaudit.commands.diff import diff
from hubaudit.commands.explain import explain
from hubaudit.commands.export import export
from hubaudit.commands.identify import identify
from hubaudit.commands.import_ import import_
from hubaudit.commands.query import query
from hubaudit.commands.scan import scan
from hubaudit.commands.score import score
from hubaudit.commands.status import status
from hubaudit.console import narrate, narrate_warnings, print_what_can_be_printed
from hubaudit.errors import HubauditError

INTERRUPTED = 130  # as a shell says of a command that Ctrl-C ended

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="It says it is open source: is it? "
    "hubaudit sets the claims of models on the Hugging Face Hub against the evidence.",
    epilog="Exit codes: 0 clean or no --fail-on, 1 findings at or above --fail-on, 2 usage, 3 incomplete.",
)
for command in (score, scan, crawl, audit, diff, explain, export, identify, query, status):
    app.command()(command)
app.command("import")(import_)


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
    print_what_can_be_printed()
    narrate_warnings()
    try:
        app()
    except HubauditError as error:
        narrate(str(error))
        sys.exit(error.exit_code)
    except SystemExit as end:
        if end.code == INTERRUPTED:
            narrate("interrupted; nothing of this run was kept")
        raise
    except Exception as error:
        if os.environ.get("HUBAUDIT_DEBUG"):
            raise
        reason = str(error).split("\n", 1)[0]
        mistake = f"a mistake in hubaudit itself, please report it: {type(error).__name__}: {reason}"
        narrate(f"{mistake} (HUBAUDIT_DEBUG=1 shows where)")
        sys.exit(HubauditError.exit_code)


if __name__ == "__main__":
    main()
