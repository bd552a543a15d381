-- One row per model and model upstream of it: the shortest way, both ends included.
with recursive step as (
    select model_key, ancestor_key, 0 as place, model_key as node_key, model_key as node_id
    from core.lineage
    where depth > 1
    union all
    select step.model_key, step.ancestor_key, step.place + 1, lineage.first_key, edge.base_id
    from step
    join core.lineage on lineage.model_key = step.node_key and lineage.ancestor_key = step.ancestor_key
    join core.edge on edge.model_key = step.node_key and edge.base_key = lineage.first_key
)

-- most models stand on their base and nothing else: to collect their steps would take most of the memory
select
    edge.model_key,
    edge.base_key                                               as ancestor_key,
    [coalesce(model.repo_id, edge.model_key), coalesce(base.repo_id, edge.base_id)]  as path
from core.edge
left join core.repo as model on model.kind = 'model' and model.repo_key = edge.model_key
left join core.repo as base on base.kind = 'model' and base.repo_key = edge.base_key
union all
select
    step.model_key,
    step.ancestor_key,
    list(coalesce(repo.repo_id, step.node_id) order by step.place)  as path
from step
left join core.repo on repo.kind = 'model' and repo.repo_key = step.node_key
group by step.model_key, step.ancestor_key
