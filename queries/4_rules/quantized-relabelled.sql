-- title = "Quantized copy carries another license than its base"
-- severity = "high"
-- why = "Making the numbers shorter makes no new work: the base's license still applies to the copy."
-- fix = "Give the copy the base's license tag and license text."

with copy as (
    select
        edge.model_key,
        edge.base_id,
        base.is_found,
        base.outcome,
        base_license.effective  as base_license,
        base_license.same_key   as base_key,
        base_license.level      as base_level,
        base_license.url        as url
    from core.edge
    left join core.repo as base on base.kind = 'model' and base.repo_key = edge.base_key
    left join core.license as base_license on base_license.kind = 'model' and base_license.repo_key = edge.base_key
    where edge.relation = 'quantized'
),

-- the label is what the copy declares; its text stands in where that names none
label as (
    select
        repo_key,
        coalesce(tag, effective)                                            as license,
        if(declared_level is null, effective, declared)                     as id,
        if(declared_level is null, same_key, declared_key)                  as same_key,
        coalesce(declared_level, level)                                     as level,
        basis = 'none'                                                      as has_none
    from core.license
    where kind = 'model'
),

compared as (
    select
        copy.*,
        label.license   as own_license,
        -- null: two licenses of which one has no name may be the same, unless they limit differently
        case
            when 'other' not in (label.id, copy.base_license) and 'unknown' not in (label.id, copy.base_license)
                then label.same_key <> copy.base_key
            when label.level <> copy.base_level then true
        end             as differs,
        label.has_none
    from copy
    join label on label.repo_key = copy.model_key
    qualify row_number() over (partition by copy.model_key order by differs desc nulls last, copy.base_id) = 1
)

select
    model.repo_id,
    case
        when compared.model_key is null or compared.has_none then 'passed'
        when compared.differs then 'flagged'
        when compared.differs is null then 'unjudged'
        else 'passed'
    end     as verdict,
    case
        when compared.model_key is null then 'no quantized copy'
        when compared.has_none then 'the copy names no license of its own'
        when compared.differs then 'license ' || compared.own_license || ' here, ' || compared.base_license || ' at ' || compared.base_id
        when compared.differs is null
            then 'base ' || compared.base_id || ': ' || coalesce(nullif(compared.outcome, 'found'), 'no clear license to compare')
        else 'the same license as ' || compared.base_id
    end     as evidence,
    coalesce(compared.url, repo.page_url)   as source_url,
    [model.repo_id] || if(compared.model_key is null, [], [compared.base_id])  as path
from core.model
join core.repo on repo.kind = 'model' and repo.repo_key = model.repo_key
left join compared on compared.model_key = model.repo_key
