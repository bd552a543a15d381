-- One row per id that another repository took over, told by the Hub's _id, in order of time.
-- $since, $until: from when to when it was seen
with bearer as (
    select
        *,
        lag(key) over under_name        as old_hub_id,
        lag(license) over under_name    as old_license
    from history.timeline
    where is_there
    window under_name as (partition by kind, lower(repo_id) order by valid_from)
)

select
    valid_from      as observed_at,
    kind,
    repo_id,
    old_hub_id,
    key             as new_hub_id,
    old_license,
    license         as new_license
from bearer
where key <> old_hub_id
    and valid_from between $since and $until
order by valid_from, kind, lower(repo_id)
