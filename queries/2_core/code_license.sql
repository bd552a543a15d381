-- One row per code repository that its host or our table tells of: whether it is there, its license and the level it allows.
with by_spdx as (
    select same_key, min(level) as level
    from core.known_license
    group by same_key
),

-- what the host saw decides; it knows its repositories today, and our table on the day it was read
by_host as (
    select
        code_repo,
        outcome <> 'found'                              as is_gone,
        -- NOASSERTION: there is a license, and the host cannot tell which
        nullif(spdx, 'NOASSERTION')                     as license,
        by_spdx.level,
        case
            when outcome = 'disabled' then 'withheld by ' || host
            when outcome <> 'found' then 'not to be found at ' || host
            when spdx is null then 'no license that ' || host || ' knows'
            when spdx = 'NOASSERTION' then 'a license that ' || host || ' does not know'
            else 'license ' || spdx
        end
            || if(is_archived, ', archived', '')
            || coalesce(', now ' || renamed_to, '')     as says
    from staging.code_repo
    left join by_spdx on by_spdx.same_key = lower(regexp_replace(spdx, '(-only|-or-later|\+)$', ''))
    where is_answered
),

by_table as (
    select
        host || '/' || repo                             as code_repo,
        false                                           as is_gone,
        license,
        try_cast(level as integer)                      as level,
        coalesce('license ' || license, 'license not known')  as says
    from reference.code_repo
)

select * from by_host
union all
select * from by_table
where code_repo not in (select code_repo from by_host)
