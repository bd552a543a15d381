-- One row per repository and license value that its metadata give, in the order given.
with given as (
    select kind, repo_id, repo_key, 'card' as source, card -> 'license' as value
    from staging.repo
    where json_type(card -> 'license') not in ('NULL')
    union all
    -- older cards write `licenses`
    select kind, repo_id, repo_key, 'card', card -> 'licenses'
    from staging.repo
    where (card -> 'license') is null and json_type(card -> 'licenses') not in ('NULL')
),

listed as (
    select
        kind,
        repo_id,
        repo_key,
        source,
        unnest(if(json_type(value) = 'ARRAY', value::json[], [value]))  as value
    from given
),

worded as (
    select kind, repo_id, repo_key, source, if(json_type(value) = 'VARCHAR', value ->> '$', value::varchar) as value
    from listed
    union all
    select kind, repo_id, repo_key, 'tag', substr(tag, 9)
    from (select kind, repo_id, repo_key, unnest(tags) as tag from staging.repo)
    where tag like 'license:%'
)

select
    kind,
    repo_id,
    repo_key,
    source,
    trim(value)         as value,
    lower(trim(value))  as value_key
from worded
where trim(value) <> ''
