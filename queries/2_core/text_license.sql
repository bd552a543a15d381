-- One row per license text: the level that it allows by itself, and what that rests on. Null: undetermined, never 4.
with named as (
    select text.blob, license.level::integer as level, known.kind is not distinct from 'use-policy' as is_policy
    from staging.license_text as text
    cross join unnest(text.license_ids) as each(license_id)
    left join reference.license on license.id = each.license_id
    left join (select distinct license_id, kind from reference.license_text) as known on known.license_id = each.license_id
),

-- a license without a level leaves the whole text without one; a use policy beside it grants nothing
by_row as (
    select
        blob,
        if(count(level) = count(*) filter (not is_policy), min(level), null)    as level,
        bool_and(is_policy)                                                     as is_policy
    from named
    group by blob
),

-- a condition alone is no evidence that nothing is limited
by_clause as (
    select clause.blob, min(restriction.level::integer) filter (restriction.level < '4') as level
    from staging.license_clause as clause
    join reference.restriction using (restriction)
    group by clause.blob
)

select
    text.blob,
    case
        when by_row.is_policy then null
        when text.outcome in ('empty', 'binary', 'pointer', 'link-only', 'too-large') then null
        when text.is_modified then least(3, by_row.level, by_clause.level)
        when text.outcome in ('identified', 'several') and by_row.level is not null then by_row.level
        else by_clause.level
    end     as level,
    case
        when by_row.is_policy then 'use policy'
        when text.outcome in ('empty', 'binary', 'pointer', 'link-only', 'too-large') then 'no license text'
        when text.is_modified then 'modified'
        when text.outcome in ('identified', 'several') and by_row.level is not null then 'license'
        when by_clause.level is not null then 'read by pattern'
        else 'undetermined'
    end     as basis
from staging.license_text as text
left join by_row using (blob)
left join by_clause using (blob)
