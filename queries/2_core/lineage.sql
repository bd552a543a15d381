-- One row per model and model upstream of it: how far away, and through which base. For display; core.ancestry judges.
-- Nearer than 12 hops only: the Hub's chains are about 6 deep, and pairs with a depth are costly in dense merges.
with recursive walk as (
    select model_key, base_key as ancestor_key, 1 as depth
    from core.edge
    union
    select walk.model_key, edge.base_key, walk.depth + 1
    from walk
    join core.edge on edge.model_key = walk.ancestor_key
    where walk.depth < 12 and edge.base_key <> walk.model_key
),

nearest as (
    select model_key, ancestor_key, min(depth) as depth
    from walk
    group by model_key, ancestor_key
)

select
    nearest.model_key,
    nearest.ancestor_key,
    nearest.depth,
    -- the first step on a shortest way
    min(step.base_key)  as first_key
from nearest
join core.edge as step on step.model_key = nearest.model_key
left join nearest as rest on rest.model_key = step.base_key and rest.ancestor_key = nearest.ancestor_key
where coalesce(rest.depth, if(step.base_key = nearest.ancestor_key, 0, null)) = nearest.depth - 1
group by nearest.model_key, nearest.ancestor_key, nearest.depth
