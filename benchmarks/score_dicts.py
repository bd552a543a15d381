"""A part of the audit once more, in plain Python dictionaries, to set the SQL against.

What it says of a model, from the records alone, no text read: the level of its weights with all that lies
upstream, and whether four rules flag it. The same logic as in queries/, written for speed: one pass over the
records, each parsed once and by the fastest reader there is, then plain dictionaries.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson
import pyarrow as pa

from benchmarks.score_judge import judge
from benchmarks.score_reference import COPY_NAME, MERGE_TAGS, reference
from benchmarks.score_sql import shown_records

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from benchmarks.score_compare import Scored
    from benchmarks.score_reference import Reference

_HOST = re.compile(r"^(https?://)?(huggingface\.co|hf\.co)/")
_ID = re.compile(r"((https?://)?(huggingface\.co|hf\.co)/)?[\w.-]+(/[\w.-]+)?", re.ASCII)
_COPY = re.compile(COPY_NAME)
_TAG = re.compile(r"base_model:(?:(finetune|quantized|merge|adapter):)?(.*)", re.DOTALL)


@dataclass(slots=True)
class Repo:
    """What the last record of a repository says."""

    seen: tuple[Any, ...]
    repo_id: str
    outcome: str
    renamed_to: str | None
    gate: str | None
    is_disabled: bool
    level: int | None = None  # of its license
    basis: str = "none"
    restrictions: str = ""
    is_published: bool = False
    bases: dict[str, str | None] = field(default_factory=dict)  # relations by name
    unnamed: str | None = None  # how it was made where no base is named, by its tags or its own name
    license_tells_base: bool = False
    datasets: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)


Repos = dict[str, Repo]
_ROWS = """
    select kind, repo_id, epoch_us(observed_at), crawl_id, outcome, renamed_to, gated, is_disabled, record
    from raw.repo_log
"""
_BATCH = 5_000


def score(store: Path, folder: Path) -> Scored:
    """Say of each model the level of its weights and the rules that flag it."""
    with shown_records(store, folder / "dicts.duckdb") as con:
        known = reference(con)
        said = judge(read(_rows(con), known), known)
    levels, flags = zip(*said.values(), strict=True)
    lines = [" ".join(sorted(each)) for each in flags]
    return pa.table({"repo_id": list(said), "level": pa.array(levels, pa.int32()), "rules": lines})


def _rows(con: DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    rows = con.execute(_ROWS)
    while batch := rows.fetchmany(_BATCH):
        yield from batch


def read(rows: Iterable[tuple[Any, ...]], reference: Reference) -> dict[str, Repos]:
    """Return the repositories of each kind by name in lower case."""
    repos: dict[str, Repos] = {"model": {}, "dataset": {}}
    for kind, repo_id, observed_at, crawl_id, outcome, renamed_to, gated, is_disabled, record in rows:
        key, seen = repo_id.lower(), (observed_at, crawl_id, outcome == "found")
        last = repos[kind].get(key)
        if last is None or last.seen < seen:
            gate = "manual" if gated == "true" else gated
            new = Repo(seen, repo_id, outcome, renamed_to, gate, bool(is_disabled) or outcome == "disabled")
            if record is not None:
                _take(new, orjson.loads(record), reference)
            repos[kind][key] = new
    return repos


def _take(repo: Repo, record: dict[str, Any], reference: Reference) -> None:
    card, tags = record.get("cardData"), record.get("tags") or []
    card = card if isinstance(card, dict) else {}
    repo.is_published = any(tag.startswith("arxiv:") for tag in tags)
    license_id, repo.level, repo.basis, repo.restrictions = _license(card, tags, reference)
    repo.license_tells_base = reference.tells_base(repo.repo_id.lower(), license_id)
    if not MERGE_TAGS.isdisjoint(map(str.lower, tags)):
        repo.unnamed = "merge"
    elif _COPY.search(repo.repo_id.lower().rpartition("/")[2]):
        repo.unnamed = "quantized"
    named: dict[str, tuple[bool, int, str | None]] = {}
    for place, name, relation in _bases(record, card, tags):
        key, told = _HOST.sub("", name).lower(), (relation is None, place, relation)
        if key and _ID.fullmatch(name) and (key not in named or told[:2] < named[key][:2]):
            named[key] = told
    repo.bases = {key: told[2] for key, told in named.items()}
    values = [*_words(card.get("datasets")), *(tag[8:] for tag in tags if tag.startswith("dataset:"))]
    repo.datasets = list({value.strip(): None for value in values if value.strip()})
    repo.sources = [value.strip() for value in _words(card.get("source_datasets"))]


def _bases(
    record: dict[str, Any], card: dict[str, Any], tags: list[str]
) -> Iterator[tuple[int, str, str | None]]:
    wire = record.get("baseModels")
    if isinstance(wire, dict):
        yield from ((0, each["id"].strip(), wire.get("relation")) for each in wire.get("models") or ())
    relation = card.get("base_model_relation")
    yield from ((1, name.strip(), relation) for name in _words(card.get("base_model")))
    for tag in tags:
        if tag.startswith("base_model:") and (parts := _TAG.fullmatch(tag)):
            yield 2, parts[2].strip(), parts[1]


def _words(value: Any) -> list[str]:  # noqa: ANN401 - a card's value is anything
    listed = value if isinstance(value, list) else [value]
    return [
        each if isinstance(each, str) else orjson.dumps(each).decode() for each in listed if each is not None
    ]


def _license(
    card: dict[str, Any], tags: list[str], reference: Reference
) -> tuple[str | None, int | None, str, str]:
    """Return id, level, basis (tag, name or none) and restrictions of the strictest license declared."""
    given = card.get("license") if "license" in card else card.get("licenses")
    values = [value.strip() for value in _words(given)]
    values = [value for value in values if value] or [
        tag[8:].strip() for tag in tags if tag.startswith("license:")
    ]
    name = (card.get("license_name") or "").strip()
    declared = []
    for value in values:
        if value.lower() == "other" and name:
            declared.append(("name", *reference.license(name.lower(), "other")))
        else:
            declared.append(("tag", *reference.license(value.lower(), None)))
    if not declared:
        return None, None, "none", ""
    basis, license_id, level, restrictions = min(declared, key=_strictness)
    return license_id, level, basis, restrictions


def _strictness(row: tuple[str, str | None, int | None, str]) -> tuple[Any, ...]:
    _, license_id, level, _ = row
    return (3 if level is None else level, level is not None, license_id is None, license_id or "")
