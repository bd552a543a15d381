-- One row per model and model, itself or upstream of it, whose own base nobody could identify.
with standing as (
    select repo_key as model_key, repo_key as made_key from core.model
    union all
    select model_key, ancestor_key from core.ancestry
)

select
    standing.model_key,
    standing.made_key,
    made.is_tuned_itself,
    if(standing.made_key = standing.model_key, '', 'base ' || made.repo_id || ': ')
        || 'made from a model that could not be identified' || coalesce(': ' || made.unnamed_quote, '')  as reason,
    made.unnamed_url    as url
from standing
join core.model as made on made.repo_key = standing.made_key and made.has_unnamed_base
