-- One row per model and piece of evidence on the code that made it. Here the best evidence counts, not the least.
with own as (
    select
        model_key       as repo_key,
        case
            when purpose = 'training' and license_level = 4 then 4
            when purpose in ('training', 'examples') then 3
            when purpose = 'source' and license_level = 4 then 3
            else 1
        end             as level,
        'judged'        as status,
        'code-' || purpose  as kind,
        code_repo || ', ' || coalesce('license ' || nullif(license, ''), 'license not known')  as detail,
        target          as url
    from core.code_link
    where purpose in ('training', 'examples', 'source', 'inference', 'other')
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
        qualify row_number() over (partition by repo_key, means order by start) = 1
    )
    union all
    select repo.repo_key, 1, 'judged', 'paper', 'only a paper', min(link.url)
    from core.repo
    join staging.link on link.blob = repo.card_blob
    where repo.kind = 'model' and link.is_paper
    group by repo.repo_key
),

answered as (
    select
        repo.repo_key,
        repo.card_outcome,
        repo.card_url,
        exists (select 1 from own where own.repo_key = repo.repo_key)  as has_own
    from core.repo
    where repo.kind = 'model' and repo.is_found
),

inherited as (
    -- a quantized copy says nothing of the code that made its base
    select edge.model_key as repo_key, own.level, own.status, own.kind, 'base ' || edge.base_id || ': ' || own.detail as detail, own.url
    from core.edge
    join core.model on model.repo_key = edge.model_key and model.is_quantized
    join answered on answered.repo_key = edge.model_key and not answered.has_own
    join own on own.repo_key = edge.base_key
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
select
    answered.repo_key,
    true,
    if(answered.card_outcome in ('found', 'absent'), 0, null),
    if(answered.card_outcome in ('found', 'absent'), 'judged', 'unjudged'),
    'nothing',
    if(answered.card_outcome in ('found', 'absent'), 'no code is linked and no usage is shown',
        'the card could not be read: ' || coalesce(answered.card_outcome, 'not fetched yet')),
    answered.card_url
from answered
where not exists (select 1 from all_seen where all_seen.repo_key = answered.repo_key)
