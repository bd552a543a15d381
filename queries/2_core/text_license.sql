-- One row per license text: the level that it allows by itself, and what that rests on. Null: undetermined, never 4.
with together as (
    select
        blob,
        outcome in ('empty', 'binary', 'pointer', 'link-only', 'too-large')     as is_no_license,
        is_modified,
        bool_and(is_policy)                                                     as is_policy,
        bool_or(is_by_pattern)                                                  as is_by_pattern,
        -- a license without a level leaves the whole text without one; a use policy beside it grants nothing, and limits
        if(count(*) filter (level is null and not is_policy) = 0, min(level), null)  as level
    from core.license_text
    group by all
)

select
    blob,
    if(is_policy or is_no_license, null, level)     as level,
    case
        when is_policy then 'use policy'
        when is_no_license then 'no license text'
        when is_modified then 'modified'
        when level is null then 'undetermined'
        when is_by_pattern then 'read by pattern'
        else 'license'
    end                                             as basis
from together
