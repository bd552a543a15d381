-- One row per model and piece of its own evidence on preference data or a reward model.
with preference as (
    select * from grid.named_data where stage = 'preference'
),

denied as (
    select distinct repo_key, start from core.mention where means = 'reward-none'
)

select repo_key, counts, level, status, kind, detail, url
from preference
union all
select
    mention.repo_key,
    mention.repo_key not in (select repo_key from preference),
    1,
    'judged',
    'method',
    'the card ' || mention.meaning,
    mention.url
from core.mention
join core.sentence
    on sentence.kind = 'model' and sentence.repo_key = mention.repo_key and sentence.start = mention.start
where mention.kind = 'model' and mention.place = 'card' and mention.means in ('reward-method', 'reward-model')
    and not sentence.under_evaluation
    and not exists (
        select 1 from denied where denied.repo_key = mention.repo_key and denied.start = mention.start
    )
qualify row_number() over (partition by mention.repo_key order by mention.means = 'reward-method' desc, mention.start, mention.meaning) = 1
