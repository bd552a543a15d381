"""What a model is made of: the models upstream and the data sets they name, each with its license."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubaudit.model import Material

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


# How the look at a base ended, of `repo` and `system`; a system without a repository stands for itself.
BASE_OUTCOME = """coalesce(repo.outcome, case
            when system.id is null then 'not looked at'
            when system.hub_id is null then 'not on the Hub'
            else 'no repository named'
        end)"""


def read_materials(con: DuckDBPyConnection, key: str) -> tuple[Material, ...]:
    """Read every edge of what stands below the model of that key: the nearest models first, then data."""
    return tuple(
        Material(*row) for sql in (_MODELS, _DATASETS) for row in con.execute(sql, {"key": key}).fetchall()
    )


_MODELS = f"""
    select
        'model'                                                             as kind,
        coalesce(repo.repo_id, system.name, edge.base_id)                   as id,
        via.repo_id                                                         as of,
        edge.relation                                                       as use,
        coalesce(nullif(license.effective, 'other'), license.name, license.effective, system.license)
                                                                            as license,
        coalesce(license.spdx_id, nullif(system_license.spdx_id, ''))       as spdx,
        coalesce(license.level, try_cast(system_license.level as integer))  as level,
        repo.sha,
        coalesce(repo.page_url, system.source_url)                          as url,
        coalesce(repo.is_found, false)                                      as is_on_hub,
        {BASE_OUTCOME}                                                      as basis
    from core.edge
    join core.repo as via on via.kind = 'model' and via.repo_key = edge.model_key
    left join core.lineage as upstream on upstream.model_key = $key and upstream.ancestor_key = edge.model_key
    left join core.repo on repo.kind = 'model' and repo.repo_key = edge.base_key
    left join core.license on license.kind = 'model' and license.repo_key = edge.base_key
    left join reference.system on edge.base_key = 'system:' || system.id
    left join reference.license as system_license on system_license.id = system.license
    where edge.model_key = $key or (upstream.depth is not null and edge.base_key <> $key)
    order by upstream.depth nulls first, of, id
"""
_DATASETS = """
    select
        'dataset'                                                           as kind,
        dataset.name                                                        as id,
        via.repo_id                                                         as of,
        dataset_use.stage                                                   as use,
        coalesce(nullif(known.license, ''), nullif(dataset.license, 'other'), license.name, dataset.license,
            dataset.license_tag)                                            as license,
        if(nullif(known.license, '') is null, license.spdx_id, nullif(known_license.spdx_id, ''))  as spdx,
        dataset.level,
        repo.sha,
        coalesce(dataset.url, repo.page_url, dataset_use.url)               as url,
        coalesce(repo.is_found, false)                                      as is_on_hub,
        dataset.basis
    from core.dataset_use
    join core.repo as via on via.kind = 'model' and via.repo_key = dataset_use.model_key
    join core.dataset on dataset.dataset_ref = dataset_use.dataset_ref
    left join core.lineage as upstream
        on upstream.model_key = $key and upstream.ancestor_key = dataset_use.model_key
    left join core.repo on repo.kind = 'dataset' and repo.repo_key = dataset.repo_key
    left join core.license on license.kind = 'dataset' and license.repo_key = dataset.repo_key
    left join reference.dataset as known on known.id = dataset.known_id
    left join reference.license as known_license on known_license.id = known.license
    where dataset_use.model_key = $key or upstream.depth is not null
    order by upstream.depth nulls first, of, id, use
"""
