-- One row per repository and time that the Hub showed it again, in order of time.
-- $since, $until: from when to when it was seen
with stretch as (
    select
        *,
        lag(valid_from) over (partition by kind, key order by valid_from)  as vanished_at
    from history.timeline
)

select
    valid_from          as observed_at,
    kind,
    repo_id,
    vanished_at,
    before.license      as old_license,
    license             as new_license
from stretch
where is_there
    and not was_there
    and before is not null
    and valid_from between $since and $until
order by valid_from, kind, lower(repo_id), key
