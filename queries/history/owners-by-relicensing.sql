-- One row per owner whose repositories changed their license, most changes first.
-- $since, $until: from when to when the changes were seen
select
    if(contains(repo_id, '/'), split_part(repo_id, '/', 1), null)  as owner,
    count(*)                                                    as changes,
    count(distinct {'kind': kind, 'key': key})                  as repos,
    count(*) filter (license_level > before.license_level)      as loosened,
    count(*) filter (license_level < before.license_level)      as tightened,
    max(valid_from)                                             as last_change_at
from history.timeline
where is_there
    -- null where an answer did not tell: that is no change
    and license <> before.license
    and valid_from between $since and $until
group by owner
order by changes desc, lower(owner), owner
