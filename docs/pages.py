"""All pages of the documentation as Markdown: what is written by hand, and what is made from the code."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from docs.command_page import command_page
from docs.example import with_results
from docs.lists import license_page, question_page
from docs.markdown import contents
from docs.rule_pages import rule_pages
from docs.table_pages import table_pages

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent
_FROM_ROOT = {"README.md": "index.md", "CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}
_LINK = re.compile(r"\[([^]]+)\]\((?!https?:|#)([\w./-]+)\)")
_CONTENTS = {
    "Understand": ["how-a-level-is-decided", "rules/index", "licenses", "talk-grid"],
    "Use": ["command-line", "questions", "json", "python"],
    "Data": ["tables/index"],
    "Work on it": ["contributing", "changelog"],
}


@cache
def pages() -> dict[str, str]:
    """Return every page by its path in the site."""
    by_hand = {path.name: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.md"))}
    found = {name: with_results(text) for name, text in by_hand.items()}
    found |= {place: _moved(name) for name, place in _FROM_ROOT.items()}
    found |= rule_pages() | table_pages()
    found |= {
        "command-line.md": command_page(),
        "licenses.md": license_page(),
        "questions.md": question_page(),
    }
    found["index.md"] += "".join(f"\n{contents(paths, caption)}\n" for caption, paths in _CONTENTS.items())
    for folder in ("rules", "tables"):
        inside = [
            Path(path).stem
            for path in found
            if path.startswith(f"{folder}/") and path != f"{folder}/index.md"
        ]
        found[f"{folder}/index.md"] += f"\n{contents(inside)}\n"
    return found


def _moved(name: str) -> str:
    """Return a page from the checkout's root. Links lead into the site; a file that is no page is named."""
    return _LINK.sub(_moved_link, (ROOT / name).read_text(encoding="utf-8"))


def _moved_link(found: re.Match[str]) -> str:
    words, target = found.groups()
    place = _FROM_ROOT.get(target) or target.removeprefix("docs/")
    return f"[{words}]({place})" if place != target else f"`{target}`"
