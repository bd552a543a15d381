-- What changed between two moments ($from, $to): one row per repository and field that differs, by the Hub's _id.
-- A field that one of the two records does not tell (null) is no change.
with logged as (
    select
        kind, repo_id, coalesce(hub_id, lower(repo_id)) as key, observed_at, crawl_id, outcome,
        license, base_model, datasets, gated, is_disabled, sha
    from raw.repo_log
    where outcome <> 'renamed' and observed_at <= $to
),

-- only what has a row in between can differ
touched as (
    select distinct kind, key from logged where observed_at > $from
),

state as (
    select
        logged.kind,
        logged.key,
        -- a file list or a page's row: either tells the fields that are compared
        arg_max(logged, (logged.observed_at, logged.crawl_id)) filter (logged.observed_at <= $from)  as old,
        arg_max(logged, (logged.observed_at, logged.crawl_id))                                       as new
    from logged
    join touched on touched.kind = logged.kind and touched.key = logged.key
    group by logged.kind, logged.key
),

pair as (
    select
        kind,
        coalesce(new.repo_id, old.repo_id)          as id,
        strftime(new.observed_at at time zone 'UTC', '%Y-%m-%dT%H:%M:%SZ')  as observed_at,
        old,
        new,
        old is not null                             as was_known,
        coalesce(old.outcome = 'found', false)      as was_there,
        new.outcome = 'found'                       as is_there
    from state
),

change as (
    select id, kind, 'added' as field, null as old, id as new, observed_at from pair where is_there and not was_known
    union all
    select id, kind, 'gone', id, null, observed_at from pair where was_there and not is_there
    union all
    select id, kind, 'returned', null, id, observed_at from pair where is_there and was_known and not was_there
    union all
    select id, kind, 'renamed', old.repo_id, new.repo_id, observed_at from pair where was_there and is_there
        and old.repo_id <> new.repo_id
    union all
    select id, kind, 'license', array_to_string(old.license, ', '), array_to_string(new.license, ', '), observed_at
    from pair where was_there and is_there and old.license <> new.license
    union all
    select id, kind, 'gated', old.gated, new.gated, observed_at
    from pair where was_there and is_there and old.gated <> new.gated
    union all
    select id, kind, 'base_model', array_to_string(old.base_model, ', '), array_to_string(new.base_model, ', '), observed_at
    from pair where was_there and is_there and old.base_model <> new.base_model
    union all
    select id, kind, 'datasets', array_to_string(old.datasets, ', '), array_to_string(new.datasets, ', '), observed_at
    from pair where was_there and is_there and old.datasets <> new.datasets
    union all
    select id, kind, 'disabled', old.is_disabled::varchar, new.is_disabled::varchar, observed_at
    from pair where was_there and is_there and old.is_disabled <> new.is_disabled
    union all
    select id, kind, 'sha', old.sha, new.sha, observed_at
    from pair where was_there and is_there and old.sha <> new.sha
)

select id, kind, field, nullif(old, '') as old, nullif(new, '') as new, observed_at
from change
order by kind, lower(id), field
