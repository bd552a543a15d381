-- title = "Base model cannot be had"
-- severity = "medium"
-- why = "What the model stands on is gone, private or switched off: its license and its data can no longer be checked."
-- fix = "Point base_model to where the base lives now, or say in the card what it was and under which license."

with base as (
    select
        edge.model_key,
        edge.base_id,
        repo.page_url,
        case
            when repo.is_gone then 'the Hub does not show it (missing or private)'
            when repo.is_disabled then 'disabled by the Hub'
        end                                                     as dead,
        if(repo.repo_key is null or not (repo.is_found or repo.is_gone or repo.is_disabled),
            coalesce(repo.outcome, 'not looked at yet'), null)  as unread
    from core.edge
    left join core.repo on repo.kind = 'model' and repo.repo_key = edge.base_key
    where not starts_with(edge.base_key, 'system:')
),

per_model as (
    select
        model_key,
        min(base_id) filter (dead is not null)      as dead_id,
        arg_min(dead, base_id) filter (dead is not null)  as dead,
        min(base_id || ': ' || unread)              as unread
    from base
    group by model_key
)

select
    model.repo_id,
    case when per_model.dead_id is not null then 'flagged' when per_model.unread is not null then 'unjudged' else 'passed' end
            as verdict,
    coalesce(per_model.dead_id || ': ' || per_model.dead, per_model.unread,
        if(per_model.model_key is null, 'no base model', 'every base model can be had'))  as evidence,
    repo.page_url   as source_url,
    [model.repo_id] || if(per_model.dead_id is null, [], [per_model.dead_id])  as path
from core.model
join core.repo on repo.kind = 'model' and repo.repo_key = model.repo_key
left join per_model on per_model.model_key = model.repo_key
