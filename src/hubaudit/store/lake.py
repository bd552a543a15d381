"""The store as a folder of Parquet files: all raw tables, what grows with time by night.

    lake.json                                            schema version, rows, and each file with its digest
    repo_log/night=2026-08-19/rows-0f3c9a1be2d4.parquet  what was observed that day (UTC)
    text_seen/night=2026-08-19/rows-....parquet          looks at files
    text/night=2026-08-19/rows-....parquet               texts, and what was read in them, by the first look
    crawl/rows-....parquet                               the other tables, whole

With `flat` the files lie side by side, for a place without folders, such as a release. Their names are then
like repo_log.night-2026-08-19.0f3c9a1be2d4.parquet.

A file is named by its content and never changed. So a folder is brought up to date by adding files, then
writing the manifest, then removing what it does not name: a night that is over stays as it is, byte for byte.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

from hubaudit.errors import StoreError, StoreVersionError, UsageError
from hubaudit.store.dumps import literal
from hubaudit.store.durable import put_in_place
from hubaudit.store.file import SCHEMA_VERSION
from hubaudit.store.nights import Part, parts, tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from duckdb import DuckDBPyConnection

MANIFEST = "lake.json"
_AGAIN = "Free some space and export again: what was there before is whole"
_OURS = re.compile(
    r"rows\.part|\w+(/night=[\w-]+)?/rows-[0-9a-f]{12}\.parquet|\w+(\.night-[\w-]+)?\.[0-9a-f]{12}\.parquet"
)
_OPTIONS = "format parquet, compression zstd, compression_level 9"  # 7 % smaller than by default


@dataclass(frozen=True, slots=True)
class File:
    """A file of the folder. `state` is that of the rows it was made from (store/nights.py)."""

    path: str
    table: str
    night: str | None
    rows: int
    state: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a folder holds. `files` is None in one that an older hubaudit wrote."""

    rows: dict[str, int]
    files: tuple[File, ...] | None


def export(
    con: DuckDBPyConnection,
    folder: Path,
    *,
    force: bool = False,
    flat: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _needed: None,
) -> dict[str, int]:
    """Write database `store` as a folder, or bring an earlier export up to date; return each table's rows.

    A new folder appears whole or not at all; so does, with `force`, one in the place of an earlier export.
    Nothing else is ever replaced. Raises UsageError, StoreError.
    """
    _check_free(folder)
    place = _flat_place if flat else _place
    before = read_manifest(folder).files if is_lake(folder) and not force else None
    if before is None:
        with _appearing(folder) as inside:
            return _write(con, inside, place, (), progress)
    rows = _write(con, folder, place, before, progress)
    _remove_old(folder)
    return rows


def is_lake(folder: Path) -> bool:
    """Whether this folder was made by an export."""
    return (folder / MANIFEST).is_file()


def read_manifest(folder: Path) -> Manifest:
    """Return what a folder says of itself. Raises UsageError, StoreError, StoreVersionError."""
    try:
        told = json.loads((folder / MANIFEST).read_bytes())
        version, rows = int(told["schema_version"]), dict(told["rows"])
        files = told.get("files")
        manifest = Manifest(rows, None if files is None else tuple(map(_file, files)))
    except FileNotFoundError:
        raise UsageError(f"{folder} has no {MANIFEST}: it is no folder made by `hubaudit export`") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise StoreError(f"{folder / MANIFEST} is damaged: {error}") from error
    if version > SCHEMA_VERSION:
        raise StoreVersionError(
            f"{folder} was written by a newer hubaudit (schema {version}, this one knows {SCHEMA_VERSION}): "
            "upgrade hubaudit"
        )
    return manifest


def _file(told: dict[str, Any]) -> File:
    """Read a file's line. A manifest may come from anywhere: it names no file outside its folder."""
    file = File(**told)
    if not _OURS.fullmatch(file.path):
        raise ValueError(f"{file.path!r} is no file of an export")
    return file


def digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(
    con: DuckDBPyConnection,
    folder: Path,
    place: Callable[[Part, str], str],
    before: Sequence[File],
    progress: Callable[[int, int], None],
) -> dict[str, int]:
    """Write the files that the folder lacks, then the manifest."""
    known = {(file.table, file.night, file.state): file for file in before}
    wanted, files, rows = parts(con), [], dict.fromkeys(tables(con), 0)
    for done, part in enumerate(wanted, 1):
        file = known.get((part.table, part.night, part.state))
        is_there = file and (folder / file.path).is_file() and file.path == place(part, file.sha256)
        files.append(file if file and is_there else _write_file(con, folder, part, place))
        rows[part.table] += part.rows
        progress(done, len(wanted))
    manifest = {
        "schema_version": SCHEMA_VERSION,
        "rows": rows,
        "files": [asdict(file) for file in files],
    }
    text = json.dumps(manifest, indent=1) + "\n"
    _put(folder / MANIFEST, lambda part: part.write_text(text, encoding="utf-8"))
    return rows


def _write_file(con: DuckDBPyConnection, folder: Path, part: Part, place: Callable[[Part, str], str]) -> File:
    unnamed = folder / "rows.part"
    try:
        con.execute(f"copy ({part.sql}) to {literal(str(unnamed))} ({_OPTIONS})")
        sha256 = digest(unnamed)
        path = place(part, sha256)
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        put_in_place(unnamed, folder / path)
    except OSError as error:
        raise StoreError(f"cannot write below {folder}: {error.strerror}. {_AGAIN}") from error
    return File(path, part.table, part.night, part.rows, part.state, sha256)


def _place(part: Part, sha256: str) -> str:
    night = "" if part.night is None else f"night={part.night}/"
    return f"{part.table}/{night}rows-{sha256[:12]}.parquet"


def _flat_place(part: Part, sha256: str) -> str:
    """Name a file in letters that GitHub leaves alone."""
    night = "" if part.night is None else f"night-{part.night}."
    return f"{part.table}.{night}{sha256[:12]}.parquet"


def _put(path: Path, write: Callable[[Path], object]) -> None:
    part = path.with_name(f"{path.name}.part")
    try:
        write(part)
        put_in_place(part, path)
    except OSError as error:
        raise StoreError(f"cannot write {path}: {error.strerror}. {_AGAIN}") from error


def _remove_old(folder: Path) -> None:
    """Remove files of ours that the manifest does not name, and what a killed export left."""
    named = {folder / file.path for file in read_manifest(folder).files or ()}
    for path in set(folder.rglob("*")) - named:
        if _OURS.fullmatch(path.relative_to(folder).as_posix()):
            path.unlink(missing_ok=True)
            _remove_empty(path.parent, folder)


def _remove_empty(inside: Path, folder: Path) -> None:
    while inside != folder and not any(inside.iterdir()):
        inside.rmdir()
        inside = inside.parent


def _check_free(folder: Path) -> None:
    if not folder.exists() or is_lake(folder) or (folder.is_dir() and not any(folder.iterdir())):
        return
    raise UsageError(f"{folder} holds something else, which is not touched: name a new folder")


@contextmanager
def _appearing(folder: Path) -> Iterator[Path]:
    """Give a temporary folder beside this one; at the end it takes its place, at an error it goes."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise StoreError(f"cannot write beside {folder}: {error.strerror}") from error
    new, old = beside / "new", beside / "old"
    try:
        new.mkdir()
        yield new
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
    finally:
        if old.exists() and not folder.exists():
            old.rename(folder)
        shutil.rmtree(beside, ignore_errors=True)
