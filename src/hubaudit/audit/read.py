"""The report of one model, read from the tables. Nothing is judged here."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from hubaudit.audit.materials import BASE_OUTCOME, read_materials
from hubaudit.audit.rules import rules
from hubaudit.model import (
    Ancestor,
    Cell,
    Claim,
    Coverage,
    Evidence,
    Finding,
    License,
    LicensePlace,
    Report,
    Unjudged,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from duckdb import DuckDBPyConnection

    from hubaudit.audited import Rule

Row = dict[str, Any]

COMPONENTS = ("weights", "pretraining_dataset", "finetuning_dataset", "reward_model", "data_processing_code")
LEVEL_NAMES = (
    "Closed", "Published research only", "Restricted access", "Open with limitations", "Totally open",
)  # fmt: skip
_STATUS_NAMES = {"not_applicable": "Not applicable", "unjudged": "Unjudged"}


def read_report(con: DuckDBPyConnection, asked_id: str, source: str, notes: Sequence[str]) -> Report | None:
    """Read what the tables say of a model, by any spelling or former name. None: they do not have it."""
    found = _rows(
        con,
        # seconds, because DuckDB's time zones would need another package
        "select repo_id, repo_key, sha, epoch(observed_at) as seconds"
        " from core.repo join core.identity using (kind, repo_key)"
        " where repo.kind = 'model' and repo.is_found and identity.written_key = lower(?)",
        asked_id,
    )
    repo = next(found, None)
    if repo is None:
        return None
    key = repo["repo_key"]
    (model,) = _rows(con, "select signature from grid.model where repo_key = ?", key)
    verdicts = list(_verdicts(con, repo["repo_id"]))
    return Report(
        id=repo["repo_id"],
        sha=repo["sha"],
        observed_at=datetime.fromtimestamp(repo["seconds"], UTC),
        source=source,
        license=_license(con, key),
        claims=tuple(Claim(**row) for row in _rows(con, _CLAIMS, key)),
        signature=model["signature"],
        grid=tuple(_cell(con, key, component) for component in COMPONENTS),
        lineage=tuple(Ancestor(**row) for row in _rows(con, _LINEAGE, key)),
        findings=tuple(_finding(rule, row) for rule, row in verdicts if row["verdict"] == "flagged"),
        coverage=_coverage(verdicts),
        asked_id=asked_id,
        materials=read_materials(con, key),
        notes=tuple(notes),
    )


def _rows(con: DuckDBPyConnection, sql: str, *values: object) -> Iterator[Row]:
    cursor = con.execute(sql, values)
    names = [column[0] for column in cursor.description or ()]
    return iter([dict(zip(names, row, strict=True)) for row in cursor.fetchall()])


def _license(con: DuckDBPyConnection, key: str) -> License:
    sql = "select tag, name, effective, level from core.license where kind = 'model' and repo_key = ?"
    (row,) = _rows(con, sql, key)
    return License(**row, places=tuple(LicensePlace(**place) for place in _rows(con, _PLACES, key)))


_PLACES = """
    select place, source, license_id as id, spdx_id as spdx, level, outcome, says, verdict, url
    from core.license_place
    where kind = 'model' and repo_key = ?
    order by list_position(['link', 'file', 'policy', 'name', 'tag', 'prose'], place), source, id
"""


_CLAIMS = "select kind, quote, url from core.claim where repo_key = ? order by kind desc, quote"


def _cell(con: DuckDBPyConnection, key: str, component: str) -> Cell:
    (row,) = _rows(con, "select * from grid.cell where repo_key = ? and component = ?", key, component)
    reference = next(_rows(con, _REFERENCE, key, component), {"level": None, "note": None})
    return Cell(
        component=component,
        level=row["level"],
        status=row["status"],
        name=_STATUS_NAMES.get(row["status"]) or LEVEL_NAMES[row["level"]],
        evidence=tuple(Evidence(**seen) for seen in _rows(con, _EVIDENCE, key, component)),
        reference=reference["level"],
        reference_note=reference["note"],
    )


# What decides comes first.
_EVIDENCE = """
    select level, kind, detail, url
    from (
        select level, kind, detail, nullif(url, '') as url,
            bool_or(counts) as counts, bool_or(status = 'unjudged') as is_open
        from grid.evidence
        where repo_key = ? and component = ?
        group by all
    )
    order by counts desc, is_open desc, level, kind = 'base', detail
"""
_REFERENCE = """
    select reference_cell.level, reference_cell.note
    from grid.reference_cell
    where repo_key = ? and component = ?
"""
_LINEAGE = f"""
    select
        coalesce(repo.repo_id, edge.base_id)    as id,
        edge.relation,
        lineage.depth,
        cell.level                              as weights_level,
        via.repo_id                             as via,
        edge.is_declared                        as declared,
        {BASE_OUTCOME}                          as outcome
    from core.lineage
    -- every way to it, not the shortest alone: a merge of two tunes of one base stands on it twice
    join core.edge on edge.base_key = lineage.ancestor_key
    left join core.lineage as below
        on below.model_key = lineage.model_key and below.ancestor_key = edge.model_key
    join core.repo as via on via.kind = 'model' and via.repo_key = edge.model_key
    left join core.repo on repo.kind = 'model' and repo.repo_key = lineage.ancestor_key
    left join reference.system on edge.base_key = 'system:' || system.id
    left join grid.cell on cell.repo_key = lineage.ancestor_key and cell.component = 'weights'
    where lineage.model_key = ? and (edge.model_key = lineage.model_key or below.model_key is not null)
    order by lineage.depth, id, via
"""


def _verdicts(con: DuckDBPyConnection, repo_id: str) -> Iterator[tuple[Rule, Row]]:
    for rule in rules():
        sql = f"select verdict, evidence, source_url, path from {rule.table} where repo_id = ?"
        yield from ((rule, row) for row in _rows(con, sql, repo_id))


def _finding(rule: Rule, row: Row) -> Finding:
    path = tuple(row["path"])
    return Finding(rule.id, rule.severity, rule.title, row["evidence"], row["source_url"], path, rule.fix)


def _coverage(verdicts: Sequence[tuple[Rule, Row]]) -> Coverage:
    counts = Counter(row["verdict"] for _, row in verdicts)
    questions = tuple(
        Unjudged(rule.id, row["evidence"]) for rule, row in verdicts if row["verdict"] == "unjudged"
    )
    return Coverage(len(verdicts), counts["flagged"], counts["passed"], counts["unjudged"], questions)
