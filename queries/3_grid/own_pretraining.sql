-- One row per model and piece of its own evidence on the data it was pre-trained on. Whether it counts is decided in
-- grid.pretraining_dataset: only a foundation model speaks of its own.
with said as (
    select
        mention.repo_key,
        mention.means,
        mention.meaning,
        mention.start,
        mention.url
    from core.mention
    join core.sentence
        on sentence.kind = 'model' and sentence.repo_key = mention.repo_key and sentence.start = mention.start
    where mention.kind = 'model' and mention.place = 'card'
        and mention.means in ('data-described', 'data-undisclosed', 'data-restricted', 'data-partial')
        and not sentence.under_evaluation
        and not (sentence.says_finetuning and not sentence.says_pretraining)
        and (sentence.says_trained_on or sentence.under_training or mention.means in ('data-undisclosed', 'data-restricted'))
),

described as (
    select
        repo_key,
        bool_or(means = 'data-undisclosed')     as is_undisclosed,
        arg_min(meaning, (means <> 'data-undisclosed', start, meaning))  as meaning,
        arg_min(url, start)                     as url
    from said
    where means in ('data-described', 'data-undisclosed')
    group by repo_key
),

offered as (
    select * from said where means = 'data-restricted'
    qualify row_number() over (partition by repo_key order by start, meaning) = 1
),

named as (
    select * from grid.named_data where stage = 'pretraining'
)

select repo_key, counts, level, status, kind, detail, url
from named
union all
-- a description counts where nothing is named, and limits where it says that something is withheld
select
    repo_key,
    is_undisclosed or repo_key not in (select repo_key from named union all select repo_key from offered),
    1,
    'judged',
    if(is_undisclosed, 'data-undisclosed', 'data-described'),
    'the card ' || meaning,
    url
from described
union all
select repo_key, true, 2, 'judged', means, 'the card ' || meaning, url
from offered
union all
-- what is not named cannot be had; what is named can
select repo_key, true, 3, 'judged', means, 'the card ' || meaning, url
from said
where means = 'data-partial' and repo_key in (select repo_key from named)
qualify row_number() over (partition by repo_key order by start, meaning) = 1
union all
select
    repo_key,
    true,
    if(card_problem is null, 0, null),
    if(card_problem is null, 'judged', 'unjudged'),
    if(card_problem is null, 'nothing', 'card-unread'),
    coalesce(card_problem, 'nothing is said of its data'),
    card_url
from core.repo
where kind = 'model' and is_found
    and repo_key not in (select repo_key from named)
    and repo_key not in (select repo_key from described)
    and repo_key not in (select repo_key from offered)
