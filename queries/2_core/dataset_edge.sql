-- One row per data set of the Hub and data set that it says it was made from. Both as core.dataset_use names them.
with known as (
    select id, lower(trim(unnest(string_split(hub_ids, ';')))) as hub_key
    from reference.dataset
),

-- the Hub's own words: `original`, `extended`, and `extended|squad`; `extended|other-...` is none of the Hub's
listed as (
    select repo_key, unnest(if(json_type(card -> 'source_datasets') = 'ARRAY',
        (card -> 'source_datasets')::json[], [card -> 'source_datasets'])) ->> '$' as value
    from staging.repo
    where kind = 'dataset' and json_type(card -> 'source_datasets') not in ('NULL')
),

declared as (
    select
        listed.repo_key,
        regexp_replace(trim(listed.value), '^extended\|', '')  as source,
        'source_datasets: ' || listed.value                     as quote,
        repo.page_url                                           as url
    from listed
    join core.repo on repo.kind = 'dataset' and repo.repo_key = listed.repo_key
    where regexp_full_match(trim(listed.value), '(extended\|)?[\w.-]+(/[\w.-]+)?')
        and not regexp_matches(listed.value, '(?i)^(extended\|)?(original|extended|unknown|none|other)(-|$)')
),

linked as (
    select repo.repo_key, link.repo_id as source, mention.quote, mention.url
    from core.mention
    join core.repo on repo.kind = 'dataset' and repo.repo_key = mention.repo_key
    join staging.link on link.blob = repo.card_blob and link.start = mention.start and link.repo_kind = 'dataset'
    where mention.kind = 'dataset' and mention.place = 'card' and mention.means = 'data-derived'
),

named as (
    select *, lower(source) as source_key from declared
    union all
    select *, lower(source) from linked
),

resolved as (
    select
        'hub:' || named.repo_key                                                    as dataset_ref,
        coalesce('known:' || coalesce(known_today.id, known.id),
            'hub:' || coalesce(identity.repo_key, named.source_key))                as source_ref,
        named.source,
        named.source_key,
        named.quote,
        named.url
    from named
    left join core.identity on identity.kind = 'dataset' and identity.written_key = named.source_key
    left join known on known.hub_key = named.source_key
    left join known as known_today on known_today.hub_key = identity.repo_key
    -- of well-known data the terms are known, whatever it was made from
    where named.repo_key not in (select hub_key from known)
)

select *
from resolved
where dataset_ref <> source_ref
qualify row_number() over (partition by dataset_ref, source_ref order by source, quote, url) = 1
