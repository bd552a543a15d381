-- One row per model that was tuned, and piece of evidence on the data it was tuned on itself.
with tuned as (
    select model.repo_key, repo.card_outcome, repo.card_url, repo.page_url
    from core.model
    join core.repo on repo.kind = 'model' and repo.repo_key = model.repo_key
    where model.is_tuned_itself
),

own_use as (
    select
        use.model_key,
        dataset.level,
        if(dataset.level is null, 'unjudged', 'judged')  as status,
        dataset.name || ': ' || dataset.basis           as detail,
        dataset.url
    from core.dataset_use as use
    join core.dataset on dataset.dataset_ref = use.dataset_ref
    where use.stage = 'finetuning'
),

-- what the model's own card says of its data; of a license limit only the sentences that speak of data
said as (
    select
        mention.repo_key,
        mention.means,
        mention.meaning,
        mention.start,
        mention.url
    from core.mention
    join core.sentence
        on sentence.kind = 'model' and sentence.repo_key = mention.repo_key and sentence.start = mention.start
    where mention.kind = 'model' and mention.place = 'card' and not sentence.under_evaluation
        and (
            mention.means in ('terms-competitive', 'data-restricted')
            or (mention.means = 'data-undisclosed' and not (sentence.says_pretraining and not sentence.says_finetuning))
            or (mention.means in ('terms-research-only', 'terms-noncommercial')
                and (sentence.says_trained_on or sentence.under_training))
            or (mention.means = 'data-described' and not (sentence.says_pretraining and not sentence.says_finetuning)
                and (sentence.says_trained_on or sentence.under_training))
        )
)

select model_key as repo_key, true as counts, level, status, 'dataset' as kind, detail, url
from own_use
where model_key in (select repo_key from tuned)
union all
select
    said.repo_key,
    -- a mere description counts where no data set is named
    said.means <> 'data-described' or not exists (select 1 from own_use where own_use.model_key = said.repo_key),
    case when said.means in ('data-described', 'data-undisclosed') then 1 else 2 end,
    'judged',
    said.means,
    'the card ' || said.meaning,
    said.url
from said
join tuned on tuned.repo_key = said.repo_key
qualify row_number() over (partition by said.repo_key, said.means order by said.start) = 1
union all
select
    tuned.repo_key,
    true,
    null,
    'unjudged',
    'card-unread',
    'the card could not be read: ' || coalesce(tuned.card_outcome, 'not fetched yet'),
    tuned.card_url
from tuned
where coalesce(tuned.card_outcome, 'not fetched') not in ('found', 'absent')
    and not exists (select 1 from own_use where own_use.model_key = tuned.repo_key)
union all
select tuned.repo_key, true, 0, 'judged', 'nothing', 'nothing is said of its tuning data', tuned.page_url
from tuned
where coalesce(tuned.card_outcome, 'not fetched') in ('found', 'absent')
    and not exists (select 1 from own_use where own_use.model_key = tuned.repo_key)
    and not exists (select 1 from said where said.repo_key = tuned.repo_key)
