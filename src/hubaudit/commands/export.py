"""`hubaudit export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hubaudit.commands.options import Database
from hubaudit.console import progress

Folder = Annotated[
    Path, typer.Argument(metavar="DIR", help="A new folder, or one that an earlier export made.")
]
Force = Annotated[bool, typer.Option("--force", help="Write all anew in the place of an earlier export.")]

Flat = Annotated[bool, typer.Option("--flat", help="No folders inside: for a release.")]


def export(folder: Folder, force: Force = False, flat: Flat = False, db: Database = None) -> None:
    """Write the store as a folder of Parquet files, the log by night; `hubaudit import DIR` restores it.

    An earlier export is brought up to date: nights that are over and unchanged are not written again.

    Examples: hubaudit export lake, hubaudit export assets --flat
    """
    from hubaudit.store import lake  # noqa: PLC0415 - `hubaudit --help` must not load DuckDB
    from hubaudit.store.file import default_path, existing, opened  # noqa: PLC0415 - the same

    with opened(existing(db or default_path())) as con, progress("exporting") as bar:
        con.execute("reset threads")  # the store is opened for look-ups; this reads all of it
        rows = lake.export(
            con, folder, force=force, flat=flat, progress=lambda done, needed: bar(done, needed, "files")
        )
    typer.echo(f"{folder}: {rows['repo_log']:,} changes, {rows['text']:,} texts, {rows['crawl']:,} runs")
