-- One row per repository that the Hub showed at a moment, with what it said then, by id.
-- $at: the moment
select
    kind,
    repo_id,
    key             as hub_id,
    license,
    license_level,
    base_model,
    datasets,
    gated,
    is_disabled,
    sha,
    valid_from      as observed_at
from history.timeline
where is_there
    and valid_from <= $at
    and (valid_to is null or valid_to > $at)
order by kind, lower(repo_id), key
