-- One row per repository, sentence of its card or gate text, and pattern that the sentence matches.
with texts as (
    select kind, repo_key, 'card' as place, card_blob as blob, card_url as url from core.repo
    union all
    select kind, repo_key, 'gate', gate_blob, page_url from core.repo
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
