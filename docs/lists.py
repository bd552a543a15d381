"""Pages that are lists: the named questions, the licenses known, the store's own checks."""

from __future__ import annotations

from docs.markdown import bullets, code, fenced, page, prose, table
from hubaudit.audit.questions import options, questions
from hubaudit.report.escape import markdown
from hubaudit.warehouse.queries import header, queries_folder
from hubaudit.warehouse.reference import rows

_LEVELS = ("4", "3", "2", "")


def question_page() -> str:
    """Return the page of the questions that `hubaudit query` knows by name."""
    sections = []
    for question in questions():
        grain, *notes = header(question.sql)
        sections += [
            f"## {question.name}",
            prose(grain),
            bullets(map(_note, notes)),
            fenced(f"hubaudit query {question.name}", "bash"),
        ]
    return page(
        "Named questions",
        "What `hubaudit query` can be asked by name, over the history of every repository. A moment is a "
        "date, a timestamp or `crawl:N`; without one a question is about everything up to now.",
        *sections,
    )


def _note(note: str) -> str:
    """Show `$since, $until: meaning` as the options they are; any other note as it is."""
    names, colon, meaning = note.partition(":")
    if not (colon and note.startswith("$")):
        return prose(note)
    given = options(name.strip().removeprefix("$") for name in names.split(","))
    return f"{code(given)}: {prose(meaning.strip())}"


def license_page() -> str:
    """Return the page of the licenses that hubaudit knows, by level."""
    known = rows("license")
    parts = []
    for level in _LEVELS:
        of_level = sorted((row for row in known if row["level"] == level), key=lambda row: row["id"])
        cells = (_cells(row) for row in of_level)
        parts += [
            f"## Level {level or 'undetermined'}",
            table(["id", "name", "limits or asks for", "why"], cells),
        ]
    others = len(rows("spdx_license"))
    return page(
        "Licenses",
        f"The {len(known)} licenses of `queries/0_reference/license.csv`, with the level of use that each "
        f"allows and why. The {others:,} ids of the SPDX list are known by name, too. All that is "
        "known of one:",
        fenced("hubaudit explain llama3.1", "bash"),
        *parts,
    )


def _cells(row: dict[str, str]) -> list[str]:
    limits = row["restrictions"].replace(";", "; ").replace("_", " ")
    return [code(row["id"]), *map(markdown, (row["name"], limits, row["reason"]))]


def check_list() -> str:
    """Return what `hubaudit status --check` holds a store to."""
    files = sorted((queries_folder() / "check").glob("*.sql"))
    return bullets(prose(header(path.read_text(encoding="utf-8"))[0]) for path in files)
