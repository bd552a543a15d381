-- One row per repository, sentence of its card or gate text, and pattern that the sentence matches.
with texts as (
    select kind, repo_key, 'card' as place, card_blob as blob, card_url as url from core.repo
    union all
    select kind, repo_key, 'gate', gate_blob, page_url from core.repo
),

-- "Llama 3.1" is no mention of an unnumbered Llama, and "CC-News" none of all of Common Crawl
general as (
    select 'system' as source, id as closer_key, unnest(string_split(more_specific_than, ';')) as key
    from reference.system
    union all
    select 'dataset', id, unnest(string_split(more_specific_than, ';')) from reference.dataset
),

overridden as (
    select closer.blob, closer.start, general.source, general.key
    from staging.mention as closer
    join general on general.source = closer.source and general.closer_key = closer.key
)

select
    texts.kind,
    texts.repo_key,
    texts.place,
    texts.url,
    mention.start,
    mention.heading,
    mention.quote,
    mention.source,
    mention.key,
    phrase.kind     as means,
    phrase.value,
    phrase.meaning
from texts
join staging.mention on mention.blob = texts.blob
left join reference.phrase on mention.source = 'phrase' and phrase.id = mention.key
anti join overridden
    on overridden.blob = mention.blob and overridden.start = mention.start
    and overridden.source = mention.source and overridden.key = mention.key
