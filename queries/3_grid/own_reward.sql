-- One row per model and piece of its own evidence on preference data or a reward model.
with rewarding as (
    select
        link.model_key,
        link.reward_id,
        repo.page_url,
        link.url,
        case
            when repo.is_gone or repo.is_disabled then 1
            when not coalesce(repo.is_found, false) then null
            else least(coalesce(license.level, 3), if(repo.gate in ('auto', 'manual'), 3, 4))
        end                                 as level,
        case
            when repo.is_gone or repo.is_disabled then 'not obtainable'
            when not coalesce(repo.is_found, false) then 'could not look: ' || coalesce(repo.outcome, 'not fetched yet')
            when license.level is null then 'no clear license, publicly downloadable'
            else 'license ' || coalesce(license.tag, license.effective)
        end                                 as basis
    from core.reward_link as link
    left join core.repo on repo.kind = 'model' and repo.repo_key = link.reward_key
    left join core.license on license.kind = 'model' and license.repo_key = link.reward_key
),

given as (
    select repo_key, counts, level, status, kind, detail, url from grid.named_data where stage = 'preference'
    union all
    select
        model_key,
        true,
        level,
        if(level is null, 'unjudged', 'judged'),
        'reward-model',
        'reward model ' || reward_id || ': ' || basis,
        coalesce(page_url, url)
    from rewarding
),

denied as (
    select distinct repo_key, start from core.mention where means = 'reward-none'
),

-- the method alone, as the card or its tags name it
method as (
    select mention.repo_key, mention.means = 'reward-method' as is_method, mention.start, 'the card ' || mention.meaning as detail, mention.url
    from core.mention
    join core.sentence
        on sentence.kind = 'model' and sentence.repo_key = mention.repo_key and sentence.start = mention.start
    where mention.kind = 'model' and mention.place = 'card' and mention.means in ('reward-method', 'reward-model')
        and not sentence.under_evaluation
        and not exists (
            select 1 from denied where denied.repo_key = mention.repo_key and denied.start = mention.start
        )
    union all
    select repo_key, true, -1, 'its tags name the method ' || upper(tag), page_url
    from (select repo_key, page_url, unnest(tags) as tag from core.repo where kind = 'model')
    where lower(tag) in ('dpo', 'orpo', 'kto', 'simpo', 'cpo', 'grpo', 'rloo', 'rlhf', 'rlaif', 'rlvr')
)

select repo_key, counts, level, status, kind, detail, url
from given
union all
select repo_key, repo_key not in (select repo_key from given), 1, 'judged', 'method', detail, url
from method
qualify row_number() over (partition by repo_key order by is_method desc, start, detail) = 1
