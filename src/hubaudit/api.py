"""hubaudit in Python: `from hubaudit import score, open_store`.

Nothing is read or asked before a function is called, and what goes wrong is an error of hubaudit.errors.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack, overload

from hubaudit.errors import UsageError

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    import pyarrow as pa
    from duckdb import DuckDBPyConnection

    from hubaudit.model import Report

Value = str | int | float | bool | None
"""What stands in a row: times are text in ISO 8601, lists are text with commas."""

_FRESH = timedelta(hours=24)
_TIMEOUT = 60.0  # seconds
_SHOWN = 100  # rows in a notebook


class _Settings(TypedDict, total=False):
    db: str | os.PathLike[str] | None
    endpoint: str | None
    offline: bool
    refresh: bool
    max_age: timedelta
    code_host: bool


@overload
def score(models: str, **settings: Unpack[_Settings]) -> Report: ...
@overload
def score(models: list[str] | tuple[str, ...], **settings: Unpack[_Settings]) -> list[Report]: ...
def score(  # noqa: PLR0913 - settings with defaults, as the command line has them
    models: str | list[str] | tuple[str, ...],
    *,
    db: str | os.PathLike[str] | None = None,
    endpoint: str | None = None,
    offline: bool = False,
    refresh: bool = False,
    max_age: timedelta = _FRESH,
    code_host: bool = True,
) -> Report | list[Report]:
    """Report on a model, or on each of several, as `hubaudit score` does: `score("org/model").signature`.

    `models` are ids, or addresses of model pages. `db` is the store that answers while it is fresh, and keeps
    what the Hub says (default: HUBAUDIT_DB, else in the user's data folder); `max_age` is how long it is
    fresh, `refresh` asks the Hub in any case, `offline` never. `endpoint` is the Hub's address (default:
    HF_ENDPOINT, else huggingface.co). `code_host` allows GitHub to be asked for the licenses of linked code.

    Raises UsageError for what is no id, and IncompleteError for the first model that has no report; what was
    learned of the others is in the store.
    """
    from hubaudit.audit.options import Options  # noqa: PLC0415 - `import hubaudit` must stay light
    from hubaudit.audit.score import score as score_all  # noqa: PLC0415 - the same
    from hubaudit.hub.ids import check_repo_id  # noqa: PLC0415 - the same
    from hubaudit.hub.settings import code_host_from_environment  # noqa: PLC0415 - the same
    from hubaudit.model import Kind  # noqa: PLC0415 - the same

    asked = [check_repo_id(each, Kind.MODEL) for each in ([models] if isinstance(models, str) else models)]
    host = code_host_from_environment() if code_host and not offline else None
    options = Options(_store(db), endpoint, offline, refresh, max_age, code_host=host)
    answers = score_all(list(dict.fromkeys(asked)), options)
    if answers.errors:
        raise answers.errors[0]
    reports = {report.asked_id: report for report in answers.reports}
    return reports[asked[0]] if isinstance(models, str) else [reports[repo_id] for repo_id in asked]


@contextmanager
def open_store(path: str | os.PathLike[str] | None = None) -> Iterator[Store]:
    """Open the store for questions, read-only, inside a `with`: as long as it lasts no crawl can write to it.

    `path` is the store's file (default: HUBAUDIT_DB, else in the user's data folder). Raises UsageError where
    there is none, StoreError for one that cannot be used.
    """
    from hubaudit.audit.query import fenced  # noqa: PLC0415 - `import hubaudit` must stay light

    file = _store(path)
    with fenced(file) as con:
        yield Store(file, con)


def _store(path: str | os.PathLike[str] | None) -> Path:
    from hubaudit.store.file import default_path  # noqa: PLC0415 - `import hubaudit` must stay light

    return default_path() if path is None else Path(path)


@dataclass(frozen=True, slots=True)
class Result:
    """What a question answered. Printed, and in a notebook, it is a table."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]

    def to_arrow(self) -> pa.Table:
        """Return an Arrow table, as pandas and polars take it. Raises UsageError where pyarrow is missing."""
        try:
            import pyarrow as pa  # noqa: PLC0415 - an extra, and large
        except ImportError as error:
            raise UsageError("to_arrow needs pyarrow: pip install 'hubaudit[arrow]'") from error
        columns = zip(*self.rows, strict=True) if self.rows else [()] * len(self.columns)
        return pa.Table.from_arrays([pa.array(column) for column in columns], names=list(self.columns))

    def __str__(self) -> str:
        from hubaudit.report.rows import render_rows  # noqa: PLC0415 - `import hubaudit` must stay light

        return render_rows(self.columns, self.rows, "table", aligned=True)

    def _repr_html_(self) -> str:
        """Show the first rows; texts of strangers are no markup."""
        head = _cells("th", self.columns)
        body = "".join(map(_row, self.rows[:_SHOWN]))
        more = len(self.rows) - _SHOWN
        rest = f"<p>and {more:,} more rows</p>" if more > 0 else ""
        return f"<table><thead>{head}</thead><tbody>{body}</tbody></table>{rest}"


def _row(row: tuple[Value, ...]) -> str:
    return _cells("td", row)


def _cells(tag: str, values: tuple[Value, ...]) -> str:
    from hubaudit.report.escape import plain  # noqa: PLC0415 - `import hubaudit` must stay light

    texts = ("" if value is None else escape(plain(str(value))) for value in values)
    return f"<tr>{''.join(f'<{tag}>{text}</{tag}>' for text in texts)}</tr>"


@dataclass(frozen=True, slots=True)
class Store:
    """The store, open for questions: `store.sql("select ...").rows`.

    SQL sees what `hubaudit query --sql` sees, and reaches no file and no network.
    """

    path: Path
    _con: DuckDBPyConnection

    def sql(
        self, query: str, *, limit: int | None = None, timeout: float = _TIMEOUT, **moments: str
    ) -> Result:
        """Answer one SELECT. `timeout` is in seconds.

        `moments` are what `$since`, `$until` and `$at` in it stand for: a date, a timestamp, or `crawl:N`.
        Raises UsageError for SQL that does not run, IncompleteError at a limit of time or memory.
        """
        from hubaudit.audit.query import ask_on  # noqa: PLC0415 - `import hubaudit` must stay light

        columns, rows = ask_on(self._con, self.path, query, moments, limit=limit, timeout=timeout)
        return Result(tuple(columns), tuple(rows))

    def query(
        self, name: str, *, limit: int | None = None, timeout: float = _TIMEOUT, **moments: str
    ) -> Result:
        """Answer a named question, such as "license-changes"; `hubaudit query --list` shows them.

        Raises UnknownNameError, which names near ones, and what `sql` raises.
        """
        from hubaudit.audit.questions import named  # noqa: PLC0415 - `import hubaudit` must stay light

        return self.sql(named(name).sql, limit=limit, timeout=timeout, **moments)
