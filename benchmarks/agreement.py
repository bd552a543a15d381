"""Computed cells against experts' labels and the talk's: `python -m benchmarks.agreement`.

The labels are of the European Open Source AI Index (shared/labels/osai_dev.csv), whose three levels rate
availability more than terms. The mapping: levels 0 and 1 (no access) are closed, 2 (restricted) is partial, 3
and 4 are open; any access begins at 2. Of weights the index asks whether they can be had, under any license:
2 and 3 are partial behind a gate, else open. Where the index disagrees with itself, either value will do. The
talk's levels are our own, and mapped without that exception. Project pages that stand in for cards are shown
apart, and so are the cards that were recorded without gaps.

A second table takes the mapping of the labels' own guide: data at level 1 (described) may be closed or
partial, level 3 partial or open, weights at 2 anything. The best constant level profits from that, too; the
majority class is the most common label, beside the labels as they stand.

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
from benchmarks.scales import (
    NOT_APPLICABLE,
    UNJUDGED,
    Pair,
    any_access,
    as_accessible,
    exact,
    fitting,
    kappa,
    majority,
    three_levels,
)
from benchmarks.talk_grid import SHARED, compare
from hubaudit.audit.read import COMPONENTS
from hubaudit.report.escape import plain
from hubaudit.warehouse.reference import rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from duckdb import DuckDBPyConnection

    from benchmarks.talk_grid import Cell

    Line = Callable[[str, Sequence["Compared"]], str]
    Widened = Callable[[Sequence[str]], tuple[str, ...]]

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
_RANGES_HEAD = """\
| component | judged | exact | any | majority: exact | any | best level: exact | any | tags: exact | any |
|---|---|---|---|---|---|---|---|---|---|"""


@dataclass(frozen=True)
class Compared:
    """A labelled cell beside the computed one, and beside what tags alone say."""

    id: str
    component: str
    pair: Pair
    tagged: Pair
    levels: tuple[str, str]  # computed, and by the tags
    seen: tuple[tuple[int | None, str, str], ...] = ()  # level, detail, address


def compared(con: DuckDBPyConnection, labels: Sequence[dict[str, str]]) -> list[Compared]:
    """Set the computed cells of these models beside their labels."""
    return [
        _cell(con, label["id"], component, wanted)
        for label in labels
        for component, column in _COLUMNS.items()
        if (wanted := _either(label[column]))
    ]


def _cell(con: DuckDBPyConnection, repo_id: str, component: str, wanted: tuple[str, ...]) -> Compared:
    level, tagged = _level(con, repo_id, component), _tagged(con, repo_id, component)
    is_gated = component == "weights" and bool(con.execute(_GATE, [repo_id]).fetchone())
    got = (
        ("partial" if is_gated else "open")
        if component == "weights" and level in {"2", "3"}
        else _three(level)
    )
    seen = tuple(con.execute(_EVIDENCE, [repo_id, component]).fetchall())
    pair, by_tags = Pair(wanted, got), Pair(wanted, _three(tagged))
    return Compared(repo_id, component, pair, by_tags, (level, tagged), seen)


def _three(level: str) -> str:
    """Return the label of a level, and a status as it is."""
    return three_levels(int(level)) if level.isdigit() else level


def _either(label: str) -> tuple[str, ...]:
    """Return the values of a label; it may be empty, or two between which the index wavers."""
    return tuple(label.removeprefix("conflict:").split("|")) if label else ()


def _level(con: DuckDBPyConnection, repo_id: str, component: str) -> str:
    """Return the computed level as a digit, or why there is none."""
    sql = "select status, level from grid.cell where repo_key = lower(?) and component = ?"
    status, level = con.execute(sql, [repo_id, component]).fetchone() or (UNJUDGED, None)
    return str(level) if status == "judged" else str(status)


def _tagged(con: DuckDBPyConnection, repo_id: str, component: str) -> str:
    """Return the level by the tags alone, as a digit."""
    weights, has_data = con.execute(_TAGGED, [repo_id]).fetchone() or (None, False)
    if component == "weights":
        return str(weights or 0)
    return "3" if has_data and component.endswith("dataset") else "0"


def _of_talk(con: DuckDBPyConnection, cells: Sequence[Cell]) -> list[Compared]:
    """Set the cells of the talk, whose levels are our own scale, beside the computed ones in the same way."""
    ids = {system["system"]: system["hub_ids"].split(";")[0] for system in rows("talk_grid")}
    signs = {"?": UNJUDGED, "-": NOT_APPLICABLE}
    found = []
    for cell in cells:
        wanted = (three_levels(cell.reference),)
        level = signs.get(cell.computed) or cell.computed
        tagged = _tagged(con, ids[cell.system], cell.component)
        pairs = Pair(wanted, _three(level)), Pair(wanted, _three(tagged))
        found.append(Compared(cell.system, cell.component, *pairs, (level, tagged)))
    return found


def _print(title: str, cells: Sequence[Compared], head: str = _HEAD, line: Line | None = None) -> None:
    print(f"\n## {title}\n\n{head}")
    names = [name for name in COMPONENTS if any(cell.component == name for cell in cells)]
    for name in [*names, "pooled"]:
        print((line or _line)(name, [cell for cell in cells if name in (cell.component, "pooled")]))


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


def _line_of_ranges(name: str, cells: Sequence[Compared]) -> str:
    """Write a row of the table by ranges: the judged cells, then the baselines on them."""
    judged = [cell for cell in cells if cell.levels[0] != UNJUDGED]
    ours, tagged = ([cell.levels[place] for cell in judged] for place in (0, 1))
    levels = [[level] * len(judged) for level in "01234"]
    fits = [
        [max(_fit(judged, each, widened) for each in answers) for widened in (tuple, as_accessible)]
        for answers in ([ours], levels, [tagged])
    ]
    wanted = [cell.pair.wanted for cell in judged]
    numbers = [*fits[0], majority(wanted, exact), majority(wanted, any_access), *fits[1], *fits[2]]
    return f"| {name} | {len(judged)} of {len(cells)} | {' | '.join(f'{number:.2f}' for number in numbers)} |"


def _fit(cells: Sequence[Compared], levels: Sequence[str], widened: Widened) -> float:
    """Return the share of cells whose labels, after widening, these levels fit."""
    wanted = [fitting(cell.component, widened(cell.pair.wanted)) for cell in cells]
    return exact([Pair(*each) for each in zip(wanted, levels, strict=True)])


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
    ids += [system["hub_ids"].split(";")[0] for system in rows("talk_grid") if system["hub_ids"]]
    con = gathered(ids).con
    cards = compared(con, [label for label in labels if label["origin"] != _PROJECT_PAGE])
    pages = compared(con, [label for label in labels if label["origin"] == _PROJECT_PAGE])
    whole = {label["id"] for label in labels if label["complete"] == "y"}
    _print("Cards: the headline", cards)
    _print("The same cards, by the ranges of the labels' own guide", cards, _RANGES_HEAD, _line_of_ranges)
    _print("Of these, the cards without gaps", [cell for cell in cards if cell.id in whole])
    _print("Project pages, which are no cards", pages)
    _print("The talk's grid", _of_talk(con, talk))
    _print_differences(cards)


if __name__ == "__main__":
    main()
