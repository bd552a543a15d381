-- Every repository that the Hub showed has its record. One row per change without one.
select kind || ' ' || repo_id as change
from raw.repo_log
where outcome = 'found' and record is null
