"""`hubaudit status`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from hubaudit.commands.options import Database, Endpoint, Form, Format
from hubaudit.errors import StoreError, UsageError

Check = Annotated[bool, typer.Option("--check", help="Read all of the store, and tell whether it is whole.")]
Probe = Annotated[
    bool,
    typer.Option(
        "--probe", help="Ask the Hub, in at most 25 requests, whether it is as the crawler takes it."
    ),
]
Backup = Annotated[
    Path | None, typer.Option("--backup", metavar="FILE", help="Write a compact copy of the store.")
]


def status(  # noqa: PLR0913, PLR0917 - one parameter for each option; Typer passes them by name
    check: Check = False,
    probe: Probe = False,
    backup: Backup = None,
    form: Form = Format.TABLE,
    db: Database = None,
    endpoint: Endpoint = None,
) -> None:
    """Show how the store stands: its lists, the last runs, the files not read yet, and what is due next.

    Example: hubaudit status --check
    """
    from hubaudit.store.file import default_path, existing  # noqa: PLC0415 - `hubaudit --help` must not load DuckDB

    store = db or default_path()
    if [check, probe, backup is not None].count(True) > 1:
        raise UsageError("give one of --check, --probe and --backup")
    if probe:
        _probe(endpoint, form)
    elif check:
        _check(existing(store), form)
    elif backup:
        from hubaudit.store.clone import back_up  # noqa: PLC0415 - the same

        back_up(existing(store), backup)
        typer.echo(f"{backup}: a copy of {store}, {backup.stat().st_size / 2**20:,.1f} MiB")
    else:
        _show(store, form)


def _show(store: Path, form: Format) -> None:
    from hubaudit.crawl.disk import cache_folder  # noqa: PLC0415 - `hubaudit --help` must not load DuckDB
    from hubaudit.crawl.status import status as state_of  # noqa: PLC0415 - the same
    from hubaudit.report.status import render_status  # noqa: PLC0415 - the same, and rich

    state = state_of(store, cache_folder())
    typer.echo(render_status(state, form.value, aligned=sys.stdout.isatty()))


def _probe(endpoint: str | None, form: Format) -> None:
    import asyncio  # noqa: PLC0415 - only to ask the Hub

    from hubaudit.crawl.probe import probe_hub  # noqa: PLC0415 - the same
    from hubaudit.report.probe import render_probe  # noqa: PLC0415 - the same

    probed = asyncio.run(probe_hub(endpoint))
    typer.echo(render_probe(probed, form.value, aligned=sys.stdout.isatty()))


def _check(store: Path, form: Format) -> None:
    from hubaudit.audit.check import Check as Looked  # noqa: PLC0415 - the same
    from hubaudit.audit.check import check_store  # noqa: PLC0415 - the same
    from hubaudit.crawl.disk import cache_folder  # noqa: PLC0415 - the same
    from hubaudit.crawl.status import unfinished_pages  # noqa: PLC0415 - the same
    from hubaudit.report.rows import render_rows  # noqa: PLC0415 - the same

    looked = check_store(store)
    for kind, problem in unfinished_pages(cache_folder()):
        looked.append(
            Looked(f"cache: the pages of the last walk over {kind}s can be read", not problem, problem)
        )
    rows = [("ok" if each.is_ok else "broken", each.what, each.detail) for each in looked]
    typer.echo(render_rows(["state", "what", "detail"], rows, form.value, aligned=sys.stdout.isatty()))
    if any(not each.is_ok for each in looked):
        raise StoreError(
            "not everything is whole: `hubaudit import` restores an export into a new store, "
            "and the copy beside the store (*.current.duckdb) can take its place where that is whole"
        )
