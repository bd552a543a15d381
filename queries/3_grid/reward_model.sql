-- One row per model and piece of evidence on the reward model: its own, else what the tuned models upstream show.
with tuned as (
    select model.repo_key, model.is_tuned_itself, repo.card_outcome, repo.card_url, repo.page_url
    from core.model
    join core.repo on repo.kind = 'model' and repo.repo_key = model.repo_key
    where model.is_tuned
),

inherited as (
    select
        ancestry.model_key              as repo_key,
        own.counts,
        own.level,
        own.status,
        own.kind,
        'base ' || base.repo_id || ': ' || own.detail  as detail,
        own.url
    from core.ancestry
    join grid.own_reward as own on own.repo_key = ancestry.ancestor_key
    join core.model on model.repo_key = ancestry.ancestor_key and model.is_tuned_itself
    join core.repo as base on base.kind = 'model' and base.repo_key = ancestry.ancestor_key
    where not exists (select 1 from grid.own_reward as mine where mine.repo_key = ancestry.model_key)
),

seen as (
    select own.* from grid.own_reward as own join tuned on tuned.repo_key = own.repo_key
    union all
    select inherited.* from inherited join tuned on tuned.repo_key = inherited.repo_key
),

-- who names nothing of its own may have it in a card that could not be read: its own, or one upstream
unread as (
    select repo_key, 'the card could not be read: ' || coalesce(card_outcome, 'not fetched yet') as detail, card_url as url
    from tuned
    where is_tuned_itself and coalesce(card_outcome, 'not fetched') not in ('found', 'absent')
    union all
    select upstream.model_key, upstream.reason, upstream.url
    from core.unread_upstream as upstream
    join tuned on tuned.repo_key = upstream.model_key
    left join tuned as parent on parent.repo_key = upstream.ancestor_key
    -- a foundation model has no preferences, so its card does not matter here
    where (not upstream.is_found or parent.is_tuned_itself)
        and upstream.ancestor_key not in (select repo_key from grid.own_reward)
)

select repo_key, counts, level, status, kind, detail, url
from seen
union all
select repo_key, true, null, 'unjudged', 'card-unread', detail, url
from unread
where repo_key not in (select repo_key from grid.own_reward)
union all
select repo_key, true, 0, 'judged', 'nothing', 'no preference data, reward model or method is named', card_url
from tuned
where repo_key not in (select repo_key from seen) and repo_key not in (select repo_key from unread)
union all
select repo_key, true, null, if(status = 'not_applicable', 'not_applicable', 'unjudged'), kind, detail, url
from grid.finetuning_dataset
where status = 'not_applicable'
    -- a copy of something unread: neither foundation nor tuned, as far as is known
    or (status = 'unjudged' and kind = 'base' and repo_key not in (select repo_key from tuned))
