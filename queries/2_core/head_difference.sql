-- One row per repository and field on which the head of its card and what the Hub tells of it disagree; both are kept.
-- The Hub's own cardData counts, its tags where it gives none. Values are compared as sets, letter case aside.
with field as (
    select unnest(['license', 'license_name', 'license_link', 'datasets', 'base_model']) as field
),

read as (
    select *
    from core.repo
    -- a head that cannot be read says nothing for or against
    where is_found and head_outcome in ('found', 'none')
),

place as (
    select kind, repo_key, 'head' as place, head as map from read
    union all
    select kind, repo_key, 'hub', card from read
),

given as (
    select place.kind, place.repo_key, place.place, field.field, json_extract(place.map, '$.' || field.field) as value
    from place
    cross join field
),

listed as (
    select kind, repo_key, place, field, unnest(if(json_type(value) = 'ARRAY', value::json[], [value])) as value
    from given
    where json_type(value) <> 'NULL'
),

tagged as (
    select
        kind,
        repo_key,
        regexp_extract(tag, '^(license|dataset|base_model):(?:(?:finetune|quantized|merge|adapter):)?(.*)$', ['field', 'value'])  as parts
    from (select kind, repo_key, unnest(tags) as tag from read where card is null)
),

worded as (
    select kind, repo_key, place, field, trim(if(json_type(value) = 'VARCHAR', value ->> '$', value::varchar)) as value
    from listed
    union all
    select kind, repo_key, 'hub', if(parts.field = 'dataset', 'datasets', parts.field), trim(parts.value)
    from tagged
),

told as (
    select
        kind,
        repo_key,
        field,
        list_sort(list(distinct value) filter (place = 'head'))         as head,
        list_sort(list(distinct value) filter (place = 'hub'))          as hub,
        list_sort(list(distinct lower(value)) filter (place = 'head'))  as head_key,
        list_sort(list(distinct lower(value)) filter (place = 'hub'))   as hub_key
    from worded
    where value <> '' and field <> ''
    group by kind, repo_key, field
)

select
    repo.kind,
    repo.repo_id,
    repo.repo_key,
    told.field,
    case
        when told.hub is null then 'only-head'
        when told.head is null then 'only-hub'
        else 'differ'
    end                                 as difference,
    array_to_string(told.head, ', ')    as head,
    array_to_string(told.hub, ', ')     as hub,
    repo.card_url                       as url
from told
join core.repo on repo.kind = told.kind and repo.repo_key = told.repo_key
-- a tag has no place for a license's name, nor for its link
where told.head_key is distinct from told.hub_key
    and not (repo.card is null and told.field in ('license_name', 'license_link'))
