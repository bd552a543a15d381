"""Computed cells against experts' labels and the talk's: `python -m benchmarks.agreement`.

The labels are of the European Open Source AI Index (shared/labels/osai_dev.csv), whose three levels rate
availability more than terms. The mapping: levels 0 and 1 (no access) are closed, 2 (restricted) is partial, 3
and 4 are open; any access begins at 2. Of weights the index asks whether they can be had, under any license:
2 and 3 are partial behind a gate, else open. Where the index disagrees with itself, either value will do. The
talk's levels are our own, and mapped without that exception. Project pages that stand in for cards are shown
apart, and so are the cards that were recorded without gaps.

The cards go through the whole pipeline. Only what was recorded is answered; what else a model stands on stays
unread, and a cell that it could change is unjudged: neither agreement nor disagreement. Beside the figures of
the judged cells stand their share and the figures of all cells, in which an unjudged one counts as wrong.
A component that was rated and that we call not applicable is always a difference.

Baselines, over the same cells: the best constant answer, and the license tag and `datasets:` tag alone.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.recorded import gathered
from benchmarks.scales import NOT_APPLICABLE, UNJUDGED, Pair, any_access, exact, kappa, majority, three_levels
from benchmarks.talk_grid import SHARED, compare
from hubaudit.audit.read import COMPONENTS
from hubaudit.report.escape import plain
from hubaudit.warehouse.reference import rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duckdb import DuckDBPyConnection

    from benchmarks.talk_grid import Cell

_COLUMNS = {
    "weights": "weights",
    "pretraining_dataset": "pretraining_data",
    "finetuning_dataset": "finetuning_data",
    "data_processing_code": "training_code",
}
_PROJECT_PAGE = "github-readme"
DIFFERENCES = Path(__file__).with_name("agreement_difference.csv")
_EVIDENCE = """
    select distinct level, detail, coalesce(url, '') as url
    from grid.evidence
    where repo_key = lower(?) and component = ? and counts
    order by all
    limit 5
"""
# A license says of the weights what its level says (none: 2), a tag of data says "open"; no tag tells more.
_TAGGED = """
    select
        coalesce(min(declared_level) filter (declared_basis = 'tag'), 2),
        exists (select 1 from core.dataset_value where kind = 'model' and repo_key = lower($1))
    from core.license
    where kind = 'model' and repo_key = lower($1)
"""
_GATE = "select 1 from grid.evidence where repo_key = lower(?) and component = 'weights' and kind = 'gate'"
_HEAD = """\
| component | judged | exact | any access | kappa | exact of all | any of all \
| constant: exact | any | tags: exact | any |
|---|---|---|---|---|---|---|---|---|---|---|"""


@dataclass(frozen=True)
class Compared:
    """A labelled cell beside the computed one, and beside what tags alone say."""

    id: str
    component: str
    pair: Pair
    tagged: Pair
    seen: tuple[tuple[int | None, str, str], ...] = ()  # level, detail, address


def compared(con: DuckDBPyConnection, labels: Sequence[dict[str, str]]) -> list[Compared]:
    """Set the computed cells of these models beside their labels."""
    return [
        Compared(
            label["id"],
            component,
            Pair(wanted, _computed(con, label["id"], component)),
            Pair(wanted, _tagged(con, label["id"], component)),
            tuple(con.execute(_EVIDENCE, [label["id"], component]).fetchall()),
        )
        for label in labels
        for component, column in _COLUMNS.items()
        if (wanted := _either(label[column]))
    ]


def _either(label: str) -> tuple[str, ...]:
    """Return the values of a label; it may be empty, or two between which the index wavers."""
    return tuple(label.removeprefix("conflict:").split("|")) if label else ()


def _computed(con: DuckDBPyConnection, repo_id: str, component: str) -> str:
    sql = "select status, level from grid.cell where repo_key = lower(?) and component = ?"
    status, level = con.execute(sql, [repo_id, component]).fetchone() or (UNJUDGED, None)
    if status != "judged":
        return str(status)
    if component == "weights" and level in (2, 3):
        return "partial" if con.execute(_GATE, [repo_id]).fetchone() else "open"
    return three_levels(level)


def _tagged(con: DuckDBPyConnection, repo_id: str, component: str) -> str:
    weights, has_data = con.execute(_TAGGED, [repo_id]).fetchone() or (None, False)
    if component == "weights":
        return "closed" if weights is None else three_levels(weights)
    return "open" if has_data and component.endswith("dataset") else "closed"


def _of_talk(con: DuckDBPyConnection, cells: Sequence[Cell]) -> list[Compared]:
    """Set the cells of the talk, whose levels are our own scale, beside the computed ones in the same way."""
    ids = {system["system"]: system["hub_ids"].split(";")[0] for system in rows("talk_grid")}
    signs = {"?": UNJUDGED, "-": NOT_APPLICABLE}
    found = []
    for cell in cells:
        wanted = (three_levels(cell.reference),)
        got = signs.get(cell.computed) or three_levels(int(cell.computed))
        tagged = _tagged(con, ids[cell.system], cell.component)
        found.append(Compared(cell.system, cell.component, Pair(wanted, got), Pair(wanted, tagged)))
    return found


def _print(title: str, cells: Sequence[Compared]) -> None:
    print(f"\n## {title}\n\n{_HEAD}")
    names = [name for name in COMPONENTS if any(cell.component == name for cell in cells)]
    for name in [*names, "pooled"]:
        chosen = [cell for cell in cells if name in (cell.component, "pooled")]
        print(_line(name, chosen))


def _line(name: str, cells: Sequence[Compared]) -> str:
    """Write a row of the table: judged cells first, then all of them, then the baselines on the judged."""
    judged = [cell for cell in cells if cell.pair.got != UNJUDGED]
    ours, every = [cell.pair for cell in judged], [cell.pair for cell in cells]
    tagged = [cell.tagged for cell in judged]
    wanted = [pair.wanted for pair in ours]
    numbers = (
        exact(ours), any_access(ours), kappa(ours), exact(every), any_access(every),
        majority(wanted, exact), majority(wanted, any_access), exact(tagged), any_access(tagged),
    )  # fmt: skip
    shown = " | ".join(f"{number:.2f}" for number in numbers)
    return f"| {name} | {len(judged)} of {len(cells)} | {shown} |"


def _print_differences(cells: Sequence[Compared]) -> None:
    """Print every difference with what was seen and the class that a reader gave it."""
    classed = {(row["id"], row["component"]): row for row in _table(DIFFERENCES)}
    different = [cell for cell in cells if not cell.pair.is_exact]
    print(f"\n## The {len(different)} cells that differ or are unjudged\n")
    counts: Counter[str] = Counter()
    for cell in different:
        row = classed.get((cell.id, cell.component), {"class": "unclassed", "reason": "nobody read it yet"})
        counts[row["class"]] += 1
        print(f"- {cell.id}, {cell.component}: {cell.pair.got}, label {' or '.join(cell.pair.wanted)}")
        print(f"  {row['class']}: {row['reason']}")
        for level, detail, url in cell.seen:
            print(f"    {'?' if level is None else level} {plain(detail)} {plain(url)}")
    print("\n" + ", ".join(f"{count} {name}" for name, count in counts.most_common()))
    settled = sorted(classed.keys() - {(cell.id, cell.component) for cell in different})
    if settled:
        print(f"classed, and no difference any more: {settled}")


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def main() -> None:
    """Print the agreement of cards, of project pages and of the talk, then every difference."""
    if not SHARED.is_dir():
        print(f"skipped: no shared records at {SHARED}; HUBAUDIT_SHARED names the folder")
        return
    labels = _table(SHARED / "labels" / "osai_dev.csv")
    talk = compare()
    ids = [label["id"] for label in labels]
    con = gathered(
        [*ids, *(system["hub_ids"].split(";")[0] for system in rows("talk_grid") if system["hub_ids"])]
    ).con
    cards = compared(con, [label for label in labels if label["origin"] != _PROJECT_PAGE])
    pages = compared(con, [label for label in labels if label["origin"] == _PROJECT_PAGE])
    whole = {label["id"] for label in labels if label["complete"] == "y"}
    _print("Cards: the headline", cards)
    _print("Of these, the cards without gaps", [cell for cell in cards if cell.id in whole])
    _print("Project pages, which are no cards", pages)
    _print("The talk's grid", _of_talk(con, talk))
    _print_differences(cards)


if __name__ == "__main__":
    main()
