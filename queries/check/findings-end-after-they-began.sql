-- Every finding was first seen before it was last seen and resolved. One row per finding that was not.
select rule || ' ' || repo_id as finding
from raw.finding
where first_seen_at > last_seen_at or first_seen_at > resolved_at
