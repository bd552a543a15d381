"""A `gh` that keeps releases in the folder FAKE_GH: the subcommands of `gh release` that our workflows use.

Assets lie flat and a name is taken once. GitHub renames what holds other letters than it likes; here that
fails.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

_ROOT = Path(os.environ["FAKE_GH"])
_DRAFT = ".draft"


def _list(*, without_drafts: bool) -> None:
    for release in sorted(_ROOT.iterdir()):
        if not (without_drafts and (release / _DRAFT).exists()):
            print(release.name)  # noqa: T201 - the command's result


def _upload(release: Path, files: list[Path], *, clobber: bool) -> None:
    for file in files:
        if not re.fullmatch(r"[A-Za-z0-9_][\w.-]*", file.name, re.ASCII):
            sys.exit(f"gh: GitHub would rename {file.name}")
        if (release / file.name).exists() and not clobber:
            sys.exit(f"gh: asset under the same name already exists: {file.name}")
        shutil.copy(file, release / file.name)


def main() -> None:
    """Do what the arguments say."""
    command, action, *rest = sys.argv[1:]
    options = {word for word in rest if word.startswith("--")}
    words = [word for word in rest if not word.startswith("--")]
    if command != "release" or not os.environ.get("GH_TOKEN"):
        sys.exit("gh: only releases, and only with GH_TOKEN")
    if action == "list":
        _list(without_drafts="--exclude-drafts" in options)
        return
    release = _ROOT / words[0]
    if action == "create":
        release.mkdir()
        (release / _DRAFT).touch()
    elif not release.is_dir():
        sys.exit("gh: release not found")
    elif action == "view":
        print(*sorted(path.name for path in release.iterdir() if path.name != _DRAFT), sep="\n")  # noqa: T201 - the same
    elif action == "download":
        shutil.copytree(release, words[1], ignore=shutil.ignore_patterns(_DRAFT))
    elif action == "upload":
        _upload(release, list(map(Path, words[1:])), clobber="--clobber" in options)
    elif action == "edit":
        (release / _DRAFT).unlink(missing_ok=True)
    elif action == "delete-asset":
        (release / words[1]).unlink()
    else:
        sys.exit(f"gh: unknown: {action}")


if __name__ == "__main__":
    main()
