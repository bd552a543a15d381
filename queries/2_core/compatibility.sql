-- One row per model, model upstream of it and demand of that one's license: whether what the model declares carries it.
-- A demand of null: the license upstream is not known, so nobody can tell what it demands.
with step as (
    select
        ancestry.model_key,
        ancestry.ancestor_key,
        coalesce(lineage.depth, 99)             as depth,
        -- how the model itself was made, on the way to the one upstream
        coalesce(edge.relation, 'finetune')     as relation
    from core.ancestry
    left join core.lineage on lineage.model_key = ancestry.model_key and lineage.ancestor_key = ancestry.ancestor_key
    left join core.edge on edge.model_key = ancestry.model_key and edge.base_key = lineage.first_key
),

upstream as (
    select
        step.*,
        coalesce(base.repo_id, system.name, step.ancestor_key)      as base_id,
        coalesce(license.effective, system.license)                 as base_license,
        coalesce(license.same_key, known_license.same_key)          as base_key,
        coalesce(license.level, known_license.level)                as base_level,
        coalesce(nullif(base.outcome, 'found'), if(base.is_found, 'no clear license', 'not looked at yet'))  as base_outcome,
        coalesce(license.url, system.source_url)                    as url
    from step
    left join core.repo as base on base.kind = 'model' and base.repo_key = step.ancestor_key
    left join core.license on license.kind = 'model' and license.repo_key = step.ancestor_key
    left join reference.system on 'system:' || system.id = step.ancestor_key
    left join core.known_license on known_license.id = system.license
),

demand as (
    select
        known_license.same_key,
        license_demand.demand,
        string_split(license_demand.relations, ';')                         as relations,
        license_demand.begins_with,
        license_demand.clause,
        string_split(coalesce(license_demand.carried_by, ''), ';')          as carried_by,
        license_demand.disputed = 'yes'                                     as is_disputed
    from reference.license_demand
    join core.known_license on known_license.id = license_demand.license_id
    union all
    select same_key, 'non_commercial', ['finetune', 'merge', 'adapter', 'quantized'], null, arg_min(clause, id), [], false
    from core.known_license
    where regexp_matches(restrictions, '(^|;)(non_commercial|research_only|non_production)')
    group by same_key
),

-- every license that the model declares or whose text it holds
carrier as (
    select distinct
        license_place.repo_key,
        license_place.license_id,
        license_place.same_key,
        regexp_matches(license_place.restrictions, '(^|;)aup.*(^|;)passthrough')  as is_rail,
        license_family.member
    from core.license_place
    left join reference.license_family on license_family.id = license_place.license_id
    where license_place.kind = 'model' and license_place.license_id is not null
),

asked as (
    select
        upstream.*,
        demand.* exclude (same_key),
        exists (
            select 1 from carrier
            where carrier.repo_key = upstream.model_key
                and (carrier.same_key = upstream.base_key or list_contains(demand.carried_by, carrier.license_id))
        )                                                                   as is_carried,
        -- another license of the kind, or a tag that does not tell which of its family
        exists (
            select 1 from carrier
            where carrier.repo_key = upstream.model_key
                and (carrier.is_rail or regexp_full_match(upstream.base_license, carrier.member))
        )                                                                   as is_of_a_kind
    from upstream
    left join demand on demand.same_key = upstream.base_key
    where upstream.base_level is null or (demand.demand is not null and list_contains(demand.relations, upstream.relation))
),

judged as (
    select
        asked.*,
        own.license_words,
        own.level                                                           as own_level,
        coalesce(own.level > asked.base_level, false)                       as is_looser,
        case
            when asked.base_level is null then 'unjudged'
            -- who grants the license asks nothing of himself
            when split_part(asked.model_key, '/', 1) = split_part(asked.ancestor_key, '/', 1) then 'carried'
            when asked.demand = 'name_begins' then if(starts_with(
                    regexp_replace(split_part(asked.model_key, '/', -1), '[^a-z0-9]', '', 'g'),
                    regexp_replace(lower(asked.begins_with), '[^a-z0-9]', '', 'g')
                ), 'carried', 'not carried')
            when asked.demand = 'notice_file' and repo.files is null then 'unjudged'
            when asked.demand = 'notice_file' then if(len(list_filter(repo.files,
                    lambda name: regexp_matches(name, '(?i)^notice([-_.]|$)'))) > 0, 'carried', 'not carried')
            -- what is shown on a page or a product cannot be seen from here
            when asked.demand = 'display' then 'unjudged'
            when asked.demand = 'no_derivatives' then 'disputed'
            when asked.is_carried then 'carried'
            when own.level is null then 'unjudged'
            when asked.demand = 'non_commercial' then if(own.level <= 2, 'carried', 'not carried')
            when asked.is_disputed or asked.is_of_a_kind then 'disputed'
            else 'not carried'
        end                                                                 as verdict
    from asked
    join core.repo on repo.kind = 'model' and repo.repo_key = asked.model_key
    join (
        select
            repo_key,
            'license ' || coalesce(tag, effective, 'none')                  as license_words,
            if(is_unreliable, level, coalesce(declared_level, level))       as level
        from core.license
        where kind = 'model'
    ) as own on own.repo_key = asked.model_key
)

select
    model_key,
    ancestor_key,
    base_id,
    depth,
    relation,
    base_license,
    base_level,
    base_outcome,
    demand,
    case demand
        when 'pass_terms_on' then 'its terms to be passed on'
        when 'pass_limits_on' then 'its use restrictions to be kept as binding terms'
        when 'same_terms' then 'the same license for what is made from it'
        when 'no_derivatives' then 'that nothing made from it is shared'
        when 'name_begins' then 'a name that begins with ' || begins_with
        when 'notice_file' then 'a NOTICE file'
        when 'display' then 'its name to be shown'
        when 'non_commercial' then 'use to stay non-commercial'
    end             as demand_words,
    clause,
    is_disputed,
    license_words,
    own_level,
    is_looser,
    verdict,
    url
from judged
