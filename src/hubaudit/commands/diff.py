"""`hubaudit diff`."""

from __future__ import annotations

import typer

from hubaudit.commands.options import Database, Form, Format, Moment


def diff(
    before: Moment,
    after: Moment,
    form: Form = Format.TABLE,
    db: Database = None,
) -> None:
    """Show what changed between two moments: licenses, gates, bases, data sets, cells and findings.

    Examples: hubaudit diff 2026-08-19 2026-08-20, hubaudit diff crawl:1 crawl:2 --format json
    """
    from hubaudit.audit import history  # noqa: PLC0415 - `hubaudit --help` must not load DuckDB
    from hubaudit.report.changes import render_changes  # noqa: PLC0415 - the same
    from hubaudit.store.file import default_path  # noqa: PLC0415 - the same

    start, end, changes = history.diff(db or default_path(), before, after)
    typer.echo(render_changes(start, end, changes, form.value))
