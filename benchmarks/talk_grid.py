"""Computed grid against the talk's, cell by cell: `python -m benchmarks.talk_grid [--write FILE]`.

Serves the recorded Hub records from a fake Hub on loopback, scores every model of the talk as a user would,
and compares. Nothing is fitted: the score never reads the reference.
"""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from unittest.mock import patch

from hubaudit.audit.options import Options
from hubaudit.audit.read import COMPONENTS
from hubaudit.audit.score import score
from hubaudit.audit.work import Work
from hubaudit.warehouse.reference import rows
from tests.fakehub.hub import FakeHub
from tests.fakehub.records import load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hubaudit.model import Report
    from tests.fakehub.catalogue import Repo

SHARED = Path(os.environ.get("HUBAUDIT_SHARED", Path(__file__).parents[2] / "shared"))
RECORDS = ("api_bodies", "labelled_cards", "cards_2024-05", "hub_2022-02-21")
_SHORT = dict(zip(COMPONENTS, ("weights", "pre-training", "fine-tuning", "reward", "code"), strict=True))


@dataclass(frozen=True)
class Cell:
    """One cell of the comparison; `computed` is a level or ?, -."""

    system: str
    component: str
    reference: int
    computed: str
    why: str

    @property
    def is_exact(self) -> bool:
        """Whether the two agree."""
        return self.computed == str(self.reference)


@contextmanager
def granted(repos: list[Repo]) -> Iterator[FakeHub]:
    """Serve these repositories, with a token in the environment that every gate lets in."""
    token = "hf_granted"  # noqa: S105 - the fake Hub's own
    with FakeHub(repos) as hub, patch.dict(os.environ, HF_TOKEN=token):
        hub.accounts.grant(token, *(repo.id for repo in repos))
        yield hub


def reports(ids: list[str]) -> dict[str, Report]:
    """Score these models against a fake Hub that serves the recordings; its gates let our token in."""
    repos = load([SHARED / "real" / f"{name}.jsonl.zst" for name in RECORDS])
    with granted(repos) as hub, TemporaryDirectory() as folder:
        answers = score(ids, Options(Path(folder) / "talk.duckdb", hub.url))
    for error in answers.errors:
        print(f"no report: {error}", file=sys.stderr)
    return {report.asked_id: report for report in answers.reports}


def compare() -> list[Cell]:
    """Compare every cell that the talk gives; a system with several ids counts by its first."""
    systems = rows("talk_grid")
    found = reports([repo_id for system in systems for repo_id in system["hub_ids"].split(";") if repo_id])
    closed = _closed_systems()
    why = {(row["system"], row["component"]): row for row in rows("talk_difference")}
    cells = []
    for system in systems:
        report = found.get(system["hub_ids"].split(";")[0])
        for component in COMPONENTS:
            if not system[component]:
                continue
            if system["hub_ids"]:
                computed = _shown(report, component)
            else:
                levels = [closed[each, component] for each in system["system_ids"].split(";")]
                computed = str(min((level for level in levels if level is not None), default="-"))
            given = why.get((system["system"], component), {"class": "", "reason": "not explained"})
            cells.append(
                Cell(
                    system["system"],
                    component,
                    int(system[component]),
                    computed,
                    f"{given['class']}: {given['reason']}",
                )
            )
    return cells


def _shown(report: Report | None, component: str) -> str:
    if report is None:
        return "?"
    (cell,) = (cell for cell in report.grid if cell.component == component)
    return {"not_applicable": "-", "unjudged": "?"}.get(cell.status, str(cell.level))


def _closed_systems() -> dict[tuple[str, str], int | None]:
    work = Work()
    work.wanted()
    work.complete()
    found = work.con.execute("select system_id, component, level from grid.system_cell").fetchall()
    return {(system, component): level for system, component, level in found}


def table(cells: list[Cell]) -> str:
    """Write the comparison as Markdown: the cells, then every difference with its reason."""
    exact = sum(cell.is_exact for cell in cells)
    lines = [
        "# The computed grid beside the talk's",
        "",
        "Made by `python -m benchmarks.talk_grid --write docs/talk-grid.md` from recorded Hub records.",
        "A bold cell differs: computed (talk). `?` is unjudged, `-` not applicable.",
        "The score never reads the talk's levels.",
        "",
        f"{exact} of {len(cells)} cells are exact.",
        "",
        f"| system | {' | '.join(_SHORT.values())} |",
        "|---|" + "---|" * len(_SHORT),
    ]
    for system in dict.fromkeys(cell.system for cell in cells):
        of_system = {cell.component: cell for cell in cells if cell.system == system}
        shown = [_cell(of_system.get(component)) for component in _SHORT]
        lines.append(f"| {system} | {' | '.join(shown)} |")
    lines += [
        "",
        "## Differences",
        "",
        "| system | component | computed | talk | why |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {cell.system} | {_SHORT[cell.component]} | {cell.computed} | {cell.reference} | {cell.why} |"
        for cell in cells
        if not cell.is_exact
    ]
    return "\n".join(lines) + "\n"


def _cell(cell: Cell | None) -> str:
    if cell is None:
        return ""
    return cell.computed if cell.is_exact else f"**{cell.computed}** ({cell.reference})"


def main() -> None:
    """Print the comparison, or write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, help="a file to write instead of printing")
    options = parser.parse_args()
    text = table(compare())
    if options.write:
        options.write.write_text(text, encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
