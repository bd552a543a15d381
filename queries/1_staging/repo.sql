-- One row per repository id that the Hub was asked for, as it last answered.
with latest as (
    select *
    from raw.repo_log
    qualify row_number() over (
        partition by kind, lower(repo_id) order by observed_at desc, crawl_id desc, outcome = 'found' desc
    ) = 1
),

typed as (
    select
        *,
        if(json_type(record -> 'cardData') = 'OBJECT', record -> 'cardData', null)  as card,
        try_cast(record -> 'tags' as varchar[])                                     as tags,
        try_cast(record -> 'siblings' as struct(rfilename varchar)[])               as siblings,
        regexp_extract(url, '^https?://[^/]+')                                      as endpoint
    from latest
)

select
    kind,
    repo_id,
    lower(repo_id)                                                  as repo_key,
    outcome,
    renamed_to,
    detail,
    hub_id,
    sha,
    card,
    coalesce(tags, [])                                              as tags,
    list_transform(siblings, lambda s: s.rfilename)                 as files,
    -- false, "auto" or "manual"; older recordings say true; absent means that the answer does not tell
    nullif(replace(record ->> 'gated', 'true', 'manual'), 'null')   as gate,
    coalesce(try_cast(record ->> 'disabled' as boolean), false)
        or outcome = 'disabled'                                     as is_disabled,
    record ->> 'library_name'                                       as library_name,
    coalesce(try_cast(record ->> 'downloads' as bigint), 0)         as downloads,
    observed_at,
    endpoint || '/' || if(kind = 'dataset', 'datasets/', '') || repo_id  as page_url
from typed
