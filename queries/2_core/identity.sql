-- One row per kind and id that was asked for: the repository that the Hub means by it today.
select
    kind,
    repo_key                                                        as written_key,
    if(outcome = 'renamed', lower(renamed_to), repo_key)            as repo_key
from staging.repo
