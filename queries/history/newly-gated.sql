-- One row per repository and time that a gate was put before it, in order of time.
-- $since, $until: from when to when it was seen
select
    valid_from      as observed_at,
    kind,
    repo_id,
    gated,
    license
from history.timeline
where is_there
    and before.gated = 'false'
    and gated <> 'false'
    and valid_from between $since and $until
order by valid_from, kind, lower(repo_id), key
