"""`hubaudit scan`: the repositories of the Hub that a code base names.

A folder is walked without what nobody wrote by hand and without what its .gitignore files leave out; links
are not followed. A file that is named is read in any case. What is there as a file or folder is no id.
"""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from pathspec import GitIgnoreSpec

from hubaudit.errors import UsageError
from hubaudit.hub.ids import check_repo_id
from hubaudit.model import Kind
from hubaudit.scanned import Code, Named, Place, Scanned, Unread, Unscored
from hubaudit.text.code.read import LARGEST, READ, read, reader_of
from hubaudit.text.code.wanted import Wanted
from hubaudit.warehouse.reference import rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

    from hubaudit.audit.options import Answers
    from hubaudit.model import Report
    from hubaudit.text.code.read import Found

SKIPPED = frozenset(
    """__pycache__ __pypackages__ build dist node_modules site-packages venv .bzr .cache .eggs .git .hg
    .hypothesis .ipynb_checkpoints .jj .mypy_cache .nox .pytest_cache .ruff_cache .svn .tox .venv
    """.split()  # noqa: SIM905 - a word list reads as words
)
"""Folders that are not walked into, whatever stands in .gitignore."""

NO_CODE, UNREADABLE = "no-code", "unreadable"
_IGNORE_FILE = ".gitignore"
_Ignores = tuple[tuple[Path, GitIgnoreSpec], ...]


def scan(
    paths: Sequence[Path],
    exclude: Sequence[str] = (),
    progress: Callable[[int], None] = lambda _read: None,
) -> Code:
    """Find the repositories that files and folders name. Raises UsageError for a path that is not there.

    `exclude` are patterns as in .gitignore, for the names of files as the result has them.
    """
    excluded = _excluded(exclude)
    wanted = Wanted(rows("code_mention"))
    places: dict[tuple[Kind, str], tuple[str, list[Place]]] = {}
    unread: list[Unread] = []
    files = 0
    for path, root in _files(paths):
        name = _relative(path, root)
        if excluded.match_file(name):
            continue
        outcome, found = _read(path, wanted)
        if outcome != READ:
            unread.append(Unread(name, outcome))
        files += outcome == READ
        for each in found:
            if repo_id := _repo_id(each, (root, path.parent)):
                key = Kind(each.kind), repo_id.lower()
                places.setdefault(key, (repo_id, []))[1].append(Place(name, each.line, each.column))
        progress(files + len(unread))
    named = [Named(repo_id, kind, tuple(found)) for (kind, _), (repo_id, found) in places.items()]
    return Code(tuple(sorted(named, key=_is_dataset)), files, tuple(unread))


def joined(code: Code, answers: Answers) -> Scanned:
    """Join what was asked of the models in the code, in their order, with what was answered."""
    by_id = {report.asked_id: report for report in answers.reports}
    reports: dict[str, Report] = {}
    places: dict[str, tuple[Place, ...]] = {}
    models = [named for named in code.named if named.kind is Kind.MODEL]
    for named in models:
        if report := by_id.get(named.id):
            reports[report.id] = report
            places[report.id] = (*places.get(report.id, ()), *named.places)
    unanswered = [named for named in models if named.id not in by_id]
    unscored = tuple(  # the errors are in the order of the ids that got no report
        Unscored(named, str(error).removeprefix(f"{named.id}: "))
        for named, error in zip(unanswered, answers.errors, strict=True)
    )
    return Scanned(code, tuple(reports.values()), places, unscored)


def _is_dataset(named: Named) -> bool:
    return named.kind is Kind.DATASET


def _files(paths: Sequence[Path]) -> Iterator[tuple[Path, Path]]:
    """Yield each file once, with the folder that its name is told from."""
    here = Path.cwd()
    seen = set()
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path} is not there: name a file or folder of code")
        whole = path.resolve()
        root = here if whole.is_relative_to(here) else whole if whole.is_dir() else whole.parent
        for file in _walk(whole) if whole.is_dir() else [whole]:
            if file not in seen:
                seen.add(file)
                yield file, root


def _walk(top: Path) -> Iterator[Path]:
    waiting: list[tuple[Path, _Ignores]] = [(top, ())]
    while waiting:
        folder, ignores = waiting.pop()
        ignores = (*_ignores(folder), *ignores)  # the nearest first
        folders: list[tuple[Path, _Ignores]] = []
        entries = _entries(folder)
        if entries is None:
            yield folder  # to be named as unreadable
        for entry in entries or ():
            path = folder / entry.name
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in SKIPPED and not _is_ignored(path, ignores, is_folder=True):
                    folders.append((path, ignores))
            elif _is_code(entry) and not _is_ignored(path, ignores):
                yield path
        waiting += reversed(folders)


def _entries(folder: Path) -> list[os.DirEntry[str]] | None:
    try:
        return sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return None


def _is_code(entry: os.DirEntry[str]) -> bool:
    return entry.is_file(follow_symlinks=False) and reader_of(entry.name) is not None


def _ignores(folder: Path) -> _Ignores:
    try:
        lines = (folder / _IGNORE_FILE).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ()
    return ((folder, GitIgnoreSpec([pattern for line in lines for pattern in _patterns(line) or ()])),)


def _patterns(line: str) -> list[GitIgnoreSpecPattern] | None:
    """Read a line of .gitignore; None for what is no pattern, which git passes over as well."""
    try:
        return list(GitIgnoreSpec.from_lines([line]).patterns)
    except (ValueError, re.error):
        return None


def _excluded(patterns: Sequence[str]) -> GitIgnoreSpec:
    for each in patterns:
        if _patterns(each) is None:
            raise UsageError(f"--exclude {each} is no pattern: write it as in .gitignore, such as tests/")
    return GitIgnoreSpec.from_lines(patterns)


def _is_ignored(path: Path, ignores: _Ignores, *, is_folder: bool = False) -> bool:
    """Ask the .gitignore files, the nearest first; the first that says something of the path decides."""
    for folder, spec in ignores:
        name = path.relative_to(folder).as_posix()
        said = spec.check_file(f"{name}/" if is_folder else name).include
        if said is not None:
            return said
    return False


def _read(path: Path, wanted: Wanted) -> tuple[str, list[Found]]:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError:
        return UNREADABLE, []
    return read(path.name, content, wanted) if reader_of(path.name) else (NO_CODE, [])


def _relative(path: Path, root: Path) -> str:
    return str(PurePosixPath(path.relative_to(root)))


def _repo_id(found: Found, folders: Sequence[Path]) -> str | None:
    """Return the id as the Hub may have it; None for what it cannot have, and for what is on the disk."""
    try:
        repo_id = check_repo_id(found.id, Kind(found.kind))
    except UsageError:
        return None
    return None if any(os.path.exists(folder / found.id) for folder in folders) else repo_id  # noqa: PTH110 - Path.exists raises for a name that is too long
