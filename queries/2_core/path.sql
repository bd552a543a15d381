-- One row per model and model upstream of it: the shortest way, both ends included.
with recursive step as (
    select model_key, ancestor_key, 0 as place, model_key as node_key
    from core.lineage
    union all
    select step.model_key, step.ancestor_key, step.place + 1, lineage.first_key
    from step
    join core.lineage on lineage.model_key = step.node_key and lineage.ancestor_key = step.ancestor_key
)

select
    step.model_key,
    step.ancestor_key,
    list(coalesce(repo.repo_id, edge.base_id, step.node_key) order by step.place)  as path
from step
left join core.repo on repo.kind = 'model' and repo.repo_key = step.node_key
left join (select base_key, min(base_id) as base_id from core.edge group by base_key) as edge
    on edge.base_key = step.node_key
group by step.model_key, step.ancestor_key
