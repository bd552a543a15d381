-- title = "Card says open source, training data is closed"
-- severity = "medium"
-- why = "Who cannot have the data cannot study or rebuild the model. A claim of being open source covers it, in most readings."
-- fix = "Name and link the data sets, or say that weights are open and data are not."

with data as (
    select
        repo_key,
        min(level)                                                      as level,
        string_agg(replace(component, '_', ' ') || ' ' || level, ', ' order by component) filter (level <= 1)  as closed,
        bool_or(status = 'unjudged')                                    as is_unjudged
    from grid.cell
    where component in ('pretraining_dataset', 'finetuning_dataset')
    group by repo_key
)

select
    model.repo_id,
    case
        when claim.repo_key is not null and data.closed is not null then 'flagged'
        when claim.repo_key is not null and data.is_unjudged then 'unjudged'
        when claim.repo_key is null and repo.card_problem is not null then 'unjudged'
        else 'passed'
    end     as verdict,
    case
        when claim.repo_key is not null and data.closed is not null
            then '"' || coalesce(claim.quote, 'the card claims to be open source') || '" - ' || data.closed
        when claim.repo_key is not null and data.is_unjudged then 'the training data could not be judged'
        when claim.repo_key is null and repo.card_problem is not null then repo.card_problem
        when claim.repo_key is null then 'the card makes no such claim'
        else 'the data supports the claim'
    end     as evidence,
    coalesce(claim.url, repo.card_url)  as source_url,
    [model.repo_id]                     as path
from core.model
join core.repo on repo.kind = 'model' and repo.repo_key = model.repo_key
join data on data.repo_key = model.repo_key
left join core.open_claim as claim on claim.repo_key = model.repo_key
