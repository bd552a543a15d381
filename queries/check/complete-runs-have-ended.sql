-- Every run that is called complete has ended, after it began. One row per run that has not.
select crawl_id
from raw.crawl
where outcome = 'complete' and not coalesce(finished_at >= started_at, false)
