-- One row per text of a license file that was identified, as the latest identifier says.
select
    blob,
    version,
    outcome,
    -- of a text that is only similar to a license nothing is known but that
    if(outcome in ('identified', 'modified', 'several'), coalesce(license_ids, []), [])  as license_ids,
    spdx,
    score,
    coalesce(is_exact, false)       as is_exact,
    coalesce(is_modified, outcome = 'modified')  as is_modified,
    similar_to,
    coalesce(inserted, [])      as inserted,
    coalesce(deleted, [])       as deleted,
    outcome in ('identified', 'modified', 'several', 'similar', 'unknown')  as is_license
from raw.license_text
-- a text that the identifier could not read counts as one that nobody has read
where outcome <> 'unread'
qualify row_number() over (partition by blob order by version desc) = 1
