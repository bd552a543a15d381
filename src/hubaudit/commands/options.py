"""The options that commands share: each is defined once, with its help."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from hubaudit.model import Kind

_OLDEST = timedelta(days=100 * 365)  # more would leave the calendar


class Format(StrEnum):
    """How a result is written."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"


class ListFormat(StrEnum):
    """How findings of many models are written."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    MARKDOWN = "markdown"
    CSV = "csv"
    SARIF = "sarif"


class ScoreFormat(StrEnum):
    """How scored models are written."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    MARKDOWN = "markdown"
    CSV = "csv"
    SARIF = "sarif"
    CYCLONEDX = "cyclonedx"
    SPDX = "spdx"
    DISCUSSION = "discussion"


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
NoCodeHost = Annotated[
    bool,
    typer.Option(
        "--no-code-host",
        envvar="HUBAUDIT_NO_CODE_HOST",
        help="Ask no code host for the licenses of linked code. Else GitHub is asked, or the address in "
        "HUBAUDIT_CODE_HOST; with GITHUB_TOKEN it answers more questions an hour.",
    ),
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
Form = Annotated[Format, typer.Option("--format", "-f", help="How to write the result.")]
Kinds = Annotated[
    list[Kind] | None, typer.Option("--kind", help="model or dataset; repeatable. Default: both.")
]
Full = Annotated[bool, typer.Option("--full", help="Walk the whole list now.")]
Since = Annotated[
    datetime | None, typer.Option(help="Read what changed since this date, whatever the store has.")
]
Limit = Annotated[int | None, typer.Option(min=1, help="Stop after so many records of each list.")]
MetadataOnly = Annotated[bool, typer.Option("--metadata-only", help="Read no cards and no license files.")]
Ids = Annotated[
    list[str] | None,
    typer.Option(
        "--id",
        metavar="ORG/NAME",
        help="Ask for this repository only; repeatable. A model, or with --kind dataset a data set.",
    ),
]
Owners = Annotated[
    list[str] | None,
    typer.Option("--owner", metavar="NAME", help="List this owner's repositories only; repeatable."),
]
MaxRequests = Annotated[int | None, typer.Option(min=1, help="Stop after so many requests.")]
BudgetMinutes = Annotated[float | None, typer.Option(min=0, help="Stop after so many minutes.")]
Moment = Annotated[str, typer.Argument(metavar="MOMENT", help="A date, a timestamp, or crawl:N.")]
Topic = Annotated[
    str, typer.Argument(metavar="RULE|LICENSE", help="A rule's id, or a license id or name as on the Hub.")
]
ConfigFile = Annotated[
    Path | None,
    typer.Option("--config", help="Ignored findings and policy. Default: hubaudit.toml of this folder."),
]
Baseline = Annotated[
    Path | None,
    typer.Option("--baseline", help="A former result (json, jsonl): what it has does not count any more."),
]
ShowIgnored = Annotated[
    bool, typer.Option("--show-ignored", help="Show the findings that hubaudit.toml ignores as well.")
]
