-- One row per repository and file that may hold its license terms: which, and how the look at it ended.
with repo as (
    select
        kind,
        repo_id,
        repo_key,
        sha,
        files,
        page_url,
        observed_at,
        license_link                                as link,
        regexp_extract(page_url, '^https?://[^/]+')  as hub,
        gate_blob
    from core.repo
    where is_found
),

linked as (
    select
        kind,
        repo_id,
        repo_key,
        hub,
        link,
        regexp_extract(link, '^(https?://[^/]+)/(datasets/)?([\w.-]+/[\w.-]+)/(?:blob|resolve|raw)/[^/]+/([^?#]+)',
            ['hub', 'datasets', 'repo_id', 'path'])                 as target,
        regexp_matches(link, '^\w+:')                               as is_address
    from repo
    where link is not null
),

-- license_link may name a file here, or one of another repository of the Hub
link_place as (
    select
        kind,
        repo_id,
        repo_key,
        'link'                                                      as place,
        case
            when not is_address then kind
            when target.hub in (hub, 'https://huggingface.co', 'https://hf.co') then if(target.datasets = '', 'model', 'dataset')
        end                                                         as holder_kind,
        case
            when not is_address then repo_id
            when target.hub in (hub, 'https://huggingface.co', 'https://hf.co') then target.repo_id
        end                                                         as holder_id,
        coalesce(nullif(target.path, ''), regexp_replace(link, '^\./', ''))  as path
    from linked
),

-- a page of the Hub's list names no files: what was asked for by its name is there all the same
candidate as (
    select kind, repo_id, repo_key, unnest(list_filter(files, lambda name: regexp_matches(name, '(?i)licen[cs]e|copying|use_policy'))) as path
    from repo
    union all
    select repo.kind, repo.repo_id, repo.repo_key, file.path
    from repo
    join staging.file on file.kind = repo.kind and file.repo_key = repo.repo_key and file.commit = coalesce(repo.sha, 'main')
    where repo.files is null and file.outcome <> 'absent'
),

file_place as (
    select
        kind,
        repo_id,
        repo_key,
        if(regexp_matches(path, '(?i)^use_policy'), 'policy', 'file')  as place,
        kind                                                        as holder_kind,
        repo_id                                                     as holder_id,
        path
    from candidate
    where regexp_full_match(path, '(?i)((model_)?licen[cs]e|copying|use_policy)([-_.][\w.-]*)?')
        -- terms of other things: program code, parts of others
        and not regexp_matches(path, '(?i)code|third|3rd')
),

-- a gate may tell terms, too: who wants the files agrees to them
gate_place as (
    select kind, repo_id, repo_key, 'gate' as place, kind as holder_kind, repo_id as holder_id, '(gate)' as path
    from repo
    where gate_blob is not null
),

place as (
    select
        *,
        coalesce(holder_kind = kind and lower(holder_id) = repo_key, false)  as is_own
    from (
        select * from link_place
        union all
        select * from file_place
        union all
        select * from gate_place
    )
)

select
    place.kind,
    place.repo_id,
    place.repo_key,
    place.place,
    place.path,
    place.is_own,
    place.holder_kind,
    place.holder_id,
    case
        when place.place = 'gate' then 'found'
        when file.outcome is not null then file.outcome
        when place.holder_id is null then 'elsewhere'
        when place.is_own and not list_contains(repo.files, place.path) then 'absent'
        else 'not-fetched'
    end                                                             as outcome,
    if(place.place = 'gate', repo.gate_blob, file.blob)             as blob,
    address.license_id                                              as address_id,
    case
        when place.place = 'gate' then repo.page_url
        when place.is_own then repo.page_url || '/blob/' || coalesce(repo.sha, 'main') || '/' || place.path
        when starts_with(repo.link, 'https://') or starts_with(repo.link, 'http://') then repo.link
        else repo.page_url
    end                                                             as url
from place
join repo on repo.kind = place.kind and repo.repo_key = place.repo_key
left join staging.file
    on file.kind = place.holder_kind and file.repo_key = lower(place.holder_id) and file.path = place.path
    -- a look at an older commit says nothing of a file that may have changed since
    and (not place.is_own or file.commit = coalesce(repo.sha, 'main')
        or (file.commit = 'main' and file.observed_at >= repo.observed_at))
-- some addresses are as good as the name of a license
left join reference.license_address as address
    on place.holder_id is null
    and address.address = regexp_replace(regexp_replace(lower(repo.link), '^https?://(www\.)?', ''),
        '(/|\.html?|\.txt|\.md|/legalcode[\w.-]*|/deed[\w.-]*)*([?#].*)?$', '')
qualify row_number() over (
    partition by place.kind, place.repo_key, place.holder_kind, lower(place.holder_id), place.path order by place.place = 'link' desc
) = 1
