-- One row per model and model upstream of it: the shortest way, both ends included.
with recursive step as (
    select lineage.*, coalesce(repo.repo_id, lineage.model_key) as model_id
    from core.lineage
    left join core.repo on repo.kind = 'model' and repo.repo_key = lineage.model_key
),

-- the way of a model is itself and the way of its first step: each pair comes up once, however dense the merges
way as (
    select
        step.model_key,
        step.ancestor_key,
        step.depth,
        [step.model_id, coalesce(base.repo_id, edge.base_id)]  as path
    from step
    join core.edge on edge.model_key = step.model_key and edge.base_key = step.ancestor_key
    left join core.repo as base on base.kind = 'model' and base.repo_key = step.ancestor_key
    where step.depth = 1
    union all
    select
        step.model_key,
        step.ancestor_key,
        step.depth,
        list_prepend(step.model_id, way.path)
    from way
    join step
        on step.first_key = way.model_key and step.ancestor_key = way.ancestor_key
        and step.depth = way.depth + 1
)

select model_key, ancestor_key, path
from way
