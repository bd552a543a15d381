"""`hubaudit explain`."""

from __future__ import annotations

import typer

from hubaudit.commands.options import Topic


def explain(name: Topic) -> None:
    """Say what a rule looks for and why, or what is known of a license.

    Examples: hubaudit explain upstream-license-conflict, hubaudit explain llama3.1
    """
    from hubaudit.audit.explain import explain as explained  # noqa: PLC0415 - loads DuckDB

    typer.echo(explained(name))
