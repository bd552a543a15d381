"""What a command shows people: narration and bars on stderr, and what stdout can take."""

from __future__ import annotations

import logging
import os
import shutil
import sys
from contextlib import contextmanager
from io import TextIOWrapper
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Bar = Callable[[int, int | None, str], None]  # done, needed (None: nobody knows), words


def print_what_can_be_printed() -> None:
    """Show `?` for what the terminal's encoding lacks, instead of failing on a stranger's character."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def narrate_warnings() -> None:
    """Show what the floors below warn of, as narration."""
    logger = logging.getLogger("hubaudit")
    logger.handlers[:] = [each for each in logger.handlers if not isinstance(each, _Narrator)]
    logger.addHandler(_Narrator())


class _Narrator(logging.Handler):
    """Says each thing once."""

    def __init__(self) -> None:
        super().__init__()
        self._said: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        line = record.getMessage()
        if line not in self._said:
            self._said.add(line)
            narrate(line)


def narrate(line: str) -> None:
    """Say something of the run, on stderr."""
    from hubaudit.report.escape import plain  # noqa: PLC0415 - texts may carry a stranger's words

    print(f"hubaudit: {plain(line)}", file=sys.stderr)  # noqa: T201 - narration is what this is for


def few(names: Sequence[str], most: int) -> str:
    """Name the first, and count the others."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"


def screen() -> tuple[int, bool]:
    """Return the width of stdout in cells, and whether it takes colour."""
    if not sys.stdout.isatty():
        return 80, False
    color = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return shutil.get_terminal_size().columns, color


@contextmanager
def progress(task: str) -> Iterator[Bar]:
    """Show a bar on stderr while something long goes on, if anybody is watching."""
    if not sys.stderr.isatty():
        yield _no_bar
        return
    shown: list[tuple[Bar, Callable[[], None]]] = []

    def show(done: int, needed: int | None, words: str = "") -> None:
        if not shown:
            shown.append(_bar(task))
        shown[0][0](done, needed, words)

    try:
        yield show
    finally:
        if shown:
            shown[0][1]()


def _no_bar(_done: int, _needed: int | None, _words: str = "") -> None:
    """Nobody watches."""


def _bar(task: str) -> tuple[Bar, Callable[[], None]]:
    from rich.console import Console  # noqa: PLC0415 - slow to import; most answers come from the store
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415 - the same

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[words]}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    number = bar.add_task(task, words="")
    bar.start()

    def show(done: int, needed: int | None, words: str) -> None:
        bar.update(number, completed=done, total=needed, words=words)

    return show, bar.stop
