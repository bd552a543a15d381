-- One row per repository id that the Hub was asked for, as it last answered.
with latest as (
    select *
    from raw.repo_log
    qualify row_number() over (
        partition by kind, lower(repo_id) order by observed_at desc, crawl_id desc, outcome = 'found' desc, repo_id
    ) = 1
),

-- a page of the Hub's list has no files: those of the last look at the same commit still hold
listed as (
    select kind, lower(repo_id) as repo_key, sha, arg_max(record -> 'siblings', observed_at) as siblings
    from raw.repo_log
    where shape = 'detail'
    group by all
),

typed as (
    select
        latest.*,
        if(json_type(record -> 'cardData') = 'OBJECT', record -> 'cardData', null)  as card,
        try_cast(record -> 'tags' as varchar[])                                     as tags,
        try_cast(listed.siblings as struct(rfilename varchar)[])                    as siblings,
        regexp_extract(url, '^https?://[^/]+')                                      as endpoint
    from latest
    left join listed
        on listed.kind = latest.kind and listed.repo_key = lower(latest.repo_id)
        and listed.sha is not distinct from latest.sha
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
    replace(gated, 'true', 'manual')                                as gate,
    coalesce(is_disabled, false) or outcome = 'disabled'            as is_disabled,
    record ->> 'library_name'                                       as library_name,
    coalesce(try_cast(record ->> 'downloads' as bigint), 0)         as downloads,
    observed_at,
    endpoint || '/' || if(kind = 'dataset', 'datasets/', '') || repo_id  as page_url
from typed
