-- One row per repository and file that may hold its license terms: which, and how the look at it ended.
with repo as (
    select
        kind,
        repo_id,
        repo_key,
        sha,
        files,
        page_url,
        license_link                                as link,
        regexp_extract(page_url, '^https?://[^/]+')  as hub
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
        regexp_extract(link, '^(https?://[^/]+)/([\w.-]+/[\w.-]+)/(?:blob|resolve|raw)/[^/]+/([^?#]+)',
            ['hub', 'repo_id', 'path'])                             as target,
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
            when not is_address then repo_key
            when target.hub in (hub, 'https://huggingface.co', 'https://hf.co') then lower(target.repo_id)
        end                                                         as holder_key,
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
        repo_key                                                    as holder_key,
        path
    from candidate
    where regexp_full_match(path, '(?i)((model_)?licen[cs]e|copying|use_policy)([-_.][\w.-]*)?')
        -- terms of other things: program code, parts of others
        and not regexp_matches(path, '(?i)code|third|3rd')
),

place as (
    select * from link_place
    union all
    select * from file_place
)

select
    place.kind,
    place.repo_id,
    place.repo_key,
    place.place,
    place.path,
    coalesce(place.holder_key = place.repo_key, false)              as is_own,
    case
        when file.outcome is not null then file.outcome
        when place.holder_key is null then 'elsewhere'
        when place.holder_key = place.repo_key and not list_contains(repo.files, place.path) then 'absent'
        else 'not-fetched'
    end                                                             as outcome,
    file.blob,
    case
        when place.holder_key = place.repo_key
            then repo.page_url || '/blob/' || coalesce(repo.sha, 'main') || '/' || place.path
        when starts_with(repo.link, 'https://') or starts_with(repo.link, 'http://') then repo.link
        else repo.page_url
    end                                                             as url
from place
join repo on repo.kind = place.kind and repo.repo_key = place.repo_key
left join staging.file
    on file.kind = place.kind and file.repo_key = place.holder_key and file.path = place.path
    -- a look at an older commit says nothing of a file that may have changed since
    and (place.holder_key <> place.repo_key or file.commit = coalesce(repo.sha, 'main'))
qualify row_number() over (
    partition by place.kind, place.repo_key, place.holder_key, place.path order by place.place = 'link' desc
) = 1
