-- title = "Named data set cannot be had"
-- severity = "low"
-- why = "A data set that is gone or private is no evidence: nobody can look what the model learned from."
-- fix = "Link the data set where it lives now, or say that it is not public."

-- gone or switched off; of a well-known data set the reference knows where it stands today
with dataset as (
    select *, coalesce(level = 1 and known_id is null, false) as is_dead
    from core.dataset
),

per_model as (
    select
        use.model_key,
        min(dataset.name) filter (dataset.is_dead)                                as dead,
        arg_min(dataset.basis, dataset.name) filter (dataset.is_dead)             as reason,
        min(dataset.name || ': ' || dataset.basis) filter (dataset.level is null)  as unread,
        arg_min(use.url, dataset.name) filter (dataset.is_dead)                   as url
    from core.dataset_use as use
    join dataset on dataset.dataset_ref = use.dataset_ref
    group by use.model_key
)

select
    model.repo_id,
    case when per_model.dead is not null then 'flagged' when per_model.unread is not null then 'unjudged' else 'passed' end
            as verdict,
    coalesce(per_model.dead || ': ' || per_model.reason, per_model.unread,
        if(per_model.model_key is null, 'no data set is named', 'every named data set can be had'))  as evidence,
    coalesce(per_model.url, repo.page_url)  as source_url,
    [model.repo_id] || if(per_model.dead is null, [], [per_model.dead])  as path
from core.model
join core.repo on repo.kind = 'model' and repo.repo_key = model.repo_key
left join per_model on per_model.model_key = model.repo_key
