-- One row per sentence of a card in which something was recognised: what it speaks of, its heading included.
with from_scratch as (
    select kind, repo_key from core.mention where means = 'base-exclusion' and value = 'scratch'
),

-- who counts trillions of tokens has pre-trained: what they say they tuned are weights of their own
from_trillions as (
    select kind, repo_key
    from core.mention
    where means = 'data-described' and regexp_matches(quote, '(?i)\btrillion|[0-9] ?t (\w+ ){0,2}tokens')
),

stated as (
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
        -- "derived from", "adapter for" may speak of anything, and "a GGUF version of" of what others made of it: alone they tell
        -- of no base. A card that tells of a training from scratch is "based on" what its architecture is called after
        coalesce(bool_or(means = 'base' and value <> 'quantized' and key not in ('base-derived', 'base-adapter')
            and (key <> 'base-named' or (kind, repo_key) not in (select (kind, repo_key) from from_scratch))
            -- nor do two stages of the same makers
            and (key <> 'base-tuned-model' or (kind, repo_key) not in (select (kind, repo_key) from from_trillions))), false)
            and not coalesce(bool_or(means = 'base-own' and value = 'pretrained'), false)  as says_made_from,
        coalesce(bool_or(means = 'base-own' or key = 'base-tuned-model'), false)  as says_tuned_itself,
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
),

-- whose name begins as a well-known model's of another owner may well be made from that
maker as (
    select split_part(split_part(lower(hub_id), '/', -1), '-', 1) as family, list(split_part(lower(hub_id), '/', 1)) as owners
    from reference.system
    where hub_id is not null
    group by family
),

worded as (
    select
        joined.*,
        split_part(joined.repo_key, '/', -1)                        as name,
        split_part(split_part(joined.repo_key, '/', -1), '-', 1)    as family,
        list_transform(string_split_regex(lower(joined.quote), '[^\w.+-]+'), lambda word: trim(word, '.-'))  as words,
        -- what stands before the verb
        list_transform(string_split_regex(regexp_extract(lower(joined.quote),
            '^(.*?)\b(train|fine-?tun|based|deriv|initiali|built|distill)', 1), '[^\w.+-]+'),
            lambda word: trim(word, '.-'))                          as subject
    from joined
),

-- "we tuned Harbour-7B-Chat on letters", or "Harbour-33B was tuned from Quay", in the card of Harbour-7B
other_model as (
    select worded.kind, worded.repo_key, worded.start
    from worded
    left join maker on maker.family = worded.family
    where worded.kind = 'model'
        and contains(worded.name, '-')
        and (maker.family is null or list_contains(maker.owners, split_part(worded.repo_key, '/', 1)))
        and (
            len(list_filter(words, lambda word: starts_with(word, name || '-')
                and not regexp_matches(word, '-(data(sets?)?|corp(us|ora)|train|test|eval\w*|bench\w*)$'))) > 0
            or regexp_matches(array_to_string(words, ' '),
                '\b(from|fine-?tun(e|ed|ing)) (the )?' || regexp_escape(name) || '( |$)')
            or (regexp_matches(worded.quote, '(?i)\bdistilled\b.{0,80}\b(models|checkpoints) (based|built|derived|from)\b')
                and not contains(lower(worded.quote), worded.family) and not contains(name, 'distil'))
            -- "Harbour-33B fine-tuned on letters" names what was tuned; from what is another matter
            or (length(worded.family) > 3 and regexp_matches(worded.quote, '(?i)\b(from|based on|on top of)\b')
                and len(list_filter(subject, lambda word: starts_with(word, worded.family) and regexp_matches(word, '[0-9]')
                    and not list_has_all(string_split(name, '-'), string_split(word, '-')))) > 0
                and not list_contains(subject, name))
        )
)

select
    joined.* replace (
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
            when regexp_matches(joined.heading, '(?i)(^|> )\W*base model\W*$') then 'finetune'
            when regexp_matches(joined.heading, '(?i)(^|> )\W*(merged models|models? merged|models?( and | ?& ?| ?\+ ?)loras? used)\W*$') then 'merge'
        end)                                    as relation
    ),
    regexp_matches(joined.heading, '(?i)(training|data ?mix|dataset|fine-?tun|pre-?train|corpus)')  as under_training,
    regexp_matches(joined.heading, '(?i)pre-?train')                           as under_pretraining,
    regexp_matches(joined.heading, '(?i)(fine-?tun|instruct|sft)')             as under_finetuning,
    regexp_matches(joined.heading, '(?i)(evaluat|benchmark|result|performance|metric)')  as under_evaluation,
    other_model.start is not null                                       as speaks_of_other_model
from joined
left join other_model
    on other_model.kind = joined.kind and other_model.repo_key = joined.repo_key and other_model.start = joined.start
-- thanks, citations and reading lists speak of other people's work
where not regexp_matches(joined.heading, '(?i)(acknowledg|credit|citation|citing|bibtex|references|related work|thanks)')
