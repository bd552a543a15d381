-- One row per model that was tuned, and piece of evidence on the data it was tuned on itself.
with tuned as (
    select model.repo_key, model.is_foundation, repo.card_problem, repo.card_url
    from core.model
    join core.repo on repo.kind = 'model' and repo.repo_key = model.repo_key
    where model.is_tuned_itself
),

named as (
    select * from grid.named_data where stage = 'finetuning' and repo_key in (select repo_key from tuned)
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
    join tuned on tuned.repo_key = mention.repo_key
    join core.sentence
        on sentence.kind = 'model' and sentence.repo_key = mention.repo_key and sentence.start = mention.start
    where mention.kind = 'model' and mention.place = 'card' and not sentence.under_evaluation
        and (
            mention.means in ('terms-competitive', 'data-restricted')
            or (mention.means = 'data-undisclosed' and not (sentence.says_pretraining and not sentence.says_finetuning))
            or (mention.means in ('terms-research-only', 'terms-noncommercial')
                and (sentence.says_trained_on or sentence.under_training))
            or (mention.means = 'data-partial' and (sentence.says_trained_on or sentence.under_training)
                and mention.repo_key in (select repo_key from named))
            or (mention.means = 'data-described' and not (sentence.says_pretraining and not sentence.says_finetuning)
                and (sentence.says_trained_on or sentence.under_training))
        )
)

select repo_key, counts, level, status, kind, detail, url
from named
union all
select
    said.repo_key,
    -- a mere description counts where no data set is named, and none is offered
    said.means <> 'data-described' or said.repo_key not in (
        select repo_key from named union all select repo_key from said where means = 'data-restricted'
    ),
    case when said.means in ('data-described', 'data-undisclosed') then 1 when said.means = 'data-partial' then 3 else 2 end,
    'judged',
    said.means,
    'the card ' || said.meaning,
    said.url
from said
qualify row_number() over (partition by said.repo_key, said.means order by said.start, said.meaning) = 1
union all
select
    repo_key,
    true,
    if(card_problem is null, 0, null),
    if(card_problem is null, 'judged', 'unjudged'),
    if(card_problem is null, 'nothing', 'card-unread'),
    coalesce(card_problem, 'nothing is said of its tuning data'),
    card_url
from tuned
where repo_key not in (select repo_key from named) and repo_key not in (select repo_key from said)
