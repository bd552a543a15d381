"""`hubaudit import`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hubaudit.commands.options import Database, Endpoint
from hubaudit.console import narrate, progress
from hubaudit.errors import UsageError
from hubaudit.model import Kind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from hubaudit.store.imports import Dump

Files = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE...",
        help="JSON lines (plain, gzip, zstd), Parquet, hf://datasets/..., or a folder of `hubaudit export`.",
    ),
]
ListKind = Annotated[Kind, typer.Option("--kind", help="What the records are: model or dataset.")]
Date = Annotated[
    datetime | None,
    typer.Option("--date", help="When the list was so. Default: the newest lastModified in the file."),
]
Whole = Annotated[
    bool, typer.Option("--whole", help="The file is the whole list: log what it lacks as gone.")
]


def import_(  # noqa: PLR0913, PLR0917 - one parameter for each option; Typer passes them by name
    files: Files,
    kind: ListKind = Kind.MODEL,
    date: Date = None,
    whole: Whole = False,
    db: Database = None,
    endpoint: Endpoint = None,
) -> None:
    """Put lists of models or data sets from files into the store, each as a run with a date of its own.

    Records may carry their cards. Importing a file again changes nothing, and older files may follow newer
    ones. A folder made by `hubaudit export` restores the store it came from.

    Example: hubaudit import models.jsonl.zst --date 2026-08-19
    """
    from hubaudit.hub import settings  # noqa: PLC0415 - `hubaudit --help` must not load the parts of the Hub
    from hubaudit.store.file import default_path, opened  # noqa: PLC0415 - `hubaudit --help` must not load DuckDB
    from hubaudit.store.imports import Dump  # noqa: PLC0415 - the same

    moment = _checked(date)
    address = settings.check_endpoint(endpoint) if endpoint else settings.endpoint_from_environment()
    path = db or default_path()
    folders = [file for file in files if Path(file).is_dir()]
    if folders and len(files) > 1:
        raise UsageError(f"{folders[0]} is a folder: restore it by itself, into an empty store")
    with opened(path, write=True) as con:
        if folders:
            _restore(con, Path(folders[0]))
            return
        for file in files:
            _import(con, Dump(file, kind, address, moment, whole))


def _checked(date: datetime | None) -> datetime | None:
    moment = date and date.replace(tzinfo=date.tzinfo or UTC)
    if moment and moment > datetime.now(UTC):
        raise UsageError(f"--date {moment:%Y-%m-%d} is in the future: an import tells what was")
    return moment


def _restore(con: DuckDBPyConnection, folder: Path) -> None:
    from hubaudit.store.restore import restore  # noqa: PLC0415 - `hubaudit --help` must not load DuckDB

    rows = restore(con, folder)
    typer.echo(f"{folder}: {rows['repo_log']:,} changes, {rows['text']:,} texts, {rows['crawl']:,} runs")


def _import(con: DuckDBPyConnection, dump: Dump) -> None:
    from hubaudit.store.imports import import_dump  # noqa: PLC0415 - `hubaudit --help` must not load DuckDB

    size = Path(dump.path).stat().st_size if Path(dump.path).is_file() else None
    with progress(f"importing {dump.path}") as bar:
        done = import_dump(con, dump, lambda read: bar(read, size, "bytes"))
    if dump.date is None:
        narrate(f"{dump.path}: dated {done.observed_at:%Y-%m-%d %H:%M:%S} UTC, its newest lastModified")
    if done.odd:
        narrate(f"{dump.path}: {done.odd:,} lines name no repository; they are kept in raw.odd_record")
    typer.echo(
        f"{dump.path}: {done.records:,} {dump.kind}s, {done.changed:,} changed, {done.gone:,} gone,"
        f" {done.cards:,} cards"
    )
