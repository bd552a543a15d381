"""Which repositories changed since an audit's tables were made, and all whose answer rests on one of them.

Each repository has a print of its raw rows, kept beside the tables: whatever was added, imported or taken
away shows in it, whenever it came. Connections have the store as database `store`, the old tables as `audit`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

CODE = "code"  # the kind of a code repository: its host's answer is no repository of the Hub
_KEYS = "(kind varchar, repo_key varchar)"
_PRINTS = f"""
    with printed as (
        select
            kind, lower(repo_id) as repo_key,
            hash(crawl_id, observed_at, outcome, renamed_to, shape, sha, change_hash, url, detail) as print
        from store.raw.repo_log
        union all
        select
            seen.kind, lower(seen.repo_id),
            hash(seen.observed_at, seen.commit, seen.path, seen.outcome, seen.blob, seen.url, seen.detail,
                scan.head_outcome, license.outcome)
        from store.raw.text_seen as seen
        left join store.raw.text_scan as scan on scan.blob = seen.blob
        left join store.raw.license_text as license on license.blob = seen.blob
        union all
        select '{CODE}', host || '/' || repo, hash(looked_at, outcome, license, is_archived, renamed_to, url)
        from store.raw.code_repo
    )

    select kind, repo_key, sum(print) as print
    from printed
    group by kind, repo_key
"""
# What changed itself, whose license text it holds, and whose code it is; then all that rests on these.
_TOUCHED = f"""
    insert into touched
    with changed as (
        select coalesce(new.kind, old.kind) as kind, coalesce(new.repo_key, old.repo_key) as repo_key
        from main.print as new
        full join audit.main.print as old on old.kind = new.kind and old.repo_key = new.repo_key
        where old.print is distinct from new.print
    )

    select kind, repo_key from changed
    union
    select file.kind, file.repo_key
    from audit.core.license_file as file
    join changed on changed.kind = file.holder_kind and changed.repo_key = lower(file.holder_id)
    union
    select 'model', link.model_key
    from audit.core.code_link as link
    join changed on changed.kind = '{CODE}' and changed.repo_key = link.code_repo
"""
_AFFECTED = f"""
    insert into affected
    select kind, repo_key from touched where kind <> '{CODE}'
    union
    select 'model', closure.model_key
    from audit.core.closure as closure
    join touched on touched.kind = closure.kind and touched.repo_key = closure.repo_key
"""
# What models of `roots` rest on, by the closures that database `source` has, unless it is there.
_RESTS_ON = """
    insert into needed
    select distinct closure.kind, closure.repo_key
    from {source}core.closure as closure
    semi join {roots} as root on root.kind = 'model' and root.repo_key = closure.model_key
    anti join needed as there on there.kind = closure.kind and there.repo_key = closure.repo_key
"""
# What data sets of `needed` were made from, any number of steps away: no model may have named them before.
_MADE_FROM = """
    insert into needed
    with recursive source as (
        select edge.source_key as repo_key
        from audit.core.dataset_edge as edge
        join needed on needed.kind = 'dataset' and edge.dataset_ref = 'hub:' || needed.repo_key
        union
        select edge.source_key
        from source
        join audit.core.dataset_edge as edge on edge.dataset_ref = 'hub:' || source.repo_key
    )

    select 'dataset', source.repo_key
    from source
    anti join needed as there on there.kind = 'dataset' and there.repo_key = source.repo_key
"""


def add_prints(con: DuckDBPyConnection) -> None:
    """Make table `print` in the connection's own database, of the store as it is now."""
    con.execute(f"create or replace table main.print as {_PRINTS}")


def find_affected(con: DuckDBPyConnection) -> int:
    """Make temp tables `affected` and `needed` (kind, repo_key); return how many models are affected.

    `affected` is what must be judged anew, `needed` also all that this rests on, as far as it was known. The
    prints of now are left in table `print`.
    """
    add_prints(con)
    for table in ("touched", "affected", "needed"):
        con.execute(f"create or replace temp table {table} {_KEYS}")
    con.execute(_TOUCHED)
    con.execute(_AFFECTED)
    con.execute("insert into needed from affected")
    _add_what_it_rests_on(con)
    (count,) = con.execute("select count(*) from affected where kind = 'model'").fetchone() or (0,)
    return int(count)


def widen(con: DuckDBPyConnection) -> bool:
    """Add to `needed` what the tables in the own database say affected models rest on. False: nothing new."""
    (added,) = con.execute(_RESTS_ON.format(source="", roots="affected")).fetchone() or (0,)
    if added:
        _add_what_it_rests_on(con)
    return bool(added)


def _add_what_it_rests_on(con: DuckDBPyConnection) -> None:
    """Add to `needed` all that its models, and its data sets, rested on: every round more costs a build."""
    con.execute(_RESTS_ON.format(source="audit.", roots="needed"))
    con.execute(_MADE_FROM)
