-- Every change in the log was seen by a run that is written down. One row per run that is not.
select distinct log.crawl_id
from raw.repo_log as log
left join raw.crawl as run using (crawl_id)
where run.crawl_id is null
