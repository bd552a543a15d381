-- One row per model and piece of evidence on the reward model: its own, and what the tuned models upstream show.
with tuned as (
    select model.repo_key, model.is_tuned_itself, repo.card_problem, repo.card_url
    from core.model
    join core.repo on repo.kind = 'model' and repo.repo_key = model.repo_key
    where model.is_tuned
),

own as (
    select reward.*
    from grid.own_reward as reward
    join core.model on model.repo_key = reward.repo_key and model.is_tuned_itself
),

upstream as (
    select upstream.* exclude (ancestor_key, component)
    from grid.upstream
    join core.model as base on base.repo_key = upstream.ancestor_key and base.is_tuned_itself
    where upstream.component = 'reward_model'
),

-- a copy or a merge speaks through what it was made of: an unread card there may hold what it stands on
unread as (
    select unread.model_key as repo_key, unread.reason, unread.url
    from core.unread_upstream as unread
    join core.model on model.repo_key = unread.model_key and not model.is_tuned_itself
    left join core.model as base on base.repo_key = unread.ancestor_key
    where not unread.is_found or base.is_tuned_itself
)

select * from own
union all
select upstream.* from upstream join tuned on tuned.repo_key = upstream.repo_key
union all
select repo_key, true, null, 'unjudged', 'base', reason, url
from unread
union all
-- tuned and silent is 0, whatever stands upstream; a copy is silent only if all upstream are
select
    repo_key,
    true,
    if(is_tuned_itself and card_problem is not null, null, 0),
    if(is_tuned_itself and card_problem is not null, 'unjudged', 'judged'),
    if(is_tuned_itself and card_problem is not null, 'card-unread', 'nothing'),
    if(is_tuned_itself, coalesce(card_problem, 'no preference data, reward model or method is named'),
        'nothing upstream names preference data, a reward model or a method'),
    card_url
from tuned
where repo_key not in (select repo_key from own)
    and (is_tuned_itself
        or (repo_key not in (select repo_key from upstream) and repo_key not in (select repo_key from unread)))
union all
select unnamed_base.model_key, true, null, 'unjudged', 'base', unnamed_base.reason, unnamed_base.url
from core.unnamed_base
join core.model on model.repo_key = unnamed_base.model_key and not model.is_tuned
union all
select repo_key, true, null, status, kind, detail, url
from grid.finetuning_dataset
where status = 'not_applicable'
