"""The reference of the command line, as Typer writes it from the commands themselves."""

from __future__ import annotations

import re

import typer
from typer.cli import get_docs_for_click

from docs.markdown import fenced
from hubaudit.cli import app

_NAME = "hubaudit"
_USAGE = re.compile(r"```console\n\$ (.*)\n```")
_EXAMPLES = re.compile(r"^Examples?: (.+(?:\n.+)*)", re.MULTILINE)
_OWN_COMMANDS = re.compile(r"\*\*Commands\*\*:\n\n(?:\* .*\n)+\n")  # the site has its own list
_STAR = re.compile(r"(?<=\w\.)\*")  # `core.*` in a sentence is no emphasis


def command_page() -> str:
    """Return the page of all commands with their options."""
    command = typer.main.get_command(app)
    context = typer.Context(command, info_name=_NAME)
    text = get_docs_for_click(obj=command, ctx=context, name=_NAME, title="Command line")
    text = _OWN_COMMANDS.sub("", text)
    text = _USAGE.sub(lambda found: fenced(found[1], "text"), text)
    text = _EXAMPLES.sub(lambda found: fenced(_a_line_each(found[1]), "bash"), text)
    return _STAR.sub(r"\\*", text) + "\n"


def _a_line_each(examples: str) -> str:
    return re.sub(rf",\s+(?={_NAME} )", "\n", examples)
