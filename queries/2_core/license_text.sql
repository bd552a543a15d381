-- One row per text of a license file and license found in it: what it limits, and its level by the table or by its clauses.
with clause as (
    select
        license_clause.blob,
        string_agg(license_clause.restriction, ';' order by license_clause.restriction)  as restrictions,
        -- what has no row in the table is a limit until somebody says otherwise
        min(coalesce(restriction.level::integer, 3))                                    as level,
        arg_min(license_clause.restriction, (coalesce(restriction.level::integer, 3), license_clause.start))  as restriction,
        arg_min(license_clause.quote, (coalesce(restriction.level::integer, 3), license_clause.start))  as quote
    from staging.license_clause
    join staging.license_text on license_text.blob = license_clause.blob and license_text.version = license_clause.version
    left join reference.restriction on restriction.restriction = license_clause.restriction
    group by license_clause.blob
),

policy as (
    select distinct license_id from reference.license_text where kind = 'use-policy'
),

found as (
    select *, unnest(if(len(license_ids) = 0, [null], license_ids)) as found_id from staging.license_text
),

leveled as (
    select
        found.*,
        coalesce(license_spelling.license_id, found.found_id)  as license_id,
        known_license.name                                  as license_name,
        known_license.spdx_id,
        known_license.osi_approved,
        known_license.family,
        known_license.same_key,
        known_license.clause,
        case
            when found.is_modified then concat_ws(';', nullif(known_license.restrictions, ''), clause.restrictions)
            when found.outcome in ('identified', 'several') and known_license.level is not null then known_license.restrictions
            else clause.restrictions
        end                                                 as restrictions,
        case
            -- an open-source text that somebody changed is never open by itself
            when found.is_modified then least(known_license.level, clause.level, 3)
            when found.outcome in ('identified', 'several') and known_license.level is not null then known_license.level
            -- clauses read by pattern may limit; that only conditions were seen makes no text open
            when clause.level < 4 then clause.level
        end                                                 as level,
        not found.is_modified and clause.blob is not null
            and (known_license.level is null or found.outcome not in ('identified', 'several'))  as is_by_pattern,
        policy.license_id is not null                       as is_policy,
        clause.restriction,
        clause.quote
    from found
    left join clause on clause.blob = found.blob
    left join core.license_spelling on license_spelling.spelling = lower(found.found_id)
    left join core.known_license on known_license.id = coalesce(license_spelling.license_id, found.found_id)
    left join policy on policy.license_id = found.found_id
)

select
    * exclude (is_exact),
    case outcome
        when 'identified' then coalesce(license_id, 'a known license')
        when 'several' then coalesce(license_id || ', one of several licenses in it', 'several licenses')
        when 'modified' then coalesce(license_id, 'a known license') || ', modified'
        when 'similar' then 'similar to ' || coalesce(similar_to, 'a known license') || ', unverified'
        when 'unknown' then 'a license of its own'
        else replace(outcome, '-', ' ') || ': no license text'
    end || if(is_by_pattern and is_license, ', clauses read by pattern', '')  as says
from leveled
