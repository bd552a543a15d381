-- Every repository has its counters once. One row per repository that has them more often.
select kind || ' ' || key as repository
from raw.popularity
group by kind, key
having count(*) > 1
