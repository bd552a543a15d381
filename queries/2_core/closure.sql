-- One row per model and repository that its answer rests on, any number of hops away: itself, what it is made from, data
-- sets and what these are made from, reward models, holders of license texts, and former ids. Cycles end, because a pair is made once.
with recursive step as (
    select 'model' as from_kind, model_key as from_key, 'model' as kind, base_key as repo_key
    from core.edge
    where not starts_with(base_key, 'system:')
    union
    select 'model', model_key, 'model', reward_key
    from core.reward_link
    union
    select 'model', dataset_use.model_key, 'dataset', coalesce(identity.repo_key, dataset_use.dataset_key)
    from core.dataset_use
    left join core.identity on identity.kind = 'dataset' and identity.written_key = dataset_use.dataset_key
    where dataset_use.dataset_key is not null and not starts_with(dataset_use.dataset_ref, 'text:')
    union
    -- a well-known one may live under several ids
    select 'model', dataset_use.model_key, 'dataset', lower(trim(unnest(string_split(dataset.hub_ids, ';'))))
    from core.dataset_use
    join reference.dataset on dataset_use.dataset_ref = 'known:' || dataset.id
    union
    select 'dataset', substr(dataset_edge.dataset_ref, 5), 'dataset', lower(trim(unnest(string_split(dataset.hub_ids, ';'))))
    from core.dataset_edge
    join reference.dataset on dataset_edge.source_ref = 'known:' || dataset.id
    union
    select 'dataset', substr(dataset_edge.dataset_ref, 5), 'dataset', coalesce(identity.repo_key, dataset_edge.source_key)
    from core.dataset_edge
    left join core.identity on identity.kind = 'dataset' and identity.written_key = dataset_edge.source_key
    union
    select kind, repo_key, holder_kind, lower(holder_id)
    from core.license_file
    where not is_own and holder_id is not null
    union
    select kind, repo_key, kind, written_key
    from core.identity
    where repo_key <> written_key
),

-- without the model itself: most rest on nothing else, and what recursion has seen must fit into memory
rests_on as (
    select model.repo_key as model_key, step.kind, step.repo_key
    from core.model
    join step on step.from_kind = 'model' and step.from_key = model.repo_key
    union
    select rests_on.model_key, step.kind, step.repo_key
    from rests_on
    join step on step.from_kind = rests_on.kind and step.from_key = rests_on.repo_key
)

select repo_key as model_key, 'model' as kind, repo_key
from core.model
union all
select model_key, kind, repo_key
from rests_on
where not (kind = 'model' and repo_key = model_key)
