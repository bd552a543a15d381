-- title = "Claims to be open source behind a gate"
-- severity = "medium"
-- why = "Open source means access for everyone. A gate collects names or agreement first, and can be closed to anyone."
-- fix = "Remove the gate, or stop calling the model open source."

with claim as (
    select repo_key, arg_min(quote, (kind, start)) as quote, arg_min(url, (kind, start)) as url
    from core.claim
    group by repo_key
)

select
    model.repo_id,
    case
        when repo.gate = 'false' then 'passed'
        when claim.repo_key is not null and repo.gate is null then 'unjudged'
        when claim.repo_key is not null then 'flagged'
        when repo.card_problem is not null then 'unjudged'
        else 'passed'
    end     as verdict,
    case
        when repo.gate = 'false' then 'no gate'
        when claim.repo_key is not null and repo.gate is null then 'the record does not tell whether there is a gate'
        when claim.repo_key is not null
            then '"' || coalesce(claim.quote, 'the card claims to be open source') || '" - gated (' || repo.gate || ')'
        when repo.card_problem is not null then repo.card_problem
        else 'no claim to be open source'
    end     as evidence,
    coalesce(claim.url, repo.page_url)  as source_url,
    [model.repo_id]                     as path
from core.model
join core.repo on repo.kind = 'model' and repo.repo_key = model.repo_key
left join claim on claim.repo_key = model.repo_key
