-- One row per model and repository that its answer rests on: itself, all upstream, their data sets, and former ids.
with model_of as (
    select repo_key as model_key, repo_key from core.model
    union
    select model_key, ancestor_key from core.ancestry
),

rests_on as (
    select model_key, 'model' as kind, repo_key from model_of where not starts_with(repo_key, 'system:')
    union
    select model_of.model_key, 'dataset', coalesce(identity.repo_key, dataset_use.dataset_key)
    from model_of
    join core.dataset_use on dataset_use.model_key = model_of.repo_key
    left join core.identity on identity.kind = 'dataset' and identity.written_key = dataset_use.dataset_key
    where dataset_use.dataset_key is not null and not starts_with(dataset_use.dataset_ref, 'text:')
)

select model_key, kind, repo_key from rests_on
union
select rests_on.model_key, rests_on.kind, identity.written_key
from rests_on
join core.identity on identity.kind = rests_on.kind and identity.repo_key = rests_on.repo_key
