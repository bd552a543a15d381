-- title = "The card tells of a base model, the metadata name none"
-- severity = "low"
-- why = "Without base_model the Hub shows no lineage, and the base's license and terms are easily overlooked."
-- fix = "Add base_model (and base_model_relation) to the YAML head of README.md."

with undeclared as (
    select
        model_key,
        arg_min(coalesce(quote, 'the card''s text names ' || base_id), base_id)  as quote,
        min(base_id)            as base_id,
        arg_min(url, base_id)   as url
    from core.edge
    where not is_declared
    group by model_key
)

select
    model.repo_id,
    case
        when undeclared.model_key is not null or model.has_unnamed_base then 'flagged'
        when model.is_declared then 'passed'
        when repo.card_problem is not null then 'unjudged'
        else 'passed'
    end     as verdict,
    case
        when undeclared.model_key is not null then '"' || undeclared.quote || '"'
        when model.has_unnamed_base then '"' || coalesce(model.unnamed_quote, 'the card says that it was made from another model') || '"'
        when model.is_declared then 'base_model is given'
        when repo.card_problem is not null then repo.card_problem
        else 'the card names no base model'
    end     as evidence,
    coalesce(undeclared.url, model.unnamed_url, repo.card_url)  as source_url,
    [model.repo_id] || if(undeclared.base_id is null, [], [undeclared.base_id])  as path
from core.model
join core.repo on repo.kind = 'model' and repo.repo_key = model.repo_key
left join undeclared on undeclared.model_key = model.repo_key
