-- One row per license change seen, in order of time; a level is that of the strictest license of several.
-- $since, $until: from when to when it was seen
select
    valid_from              as observed_at,
    kind,
    repo_id,
    before.license          as old_license,
    license                 as new_license,
    before.license_level    as old_level,
    license_level           as new_level
from history.timeline
where is_there
    -- null where an answer did not tell: that is no change
    and license <> before.license
    and valid_from between $since and $until
order by valid_from, kind, lower(repo_id), key
