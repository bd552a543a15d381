-- One row per repository, place that speaks of its license, and time that it was seen to say something else than before.
-- The first time has no `before`.
with declared_seen as (
    -- under whatever name: a repository may have had others, and its own may have been another repository's before
    select repo.kind, repo.repo_key, license_log.observed_at, license_log.licenses, license_log.name
    from staging.repo
    join staging.license_log on license_log.kind = repo.kind and license_log.hub_id = repo.hub_id
    where repo.outcome = 'found'
    union all
    select repo.kind, repo.repo_key, license_log.observed_at, license_log.licenses, license_log.name
    from staging.repo
    join staging.license_log on license_log.kind = repo.kind and license_log.repo_key = repo.repo_key
    where repo.outcome = 'found' and (license_log.hub_id is null or repo.hub_id is null)
),

declared_value as (
    select
        distinct licenses,
        name,
        lower(trim(unnest(if(len(licenses) = 0, [null], licenses))))  as value
    from declared_seen
),

-- the strictest of several counts, and one without a level is never open
declared_level as (
    select declared_value.licenses, declared_value.name, known_license.level
    from declared_value
    left join core.license_spelling
        on license_spelling.spelling = if(declared_value.value = 'other', coalesce(lower(declared_value.name), 'other'), declared_value.value)
    left join core.known_license on known_license.id = license_spelling.license_id
    qualify row_number() over (
        partition by declared_value.licenses, declared_value.name
        order by coalesce(known_license.level, 3), known_license.level is not null
    ) = 1
),

text_level as (
    select blob, says, level
    from core.license_text
    where is_license
    qualify row_number() over (partition by blob order by coalesce(level, 3), level is not null, license_id) = 1
),

seen as (
    select
        declared_seen.kind,
        declared_seen.repo_key,
        'tag'                                                       as place,
        declared_seen.observed_at,
        coalesce(nullif(array_to_string(declared_seen.licenses, ', '), ''), 'none')
            || if(list_contains(declared_seen.licenses, 'other'), coalesce(' (' || declared_seen.name || ')', ''), '')  as says,
        declared_level.level
    from declared_seen
    left join declared_level
        on declared_level.licenses = declared_seen.licenses
        and declared_level.name is not distinct from declared_seen.name
    union all
    select
        license_file.kind,
        license_file.repo_key,
        license_file.path,
        text_seen.observed_at,
        text_level.says,
        text_level.level
    from core.license_file
    join raw.text_seen
        on text_seen.kind = license_file.kind and lower(text_seen.repo_id) = license_file.repo_key
        and text_seen.path = license_file.path
    join text_level on text_level.blob = text_seen.blob
    where license_file.is_own and license_file.place <> 'gate'
),

followed as (
    select
        *,
        lag(says) over in_time              as before,
        lag(level) over in_time             as before_level,
        lag(observed_at) over in_time       as before_at
    from seen
    window in_time as (partition by kind, repo_key, place order by observed_at)
)

select
    kind,
    repo_key,
    place,
    before,
    before_level,
    -- days in UTC, whatever the session's time zone
    strftime(before_at at time zone 'UTC', '%Y-%m-%d')     as before_on,
    says,
    level,
    strftime(observed_at at time zone 'UTC', '%Y-%m-%d')   as seen_on,
    observed_at,
    row_number() over (partition by kind, repo_key, place order by observed_at desc)  as age
from followed
where says is distinct from before
