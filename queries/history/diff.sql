-- What changed between two moments ($from, $to): one row per repository and field that differs, by the Hub's _id;
-- of models also one per cell of the grid that differs, and one per finding that is new or gone.
-- A field that one of the two records does not tell (null) is no change.
with touched as (
    -- only what has a row in between can differ
    select distinct kind, coalesce(hub_id, lower(repo_id)) as key
    from raw.repo_log
    where outcome <> 'renamed' and observed_at > $from and observed_at <= $to
),

ranked as (
    select
        log.kind,
        touched.key,
        log.observed_at <= $from    as is_old,
        -- a file list or a page's row: either tells the fields that are compared
        row_number() over (
            partition by log.kind, touched.key, log.observed_at <= $from
            order by log.observed_at desc, log.crawl_id desc
        )                           as nth,
        log.observed_at,
        log.repo_id,
        log.outcome = 'found'       as is_there,
        log.license,
        log.base_model,
        log.datasets,
        log.gated,
        log.is_disabled,
        log.sha
    from raw.repo_log as log
    join touched on touched.kind = log.kind and touched.key = coalesce(log.hub_id, lower(log.repo_id))
    where log.outcome <> 'renamed' and log.observed_at <= $to
),

old as (
    select * from ranked where nth = 1 and is_old
),

new as (
    select * from ranked where nth = 1 and not is_old
),

-- column by column: what a question does not ask for is not read
pair as (
    select
        new.kind,
        new.repo_id                                 as id,
        strftime(new.observed_at at time zone 'UTC', '%Y-%m-%dT%H:%M:%SZ')  as observed_at,
        old.key is not null                         as was_known,
        coalesce(old.is_there, false)               as was_there,
        new.is_there,
        old.repo_id         as old_repo_id,         new.repo_id         as new_repo_id,
        old.license         as old_license,         new.license         as new_license,
        old.base_model      as old_base_model,      new.base_model      as new_base_model,
        old.datasets        as old_datasets,        new.datasets        as new_datasets,
        old.gated           as old_gated,           new.gated           as new_gated,
        old.is_disabled     as old_is_disabled,     new.is_disabled     as new_is_disabled,
        old.sha             as old_sha,             new.sha             as new_sha
    from new
    left join old on old.kind = new.kind and old.key = new.key
),

change as (
    select id, kind, 'added' as field, null as old, id as new, observed_at from pair where is_there and not was_known
    union all
    select id, kind, 'gone', id, null, observed_at from pair where was_there and not is_there
    union all
    select id, kind, 'returned', null, id, observed_at from pair where is_there and was_known and not was_there
    union all
    select id, kind, 'renamed', old_repo_id, new_repo_id, observed_at from pair where was_there and is_there
        and old_repo_id <> new_repo_id
    union all
    select id, kind, 'license', array_to_string(old_license, ', '), array_to_string(new_license, ', '), observed_at
    from pair where was_there and is_there and old_license <> new_license
    union all
    select id, kind, 'gated', old_gated, new_gated, observed_at
    from pair where was_there and is_there and old_gated <> new_gated
    union all
    select id, kind, 'base_model', array_to_string(old_base_model, ', '), array_to_string(new_base_model, ', '), observed_at
    from pair where was_there and is_there and old_base_model <> new_base_model
    union all
    select id, kind, 'datasets', array_to_string(old_datasets, ', '), array_to_string(new_datasets, ', '), observed_at
    from pair where was_there and is_there and old_datasets <> new_datasets
    union all
    select id, kind, 'disabled', old_is_disabled::varchar, new_is_disabled::varchar, observed_at
    from pair where was_there and is_there and old_is_disabled <> new_is_disabled
    union all
    select id, kind, 'sha', old_sha, new_sha, observed_at
    from pair where was_there and is_there and old_sha <> new_sha
),

-- what an audit said of a model by each of the moments
grid as (
    select
        repo_key,
        arg_max(repo_id, observed_at)                                                   as id,
        string_split(arg_max(signature, observed_at) filter (observed_at <= $from), '/')  as old_cells,
        string_split(arg_max(signature, observed_at), '/')                              as new_cells,
        max(observed_at)                                                                as observed_at
    from raw.grid_log
    where observed_at <= $to
    group by repo_key
    having max(observed_at) > $from
),

cell as (
    select
        id,
        unnest(['weights', 'pretraining_dataset', 'finetuning_dataset', 'reward_model', 'data_processing_code'])  as field,
        unnest(old_cells)                                                               as old,
        unnest(new_cells)                                                               as new,
        observed_at
    from grid
    where old_cells is not null
),

audited as (
    select id, 'model' as kind, field, old, new, observed_at from cell where old <> new
    union all
    select repo_id, 'model', 'finding', null, rule, first_seen_at
    from raw.finding
    where first_seen_at > $from and first_seen_at <= $to and (resolved_at is null or resolved_at > $to)
    union all
    select repo_id, 'model', 'finding', rule, null, resolved_at
    from raw.finding
    where first_seen_at <= $from and resolved_at > $from and resolved_at <= $to
)

select id, kind, field, nullif(old, '') as old, nullif(new, '') as new, observed_at
from change
union all
select id, kind, field, old, new, strftime(observed_at at time zone 'UTC', '%Y-%m-%dT%H:%M:%SZ')
from audited
order by kind, lower(id), field, old, new
