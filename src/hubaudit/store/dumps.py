"""Public dumps in Parquet: their columns, mapped by name to the record as the API would send it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubaudit.errors import UsageError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Dumps name these differently from the API.
_NAMES = {
    "modelId": "id",
    "datasetId": "id",
    "last_modified": "lastModified",
    "created_at": "createdAt",
}
# What the API sends as an object or a list, and a dump may hold as text.
_OBJECTS = {"cardData", "baseModels", "config", "safetensors", "gguf", "siblings", "transformersInfo"}
_CARD = "card"


def dump_rows(con: DuckDBPyConnection, path: str) -> str:
    """Write the SELECT of record (JSON) and readme (text or null) over Parquet files.

    A column that is missing stays away from the record: unknown. Raises UsageError without a column of ids.
    """
    files = f"read_parquet({literal(path)})"
    columns = con.execute(f"select column_name, column_type from (describe from {files})").fetchall()
    names = [_NAMES.get(name, name) for name, _ in columns if name != _CARD]
    if "id" not in names:
        raise UsageError(f"{path} has no column id, modelId or datasetId: it is no list of repositories")
    fields: dict[str, str] = {}
    for name, kind in columns:
        if name != _CARD:  # a dump may have both modelId and id: the first counts
            fields.setdefault(_NAMES.get(name, name), _value(name, str(kind)))
    packed = ", ".join(f"{_quoted(name)} := {value}" for name, value in fields.items())
    readme = _quoted(_CARD) if _CARD in dict(columns) else "null"
    return f"select to_json(struct_pack({packed})) as record, {readme}::varchar as readme from {files}"


def _value(column: str, kind: str) -> str:
    quoted = _quoted(column)
    if kind.startswith("TIMESTAMP"):
        moment = f"{quoted} at time zone 'UTC'" if kind.endswith("TIME ZONE") else quoted
        return f"strftime({moment}, '%Y-%m-%dT%H:%M:%S.%gZ')"
    if column in _OBJECTS and kind == "VARCHAR":
        return f"coalesce(try_cast({quoted} as json), to_json({quoted}))"
    return quoted


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Write a text as SQL, where no parameter may stand."""
    return "'" + text.replace("'", "''") + "'"
