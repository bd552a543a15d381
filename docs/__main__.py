"""Build the site: `python -m docs [FOLDER]`. Nothing is asked of the network; a warning is an error."""

from __future__ import annotations

import sys
from pathlib import Path

from docs.pages import FOLDER, ROOT, pages


def lay(folder: Path) -> None:
    """Write all pages where Sphinx reads them; what has not changed stays, so that only the rest is built."""
    for stale in set(folder.rglob("*.md")) - {folder / name for name in pages()}:
        stale.unlink()
    for name, text in pages().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def main() -> int:
    """Build into build/docs, or another folder; return Sphinx's exit code."""
    from sphinx.cmd.build import build_main  # noqa: PLC0415 - the pages themselves need no Sphinx

    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "docs"
    lay(folder / "pages")
    code: int = build_main([  # named, for without Sphinx at hand mypy takes it for anything
        *("-W", "--keep-going", "-q", "-j", "auto"),
        *("-c", str(FOLDER), "-d", str(folder / "doctrees"), str(folder / "pages"), str(folder / "site")),
    ])  # fmt: skip
    return code


if __name__ == "__main__":
    sys.exit(main())
