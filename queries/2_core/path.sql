-- One row per model and model upstream of it: the shortest way, both ends included.
with recursive step as (
    select model_key, ancestor_key, 0 as place, model_key as node_key, model_key as node_id
    from core.lineage
    union all
    select step.model_key, step.ancestor_key, step.place + 1, lineage.first_key, edge.base_id
    from step
    join core.lineage on lineage.model_key = step.node_key and lineage.ancestor_key = step.ancestor_key
    join core.edge on edge.model_key = step.node_key and edge.base_key = lineage.first_key
)

select
    step.model_key,
    step.ancestor_key,
    list(coalesce(repo.repo_id, step.node_id) order by step.place)  as path
from step
left join core.repo on repo.kind = 'model' and repo.repo_key = step.node_key
group by step.model_key, step.ancestor_key
