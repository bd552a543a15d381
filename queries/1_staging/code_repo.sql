-- One row per code repository that its host was asked for, as it last answered.
select
    host || '/' || repo                                 as code_repo,
    host,
    outcome,
    license                                             as spdx,
    coalesce(is_archived, false)                        as is_archived,
    renamed_to,
    looked_at,
    -- the look itself, where the network or a quota was in the way, says nothing of the repository
    outcome in ('found', 'missing-or-private', 'disabled')  as is_answered
from raw.code_repo
