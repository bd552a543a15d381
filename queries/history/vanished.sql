-- One row per repository and time that the Hub stopped showing it, with what was last known, in order of time.
-- $since, $until: from when to when it was seen
select
    valid_from          as observed_at,
    kind,
    repo_id,
    outcome,
    before.license      as license,
    before.gated        as gated,
    valid_to            as returned_at
from history.timeline
where not is_there
    and valid_from between $since and $until
order by valid_from, kind, lower(repo_id), key
