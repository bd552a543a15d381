-- One row per model and component: the least level of the evidence that counts, or why there is none.
with component as (
    select unnest(['weights', 'pretraining_dataset', 'finetuning_dataset', 'reward_model', 'data_processing_code'])  as component
),

decided as (
    select
        repo_key,
        component,
        min(level) filter (status = 'judged')           as level,
        bool_or(status = 'not_applicable')              as is_not_applicable,
        -- what is not read may be as little as this: what is named is at least described
        min(if(kind in ('dataset', 'reward-model'), 1, 0)) filter (status = 'unjudged')  as open_from
    from grid.evidence
    where counts
    group by repo_key, component
),

judged as (
    select
        model.repo_id,
        model.repo_key,
        component.component,
        case
            when decided.is_not_applicable then 'not_applicable'
            -- what was not read no longer matters where it cannot be less than what was
            when decided.open_from < coalesce(decided.level, 5) then 'unjudged'
            else 'judged'
        end                                             as status,
        coalesce(decided.level, 0)                      as level
    from core.model
    cross join component
    left join decided on decided.repo_key = model.repo_key and decided.component = component.component
)

select
    repo_id,
    repo_key,
    component,
    status,
    if(status = 'judged', level, null)                  as level
from judged
