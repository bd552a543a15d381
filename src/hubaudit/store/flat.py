"""A lake as files side by side, for a place without folders, such as a release.

Each file is named after its place and its content, as in `repo_log-night-2026-08-19-rows.01234567.parquet`,
in letters that GitHub leaves alone. So a night that is over keeps its name, and who has a file of that name
has it already. `lake.json` names them all.
"""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from hubaudit.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES = "files"  # the key in lake.json: where in the lake each file belongs
_DIGITS = 16
_ODD = re.compile(r"[^A-Za-z0-9_-]")


def flatten(folder: Path, manifest: dict[str, object]) -> dict[str, object]:
    """Put a lake's files side by side; return the manifest that names them."""
    files = {}
    for path in sorted(folder.rglob("*.parquet")):
        place = path.relative_to(folder).as_posix()
        with path.open("rb") as content:
            digest = file_digest(content, "sha256").hexdigest()[:_DIGITS]
        name = f"{_ODD.sub('-', place.removesuffix('.parquet'))}.{digest}.parquet"
        path.rename(folder / name)
        files[name] = place
    for inside in sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True):
        inside.rmdir()
    return manifest | {FILES: files}


@contextmanager
def unfolded(folder: Path, manifest: Path) -> Iterator[Path]:
    """Give a folder of a flat lake's files at their places, or the folder itself. Raises StoreError."""
    files = json.loads(manifest.read_bytes()).get(FILES)
    if files is None:
        yield folder
        return
    if not isinstance(files, dict):
        raise StoreError(f"{manifest} is damaged: it names no files")
    with TemporaryDirectory(prefix="hubaudit-lake-") as tree:
        for name, place in files.items():
            _link(folder / Path(name).name, Path(tree), Path(str(place)))
        yield Path(tree)


def _link(file: Path, tree: Path, place: Path) -> None:
    if place.is_absolute() or ".." in place.parts:
        raise StoreError(f"{file.parent} is no lake: a file in it would leave the folder")
    if not file.is_file():
        raise StoreError(f"{file.parent} is not whole: {file.name} is missing")
    target = tree / place
    target.parent.mkdir(parents=True, exist_ok=True)
    target.symlink_to(file.absolute())
