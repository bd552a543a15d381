-- One row per model and model, itself or upstream of it, whose own base nobody could identify.
select
    repo_key            as model_key,
    repo_key            as made_key,
    is_tuned_itself,
    'made from a model that could not be identified' || coalesce(': ' || unnamed_quote, '')  as reason,
    unnamed_url         as url
from core.model
where has_unnamed_base
union all
select
    ancestry.model_key,
    base.repo_key,
    base.is_tuned_itself,
    'base ' || base.repo_id || ': made from a model that could not be identified' || coalesce(': ' || base.unnamed_quote, ''),
    base.unnamed_url
from core.ancestry
join core.model as base on base.repo_key = ancestry.ancestor_key and base.has_unnamed_base
