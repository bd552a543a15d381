"""The rows of a question, as table, tab-separated values, JSON, Markdown or CSV."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import StringIO
from itertools import chain, zip_longest
from math import isfinite

from rich.cells import cell_len

from hubaudit.report.escape import markdown, plain
from hubaudit.report.json import SCHEMA_VERSION, written

Value = str | int | float | bool | None
Rows = Sequence[Sequence[Value]]

_WIDEST = 60  # cells; a longer text pushes its own line only
_FORMULA = tuple("=+-@\uff1d\uff0b\uff0d\uff20")  # some spreadsheets read the full-width ones as well


def render_rows(columns: Sequence[str], rows: Rows, form: str, *, aligned: bool = False) -> str:
    """Write rows in one of the formats table, json, markdown or csv, without a line end after the last line.

    Nothing is cut off or wrapped: one record is one line, but for JSON. A table is aligned for a reader, else
    its fields stand between tabs for a program.
    """
    if form == "json":
        return _json(columns, rows)
    if form == "markdown":
        return _markdown(columns, rows)
    if form == "csv":
        return "\n".join(csv_lines(columns, rows))
    lines = [list(map(plain, columns)), *(_texts(row, plain) for row in rows)]
    return _aligned(lines) if aligned else "\n".join(map("\t".join, lines))


def _json(columns: Sequence[str], rows: Rows) -> str:
    content = {
        "schema_version": SCHEMA_VERSION,
        "columns": list(columns),
        "rows": [dict(zip(columns, map(_number_or_text, row), strict=True)) for row in rows],
    }
    return written(content, indent=2)


def _number_or_text(value: Value) -> Value:
    """JSON has no infinity and no NaN."""
    return str(value) if isinstance(value, float) and not isfinite(value) else value


def _markdown(columns: Sequence[str], rows: Rows) -> str:
    lines = [map(markdown, columns), ["---"] * len(columns), *(_texts(row, markdown) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def csv_lines(columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[str]:
    """Yield the lines of a CSV, the columns' names first. No cell is a formula or has a line break."""
    for row in chain([columns], rows):
        written = StringIO()
        csv.writer(written, lineterminator="").writerow(_texts(row, _no_formula))
        yield written.getvalue()


def _no_formula(text: str) -> str:
    """Keep a spreadsheet from running a stranger's text. A leading tab or line break is white space here."""
    shown = plain(text)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown


def _texts(row: Sequence[Value], escape: Callable[[str], str]) -> list[str]:
    return [escape(value) if isinstance(value, str) else _bare(value) for value in row]


def _bare(value: float | None) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _aligned(lines: list[list[str]]) -> str:
    widths = [
        max((width for text in column if (width := cell_len(text)) <= _WIDEST), default=0)
        for column in zip_longest(*lines, fillvalue="")
    ]
    return "\n".join(_padded(line, widths) for line in lines)


def _padded(line: list[str], widths: list[int]) -> str:
    cells = (text + " " * (width - cell_len(text)) for text, width in zip(line, widths, strict=True))
    return "  ".join(cells).rstrip()
