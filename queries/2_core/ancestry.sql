-- One row per model and model upstream of it, any number of hops away. Cycles end, because a pair is made once.
with recursive upstream as (
    select model_key, base_key as ancestor_key
    from core.edge
    union
    select upstream.model_key, edge.base_key
    from upstream
    join core.edge on edge.model_key = upstream.ancestor_key
)

select model_key, ancestor_key
from upstream
where model_key <> ancestor_key
