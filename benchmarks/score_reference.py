"""What the baselines know of licenses and well-known data sets: our reference tables as dictionaries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hubaudit.audit.licenses import load_expressions
from hubaudit.warehouse.build import make
from hubaudit.warehouse.queries import load, split
from hubaudit.warehouse.reference import load_reference

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_LICENSES = "select id, level, coalesce(restrictions, '') from core.known_license"
_SPELLINGS = "select spelling, license_id from core.license_spelling"
_EXPRESSIONS = """
    select expression, list((alternative, license_spelling.license_id, known_license.level))
    from reference.license_expression
    left join core.license_spelling on license_spelling.spelling = license_expression.license
    left join core.known_license on known_license.id = license_spelling.license_id
    group by expression
"""
_DATASETS = """
    select id, lower(trim(unnest(string_split(hub_ids, ';')))), level::integer, coalesce(restrictions, '')
    from reference.dataset
"""
_SYSTEMS = """
    select license, lower(hub_id) from reference.system where own_license = 'yes' and hub_id is not null
"""
MERGE_TAGS = frozenset({"merge", "mergekit", "lazymergekit"})
COPY_NAME = r"(^|[-_.])(gguf|ggml|gptq|awq|exl2|hqq|bnb|[2-8]-?bits?|int[48]|fp8|nf4)([-_.]|$)"


@dataclass(frozen=True, slots=True)
class Known:
    """A well-known data set."""

    id: str
    level: int | None
    restrictions: str


@dataclass(frozen=True, slots=True)
class Reference:
    """Licenses by spelling, as (id, level, restrictions), and well-known data sets by their ids.

    `systems` are the ids of models by the license that was written for them alone.
    """

    licenses: dict[str, tuple[str | None, int | None, str]]
    datasets: dict[str, Known]
    systems: dict[str, str]

    def license(self, spelling: str, otherwise: str | None) -> tuple[str | None, int | None, str]:
        """Return the id, level and restrictions of a license as it is written in lower case."""
        found = self.licenses.get(spelling)
        return found or self.licenses.get(otherwise or "", (None, None, ""))

    def tells_base(self, key: str, license_id: str | None) -> bool:
        """Whether its license alone tells on which system a model stands."""
        system = self.systems.get(license_id or "")
        if system is None:
            return False
        owner, _, name = key.rpartition("/")
        vendor, _, original = system.rpartition("/")
        return owner != vendor and name != original


def reference(con: DuckDBPyConnection) -> Reference:
    """Make the reference tables in the connection's database, which shows raw.*, and read them."""
    load_reference(con)
    load_expressions(con)
    make(con, split(load(), "core.license_spelling")[0])
    known = {key: (key, level, limits) for key, level, limits in con.execute(_LICENSES).fetchall()}
    licenses = {
        spelling: known.get(license_id, (license_id, None, ""))
        for spelling, license_id in con.execute(_SPELLINGS).fetchall()
    }
    chosen = {name: _chosen(terms) for name, terms in con.execute(_EXPRESSIONS).fetchall()}
    for name, license_id in chosen.items():
        licenses.setdefault(name, known.get(license_id, (license_id, None, "")))
    rows = con.execute(_DATASETS).fetchall()
    datasets = {key: Known(name, level, limits) for name, key, level, limits in rows}
    return Reference(licenses, datasets, dict(con.execute(_SYSTEMS).fetchall()))


def _chosen(terms: list[tuple[int, str | None, int | None]]) -> str | None:
    """Return the license that counts of an expression: the strictest of the most open alternative."""
    alternatives: dict[int, list[tuple[str | None, int | None]]] = {}
    for number, license_id, level in terms:
        alternatives.setdefault(number, []).append((license_id, level))
    _, best = min(alternatives.items(), key=_openness)
    return min(
        best, key=lambda term: (3 if term[1] is None else term[1], term[1] is not None, term[0] or "~")
    )[0]


def _openness(alternative: tuple[int, list[tuple[str | None, int | None]]]) -> tuple[bool, int, bool, int]:
    number, terms = alternative
    return (
        any(license_id is None for license_id, _ in terms),
        -min(3 if level is None else level for _, level in terms),
        any(level is None for _, level in terms),
        number,
    )
