"""The baseline in polars: which models name data whose terms limit its use, at any remove."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from benchmarks.score_reference import Reference

_LIMITS = "non_?commercial|research[_-]only|noncommercial|competitive|non_production"
_ID = r"^[\w.-]+(/[\w.-]+)?$"
_HOST = r"^(https?://)?(huggingface\.co|hf\.co)/datasets/"
_GONE = ["missing-or-private", "deleted"]


def restricted_users(datasets: pl.DataFrame, models: pl.DataFrame, known: Reference) -> pl.DataFrame:
    """Return the models (key) that name such data for themselves, with is_limited: true."""
    refs = _refs(datasets, known)
    tag = pl.col("tags").list.eval(
        pl.element().filter(pl.element().str.starts_with("dataset:")).str.strip_prefix("dataset:")
    )
    named = (
        models.filter(~pl.col("is_copy"))
        .select("key", name=pl.concat_list(pl.col("datasets").fill_null([]), tag.fill_null([])))
        .explode("name")
        .with_columns(pl.col("name").str.strip_chars().str.replace(_HOST, "").str.to_lowercase())
        .filter(pl.col("name").str.contains(_ID))
        .unique()
    )
    limited = _limited(datasets, refs, known)
    return (
        _ref(named, refs)
        .join(limited, on="ref", how="semi")
        .select("key", is_limited=pl.lit(value=True))
        .unique()
    )


def reached(step: pl.DataFrame) -> pl.DataFrame:
    """Return what is reached from where, in two columns as the steps; circles end: a pair is made once."""
    start, end = step.columns
    pairs = new = step
    while len(new):
        new = (
            new.join(step.rename({start: end, end: "next"}), on=end)
            .select(start, pl.col("next").alias(end))
            .unique()
            .join(pairs, on=[start, end], how="anti")
        )
        pairs = pl.concat([pairs, new])
    return pairs


def _refs(datasets: pl.DataFrame, known: Reference) -> pl.DataFrame:
    """Return name and ref: what a name in lower case stands for, where that is not the name itself."""
    well = pl.DataFrame(
        [(key, f"known:{each.id}") for key, each in known.datasets.items()],
        schema={"name": pl.String, "ref": pl.String},
        orient="row",
    )
    renamed = datasets.filter(pl.col("outcome") == "renamed").select(
        name="key", today=pl.col("renamed_to").str.to_lowercase()
    )
    moved = renamed.join(well.rename({"name": "today"}), on="today", how="left").select(
        "name", ref=pl.coalesce("ref", pl.lit("hub:") + pl.col("today"))
    )
    return pl.concat([moved, well]).unique("name", keep="first", maintain_order=True)


def _ref(named: pl.DataFrame, refs: pl.DataFrame) -> pl.DataFrame:
    return named.join(refs, on="name", how="left").with_columns(
        ref=pl.coalesce("ref", pl.lit("hub:") + pl.col("name"))
    )


def _limited(datasets: pl.DataFrame, refs: pl.DataFrame, known: Reference) -> pl.DataFrame:
    """Return the refs of data sets whose own terms, or those of what they were made from, limit their use."""
    terms = _terms(datasets, known)
    pairs = reached(_sources(datasets, refs, known))
    harmless = (pl.col("level") == 1) | ((pl.col("level") == 3) & pl.col("is_unlicensed"))
    passed = (
        pairs.join(terms, left_on="source", right_on="ref")
        .with_columns(passed=pl.when(harmless).then(4).otherwise("level"))
        .group_by("ref")
        .agg(strictest=pl.col("passed").min(), from_source=pl.col("limits").str.contains(_LIMITS).any())
    )
    level = pl.when(pl.col("strictest") < pl.col("level")).then("strictest").otherwise("level")
    all_refs = pl.concat([terms.select("ref"), passed.select("ref")]).unique()
    return (
        all_refs.join(terms, on="ref", how="left")
        .join(passed, on="ref", how="left")
        .filter(
            pl.col("limits").str.contains(_LIMITS).fill_null(value=False)
            | pl.col("from_source").fill_null(value=False)
            | (level == 2).fill_null(value=False)
        )
        .select("ref")
    )


def _sources(datasets: pl.DataFrame, refs: pl.DataFrame, known: Reference) -> pl.DataFrame:
    """Return ref and source of the data sets that say what they were made from."""
    said = (
        datasets.filter(~pl.col("key").is_in(list(known.datasets)) & (pl.col("outcome") != "renamed"))
        .select("key", name="source_datasets")
        .explode("name")
        .with_columns(pl.col("name").str.strip_chars())
        .filter(
            pl.col("name").str.contains(r"^(extended\|)?[\w.-]+(/[\w.-]+)?$")
            & ~pl.col("name").str.contains(r"(?i)^(extended\|)?(original|extended|unknown|none|other)(-|$)")
        )
        .with_columns(pl.col("name").str.strip_prefix("extended|").str.to_lowercase())
    )
    own = pl.lit("hub:") + pl.col("key")
    return _ref(said, refs).select(ref=own, source="ref").filter(pl.col("ref") != pl.col("source")).unique()


def _terms(datasets: pl.DataFrame, known: Reference) -> pl.DataFrame:
    """Return ref, level, limits and is_unlicensed of each data set by itself."""
    told = {f"known:{each.id}": (each.level, each.restrictions) for each in known.datasets.values()}
    if any(level is None for level, _ in told.values()):
        raise NotImplementedError("a well-known data set without a level: its repository would have to tell")
    well = pl.DataFrame(
        [(ref, level, limits, False) for ref, (level, limits) in told.items()],
        schema={"ref": pl.String, "level": pl.Int64, "limits": pl.String, "is_unlicensed": pl.Boolean},
        orient="row",
    )
    gate = pl.when(pl.col("gate").is_in(["auto", "manual"])).then(3).otherwise(4)
    level = (
        pl.when(pl.col("outcome").is_in(_GONE) | pl.col("is_disabled"))
        .then(1)
        .when("is_found")
        .then(pl.min_horizontal(pl.col("level").fill_null(3), gate))
    )
    own = datasets.filter(pl.col("outcome") != "renamed").select(
        ref=pl.lit("hub:") + pl.col("key"),
        limits=pl.when("is_found").then(pl.col("restrictions").fill_null("")).otherwise(pl.lit("")),
        is_unlicensed=pl.col("is_found") & pl.col("level").is_null(),
        level=level.cast(pl.Int64),
    )
    return pl.concat([well, own.select(well.columns)])
