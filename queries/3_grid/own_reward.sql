-- One row per model and piece of its own evidence on preference data or a reward model.
with preference as (
    select
        use.model_key                                   as repo_key,
        dataset.level,
        if(dataset.level is null, 'unjudged', 'judged')  as status,
        'dataset'                                       as kind,
        dataset.name || ': ' || dataset.basis           as detail,
        dataset.url
    from core.dataset_use as use
    join core.dataset on dataset.dataset_ref = use.dataset_ref
    where use.stage = 'preference'
),

denied as (
    select distinct repo_key, start from core.mention where means = 'reward-none'
)

select repo_key, true as counts, level, status, kind, detail, url
from preference
union all
select
    mention.repo_key,
    not exists (select 1 from preference where preference.repo_key = mention.repo_key),
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
qualify row_number() over (partition by mention.repo_key order by mention.means = 'reward-method' desc, mention.start) = 1
