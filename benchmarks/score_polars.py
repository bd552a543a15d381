"""The same part of the audit in polars.

It takes cards as benchmarks/hub_records.py writes them: a license is one word, base models and data sets are
lists. Joins go on until no pair is new; names are compared, as in the SQL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from benchmarks.score_polars_data import reached, restricted_users
from benchmarks.score_reference import COPY_NAME, MERGE_TAGS, reference
from benchmarks.score_sql import shown_records

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.score_compare import Scored
    from benchmarks.score_reference import Reference

_ROWS = """
    select
        kind, repo_id, observed_at, crawl_id, outcome, renamed_to, gated, is_disabled,
        record::varchar as record
    from raw.repo_log
"""
_TEXTS = pl.List(pl.String)
_CARD = pl.Struct(
    [
        *(pl.Field(name, pl.String) for name in ("license", "license_name")),
        *(pl.Field(name, _TEXTS) for name in ("base_model", "datasets", "source_datasets")),
    ]
)
_BASES = pl.List(pl.Struct([pl.Field("id", pl.String)]))
_WIRE = pl.Struct([pl.Field("relation", pl.String), pl.Field("models", _BASES)])
_RECORD = pl.Struct([pl.Field("cardData", _CARD), pl.Field("tags", _TEXTS), pl.Field("baseModels", _WIRE)])
_TAG = r"^base_model:(?:(finetune|quantized|merge|adapter):)?(.*)$"
_ID = r"^[\w.-]+(/[\w.-]+)?$"


def score(store: Path, folder: Path) -> Scored:
    """Say of each model the level of its weights and the rules that flag it."""
    with shown_records(store, folder / "polars.duckdb") as con:
        known = reference(con)
        rows = pl.DataFrame(con.sql(_ROWS).to_arrow_table())
    repos = _repos(rows, known)
    return _judged(repos, known).to_arrow()


def _repos(rows: pl.DataFrame, known: Reference) -> pl.DataFrame:
    """Return the last record of each repository, its license looked up."""
    licenses = pl.DataFrame(
        [(spelling, *told) for spelling, told in known.licenses.items()],
        schema={"spelling": pl.String, "license_id": pl.String, "level": pl.Int64, "restrictions": pl.String},
        orient="row",
    )
    other = known.license("other", None)
    last = (
        rows.with_columns(key=pl.col("repo_id").str.to_lowercase(), is_found=pl.col("outcome") == "found")
        .sort("observed_at", "crawl_id", "is_found", descending=True)
        .unique(["kind", "key"], keep="first")
        .with_columns(pl.col("record").str.json_decode(_RECORD))
        .unnest("record")
        .unnest("cardData")
        .with_columns(
            gate=pl.col("gated").replace("true", "manual"),
            is_disabled=pl.col("is_disabled").fill_null(value=False) | (pl.col("outcome") == "disabled"),
            tag=pl.col("tags")
            .list.eval(pl.element().filter(pl.element().str.starts_with("license:")))
            .list.first(),
            is_published=pl.col("tags")
            .list.eval(pl.element().str.starts_with("arxiv:"))
            .list.any()
            .fill_null(value=False),
            unnamed=_unnamed(),
        )
    )
    value = pl.coalesce("license", pl.col("tag").str.strip_prefix("license:")).str.strip_chars()
    name = pl.when(pl.col("license_name").str.strip_chars() != "").then(
        pl.col("license_name").str.strip_chars()
    )
    by_name = (value.str.to_lowercase() == "other") & name.is_not_null()
    return (
        last.with_columns(value=value, by_name=by_name.fill_null(value=False))
        .with_columns(spelling=pl.when("by_name").then(name).otherwise(value).str.to_lowercase())
        .join(licenses, on="spelling", how="left")
        .with_columns(
            level=pl.when(pl.col("by_name") & pl.col("license_id").is_null())
            .then(other[1])
            .otherwise("level"),
            basis=pl.col("value").is_not_null(),
        )
        .with_columns(license_tells_base=_license_tells_base(known))
    )


def _license_tells_base(known: Reference) -> pl.Expr:
    system = pl.col("license_id").replace_strict(known.systems, default=None, return_dtype=pl.String)
    names, originals = pl.col("key").str.split("/"), system.str.split("/")
    is_another = (names.list.first() != originals.list.first()) & (names.list.last() != originals.list.last())
    return is_another.fill_null(value=False)


def _unnamed() -> pl.Expr:
    """How a model was made where no base is named, by its tags or its own name."""
    is_merge = pl.col("tags").list.eval(pl.element().str.to_lowercase().is_in(MERGE_TAGS)).list.any()
    is_copy = pl.col("key").str.split("/").list.last().str.contains(COPY_NAME)
    return pl.when(is_merge).then(pl.lit("merge")).when(is_copy).then(pl.lit("quantized"))


def _judged(repos: pl.DataFrame, known: Reference) -> pl.DataFrame:
    models = repos.filter(pl.col("kind") == "model")
    edges = _edges(models)
    copies = edges.group_by("key").agg(
        is_quantized=(pl.col("relation") == "quantized").all(),
        is_copy=pl.col("relation").is_in(["quantized", "merge"]).all(),
    )
    own = (
        models.filter("is_found")
        .join(copies, on="key", how="left")
        .with_columns(is_unnamed=pl.col("is_copy").is_null() & pl.col("unnamed").is_not_null())
        .with_columns(
            is_untold=pl.col("is_unnamed") & ~pl.col("license_tells_base"),
            is_quantized=pl.coalesce("is_quantized", pl.col("unnamed") == "quantized").fill_null(value=False),
            is_copy=pl.coalesce("is_copy", "is_unnamed"),
        )
        .with_columns(own_level=_own_level())
        .select("key", "repo_id", "level", "basis", "own_level", "is_copy", "is_untold", "datasets", "tags")
    )
    pairs = _upstream(edges)
    restricted = restricted_users(repos.filter(pl.col("kind") == "dataset"), own, known)
    bases = own.select("key", "level", "own_level", is_known=~pl.col("is_untold")).join(
        restricted, on="key", how="left"
    )
    above = (
        pairs.join(bases, left_on="above", right_on="key", how="left", suffix="_above")
        .group_by("key")
        .agg(
            least=pl.col("own_level").min(),
            bound=pl.col("level").min(),
            is_open=(~pl.col("is_known").fill_null(value=False)).any(),
            by_base=pl.col("is_limited").any(),
        )
    )
    dead = models.filter(
        pl.col("outcome").is_in(["missing-or-private", "deleted"])
        | (pl.col("is_disabled") & (pl.col("outcome") != "renamed"))
    )
    with_dead = (
        edges.join(dead, left_on="above", right_on="key", how="semi")
        .select("key", dead=pl.lit(value=True))
        .unique()
    )
    joined = (
        own.join(above, on="key", how="left")
        .join(with_dead, on="key", how="left")
        .join(restricted, on="key", how="left")
    )
    return joined.select("repo_id", level=_level(), rules=_rules())


def _own_level() -> pl.Expr:
    declared = (
        pl.when(pl.col("basis")).then(pl.col("level").fill_null(3)).when(~pl.col("is_quantized")).then(2)
    )
    gate = pl.when(pl.col("gate").is_in(["auto", "manual"])).then(3)
    disabled = pl.when("is_disabled").then(pl.col("is_published").cast(pl.Int64))
    return pl.min_horizontal(declared, gate, disabled)


def _level() -> pl.Expr:
    least = pl.min_horizontal("own_level", "least")
    is_open = (pl.col("is_open").fill_null(value=False) | pl.col("is_untold")) & (
        least.is_null() | (least > 0)
    )
    return pl.when(~is_open).then(least.fill_null(0)).cast(pl.Int32)


def _rules() -> pl.Expr:
    limits = pl.col("level").fill_null(4) > 2
    flags = {
        "dead-base-model": pl.col("dead"),
        "missing-license": ~pl.col("basis"),
        "restricted-dataset": limits
        & (pl.col("is_limited").fill_null(value=False) | pl.col("by_base").fill_null(value=False)),
        "upstream-license-conflict": pl.col("bound") < pl.col("level"),
    }
    return pl.concat_str(
        [pl.when(flag).then(pl.lit(rule)) for rule, flag in flags.items()], separator=" ", ignore_nulls=True
    )


def _edges(models: pl.DataFrame) -> pl.DataFrame:
    """Return each model and base, under the names that the Hub means today."""
    wire = (
        models.select("key", pl.col("baseModels"))
        .unnest("baseModels")
        .explode("models")
        .select("key", name=pl.col("models").struct.field("id"), relation="relation", place=pl.lit(0))
    )
    card = (
        models.select("key", name="base_model")
        .explode("name")
        .with_columns(relation=pl.lit(None, pl.String), place=pl.lit(1))
    )
    tag = (
        models.select("key", tag="tags")
        .explode("tag")
        .filter(pl.col("tag").str.starts_with("base_model:"))
        .select(
            "key",
            name=pl.col("tag").str.extract(_TAG, 2),
            relation=pl.col("tag").str.extract(_TAG, 1),
            place=pl.lit(2),
        )
    )
    named = (
        pl.concat([wire, card, tag])
        .with_columns(
            pl.col("name")
            .str.strip_chars()
            .str.replace(r"^(https?://)?(huggingface\.co|hf\.co)/", "")
            .str.to_lowercase()
        )
        .filter(pl.col("name").str.contains(_ID))
        .sort(pl.col("relation").is_null(), "place")
        .unique(["key", "name"], keep="first", maintain_order=True)
    )
    renamed = models.filter(pl.col("outcome") == "renamed").select(
        name="key", today=pl.col("renamed_to").str.to_lowercase()
    )
    return (
        named.join(renamed.select("name"), left_on="key", right_on="name", how="anti")
        .join(renamed, on="name", how="left")
        .with_columns(above=pl.coalesce("today", "name"), relation=pl.col("relation").fill_null("finetune"))
        .filter(pl.col("above") != pl.col("key"))
        .sort("name", "relation")
        .unique(["key", "above"], keep="first")
        .select("key", "above", "relation")
    )


def _upstream(edges: pl.DataFrame) -> pl.DataFrame:
    """Return each model with all that lies upstream of it."""
    return reached(edges.select("key", "above")).filter(pl.col("key") != pl.col("above"))
