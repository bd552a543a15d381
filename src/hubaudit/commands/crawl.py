"""`hubaudit crawl`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer

from hubaudit.commands.options import (
    BudgetMinutes,
    Database,
    Endpoint,
    Full,
    Ids,
    Kinds,
    Limit,
    MaxRequests,
    MetadataOnly,
    NoCodeHost,
    Owners,
    Since,
)
from hubaudit.console import narrate, progress
from hubaudit.errors import IncompleteError, InterruptedRunError, UsageError
from hubaudit.model import Kind
from hubaudit.report.escape import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hubaudit.crawl.code import Codes
    from hubaudit.crawl.files import Files
    from hubaudit.crawl.lists import Crawled
    from hubaudit.crawl.records import Named
    from hubaudit.crawl.run import Crawl


def crawl(  # noqa: PLR0913, PLR0917 - one parameter for each option; Typer passes them by name
    kind: Kinds = None,
    full: Full = False,
    since: Since = None,
    ids: Ids = None,
    owner: Owners = None,
    metadata_only: MetadataOnly = False,
    limit: Limit = None,
    max_requests: MaxRequests = None,
    budget_minutes: BudgetMinutes = None,
    db: Database = None,
    endpoint: Endpoint = None,
    no_code_host: NoCodeHost = False,
) -> None:
    """Bring the store up to date with the Hub: lists of models and data sets, cards and license files.

    The first run walks the whole list; later ones read what changed, and the whole list again every seven
    days, because only that shows what vanished. Files are read once a commit, those of changed repositories
    first, then by downloads. A run that was stopped goes on where it was. Limits are of the whole run: it
    ends with 3 when a list is not finished, and with 0 when only files wait for the next run.

    Code that cards link, as far as `hubaudit audit` has read them, is asked for at its host: whether it is
    there, and under which license.

    Example: hubaudit crawl --kind model --budget-minutes 300
    """
    from hubaudit.crawl import run as crawling  # noqa: PLC0415 - `hubaudit --help` must not load DuckDB
    from hubaudit.crawl.disk import cache_folder  # noqa: PLC0415 - the same
    from hubaudit.crawl.progress import words  # noqa: PLC0415 - the same
    from hubaudit.crawl.walk import Limits  # noqa: PLC0415 - the same
    from hubaudit.hub.settings import code_host_from_environment  # noqa: PLC0415 - the same
    from hubaudit.store.file import default_path  # noqa: PLC0415 - the same

    kinds, repo_ids = _checked(kind, ids, owner, is_walk=bool(full or since or limit))
    with progress("crawling") as bar:
        options = crawling.Options(
            db or default_path(), cache_folder(), endpoint, kinds, full, _moment(since),
            Limits(limit, max_requests, budget_minutes),
            lambda seen: bar(seen.done, seen.needed, words(seen)),
            repo_ids, owner or (), metadata_only,
            None if no_code_host else code_host_from_environment(),
        )  # fmt: skip
        try:
            done = crawling.crawl(options)
        except KeyboardInterrupt:
            raise InterruptedRunError("interrupted: run it again to go on where it was") from None
    _print(done)
    raise typer.Exit(0 if done.is_complete else IncompleteError.exit_code)


def _moment(since: datetime | None) -> datetime | None:
    return since and since.replace(tzinfo=since.tzinfo or UTC)


def _checked(
    kinds: list[Kind] | None, ids: list[str] | None, owners: list[str] | None, *, is_walk: bool
) -> tuple[Sequence[Kind], Sequence[str]]:
    """Return the kinds and the ids, each once. Raises UsageError for options that exclude each other."""
    from hubaudit.hub.ids import check_owner, check_repo_id  # noqa: PLC0415 - `hubaudit --help` needs none of it

    if (ids and owners) or ((ids or owners) and is_walk):
        raise UsageError(
            "--id and --owner stand for a walk: give one of the two, without --full, --since and --limit"
        )
    for owner in owners or ():
        check_owner(owner)
    if not ids:
        return list(dict.fromkeys(kinds or Kind)), ()
    of_kind = list(dict.fromkeys(kinds or [Kind.MODEL]))
    if len(of_kind) > 1:
        raise UsageError("--id asks for repositories of one kind: give --kind once")
    checked = [check_repo_id(repo_id, of_kind[0]) for repo_id in ids]
    return of_kind, list({repo_id.lower(): repo_id for repo_id in reversed(checked)}.values())[::-1]


def _print(done: Crawl) -> None:
    for line in done.named.unknown if done.named else ():
        narrate(line)
    for owner in done.unlisted:
        narrate(f"{owner}: the Hub lists nothing of an owner of this name")
    lines = [
        *map(_walk_line, done.walks),
        *(_named_line(named) for named in [done.named] if named),
        *(_files_line(files) for files in [done.files] if files),
        *(_code_line(code) for code in [done.code] if code),
    ]
    for line in lines:
        typer.echo(plain(line))


def _walk_line(walk: Crawled) -> str:
    dropped = ", ".join(walk.dropped_fields)
    refused = f"; the Hub refuses these fields now: {dropped}" if dropped else ""
    if walk.owner:
        end = "" if walk.end == "done" else f", not finished: {walk.detail}"
        return (
            f"{walk.kind}s of {walk.owner}: {walk.records:,} listed, {walk.changed:,} changed{end}{refused}"
        )
    end = "" if walk.end == "done" else f", not finished: {walk.detail}; run it again to go on"
    return (
        f"{walk.kind}s: {walk.mode} walk, {walk.records:,} listed, {walk.changed:,} changed,"
        f" {walk.gone:,} gone{end}{refused}"
    )


def _named_line(named: Named) -> str:
    return f"{named.kind}s: {len(named.shown) + len(named.unknown):,} asked for, {len(named.shown):,} shown"


def _code_line(code: Codes) -> str:
    wait = f"; {code.waiting:,} wait for the next run: {code.detail}" if code.waiting else ""
    return f"code: {code.found:,} found, {code.gone:,} gone, {code.other:,} not shown{wait}"


def _files_line(files: Files) -> str:
    wait = f"; {files.waiting:,} wait for the next run: {files.detail}" if files.waiting else ""
    return f"files: {files.found:,} read, {files.absent:,} absent, {files.other:,} not shown{wait}"
