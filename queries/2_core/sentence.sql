-- One row per sentence of a card in which something was recognised: what it speaks of, its heading included.
with stated as (
    select
        kind,
        repo_key,
        start,
        -- each pattern quotes a long sentence around its own match: any quote will do, the same one every time
        min(heading)                                                    as heading,
        min(quote)                                                      as quote,
        min(url)                                                        as url,
        coalesce(bool_or(means = 'trained-on'), false)                  as says_trained_on,
        coalesce(bool_or(means = 'stage' and value = 'pretraining'), false)  as says_pretraining,
        coalesce(bool_or(means = 'stage' and value = 'finetuning'), false)   as says_finetuning,
        coalesce(bool_or(means = 'stage' and value = 'preference'), false)   as says_preference,
        coalesce(bool_or(means = 'stage' and value = 'evaluation'), false)   as says_evaluation,
        coalesce(bool_or(means = 'base-exclusion'), false)              as says_other_relation,
        coalesce(bool_or(means = 'data-recreated'), false)              as says_recreated,
        max(value) filter (means = 'base')                              as relation,
        -- "derived from", "based on" may speak of anything: alone they tell of no base
        coalesce(bool_or(means = 'base' and value in ('finetune', 'merge') and key <> 'base-derived'), false)  as says_made_from,
        coalesce(bool_or(means = 'base-own'), false)                    as says_tuned_itself,
        coalesce(bool_or(means = 'data-generated'), false)              as says_generated
    from core.mention
    where place = 'card'
    group by kind, repo_key, start
),

-- links stand in sentences of their own, too
linked as (
    select
        repo.kind,
        repo.repo_key,
        link.start,
        min(link.heading)   as heading,
        min(link.quote)     as quote,
        min(repo.card_url)  as url
    from core.repo
    join staging.link on link.blob = repo.card_blob
    group by repo.kind, repo.repo_key, link.start
),

joined as (
    select
        coalesce(stated.kind, linked.kind)          as kind,
        coalesce(stated.repo_key, linked.repo_key)  as repo_key,
        coalesce(stated.start, linked.start)        as start,
        coalesce(stated.heading, linked.heading)    as heading,
        coalesce(stated.quote, linked.quote)        as quote,
        coalesce(stated.url, linked.url)            as url,
        stated.* exclude (kind, repo_key, start, heading, quote, url)
    from stated
    full join linked
        on linked.kind = stated.kind and linked.repo_key = stated.repo_key and linked.start = stated.start
)

select
    * replace (
        coalesce(says_trained_on, false)        as says_trained_on,
        coalesce(says_pretraining, false)       as says_pretraining,
        coalesce(says_finetuning, false)        as says_finetuning,
        coalesce(says_preference, false)        as says_preference,
        coalesce(says_evaluation, false)        as says_evaluation,
        coalesce(says_other_relation, false)    as says_other_relation,
        coalesce(says_recreated, false)         as says_recreated,
        coalesce(says_made_from, false)         as says_made_from,
        coalesce(says_tuned_itself, false)      as says_tuned_itself,
        coalesce(says_generated, false)         as says_generated,
        -- what is linked below such a heading needs no verb
        coalesce(relation, case
            when regexp_matches(heading, '(?i)(^|> )\W*base models?\W*$') then 'finetune'
            when regexp_matches(heading, '(?i)(^|> )\W*(merged models|models? merged|models?( and | ?& ?| ?\+ ?)loras? used)\W*$') then 'merge'
        end)                                    as relation
    ),
    regexp_matches(heading, '(?i)(training|data ?mix|dataset|fine-?tun|pre-?train|corpus)')  as under_training,
    regexp_matches(heading, '(?i)pre-?train')                           as under_pretraining,
    regexp_matches(heading, '(?i)(fine-?tun|instruct|sft)')             as under_finetuning,
    regexp_matches(heading, '(?i)(evaluat|benchmark|result|performance|metric)')  as under_evaluation
from joined
-- thanks, citations and reading lists speak of other people's work
where not regexp_matches(heading, '(?i)(acknowledg|credit|citation|citing|bibtex|references|related work|thanks)')
