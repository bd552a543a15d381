-- One row per repository and path that was looked for, as the last look ended.
select
    kind,
    repo_id,
    lower(repo_id)  as repo_key,
    commit,
    path,
    outcome,
    blob,
    url,
    detail,
    observed_at
from raw.text_seen
qualify row_number() over (
    partition by kind, lower(repo_id), path order by observed_at desc, repo_id, commit, outcome, blob
) = 1
