-- One row per model and piece of evidence on the code that made it. Here the best evidence counts, not the least.
with recursive own as (
    select
        model_key       as repo_key,
        case
            -- as a data set that is named and cannot be had: no more than a mention
            when is_gone then 1
            when purpose = 'training' and license_level = 4 then 4
            when purpose in ('training', 'examples', 'framework') then 3
            when purpose = 'source' and license_level = 4 then 3
            else 1
        end             as level,
        'judged'        as status,
        'code-' || if(is_gone, 'gone', purpose)  as kind,
        code_repo || ', ' || says   as detail,
        target          as url
    from core.code_link
    where purpose in ('training', 'examples', 'framework', 'source', 'inference', 'other')
    union all
    select
        repo_key,
        case when means = 'code-examples' then 3 else 1 end,
        'judged',
        means,
        'the card ' || meaning,
        url
    from (
        select * from core.mention
        where kind = 'model' and place = 'card' and means in ('code-examples', 'code-inference')
        qualify row_number() over (partition by repo_key, means order by start, meaning) = 1
    )
    union all
    select repo.repo_key, 1, 'judged', 'paper', 'only a paper', min(link.url)
    from core.repo
    join staging.link on link.blob = repo.card_blob
    where repo.kind = 'model' and link.is_paper
    group by repo.repo_key
),

answered as (
    select repo_key, card_problem, card_url
    from core.repo
    where kind = 'model' and is_found
),

-- a quantized copy says nothing of the code that made its base: the first card up the copies that does speaks for it
speaker as (
    select edge.model_key as repo_key, edge.base_key as speaker_key
    from core.edge
    join core.model on model.repo_key = edge.model_key and model.is_quantized
    where edge.model_key not in (select repo_key from own)
    union
    select speaker.repo_key, edge.base_key
    from speaker
    join core.edge on edge.model_key = speaker.speaker_key
    join core.model on model.repo_key = edge.model_key and model.is_quantized
    where edge.model_key not in (select repo_key from own)
),

inherited as (
    select speaker.repo_key, own.level, own.status, own.kind, 'base ' || repo.repo_id || ': ' || own.detail as detail, own.url
    from speaker
    join own on own.repo_key = speaker.speaker_key
    join core.repo on repo.kind = 'model' and repo.repo_key = speaker.speaker_key
),

unread as (
    select repo_key, card_problem as detail, card_url as url
    from answered
    where card_problem is not null
    union all
    select speaker.repo_key, upstream.reason, upstream.url
    from speaker
    join core.unread_upstream as upstream
        on upstream.model_key = speaker.repo_key and upstream.ancestor_key = speaker.speaker_key
),

all_seen as (
    select * from own
    union all
    select * from inherited
)

select
    repo_key,
    level = max(level) over (partition by repo_key)     as counts,
    level,
    status,
    kind,
    detail,
    url
from all_seen
union all
select repo_key, true, null, 'unjudged', 'card-unread', detail, url
from unread
where repo_key not in (select repo_key from all_seen)
union all
select repo_key, true, 0, 'judged', 'nothing', 'no code is linked and no usage is shown', card_url
from answered
where repo_key not in (select repo_key from all_seen) and repo_key not in (select repo_key from unread)
