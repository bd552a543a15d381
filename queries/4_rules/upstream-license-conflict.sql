-- title = "License tag is more permissive than an upstream model's license"
-- severity = "high"
-- why = "A derivative cannot grant more than its base allows: limits of the base's license travel down with the weights, any number of hops."
-- fix = "Tag the strictest license of the chain (license: other with license_name and license_link where the Hub has no id), and pass its text on."

with upstream as (
    select
        ancestry.model_key,
        ancestry.ancestor_key,
        base.is_found,
        base.outcome,
        coalesce(base.repo_id, system.name, ancestry.ancestor_key)  as base_id,
        coalesce(license.effective, system.license)                 as effective,
        coalesce(license.level, try_cast(system_license.level as integer))  as level,
        coalesce(license.restrictions, system_license.restrictions) as restrictions,
        coalesce(license.url, system.source_url)                    as url,
        coalesce(lineage.depth, 99)                                 as depth,
        coalesce(path.path, [ancestry.model_key, ancestry.ancestor_key])  as path
    from core.ancestry
    left join core.repo as base on base.kind = 'model' and base.repo_key = ancestry.ancestor_key
    left join core.license on license.kind = 'model' and license.repo_key = ancestry.ancestor_key
    left join reference.system on 'system:' || system.id = ancestry.ancestor_key
    left join reference.license as system_license on system_license.id = system.license
    left join core.lineage on lineage.model_key = ancestry.model_key and lineage.ancestor_key = ancestry.ancestor_key
    left join core.path on path.model_key = ancestry.model_key and path.ancestor_key = ancestry.ancestor_key
),

strictest as (
    select *
    from upstream
    where level is not null
    -- of equals one with a name: a text of its own repeats what it got from upstream
    qualify row_number() over (partition by model_key order by level, effective = 'other', depth, base_id) = 1
),

-- what is declared is the promise; the text stands in where nothing is, or nothing that one could rely on
own as (
    select *, if(is_unreliable, level, coalesce(declared_level, level)) as promised_level
    from core.license
    where kind = 'model'
),

unread as (
    select model_key, min(reason) as reason
    from (
        select model_key, 'base ' || base_id || ': '
            || coalesce(nullif(outcome, 'found'), if(is_found, 'no clear license', 'not looked at yet'))  as reason
        from upstream
        where level is null
        union all
        select model_key, reason from core.unnamed_base
    )
    group by model_key
)

select
    model.repo_id,
    case
        when strictest.level < own.promised_level then 'flagged'
        when not model.has_base and not model.has_unnamed_base then 'passed'
        when own.promised_level is null and own.basis <> 'none' then 'unjudged'
        when own.promised_level is null then 'passed'
        when unread.model_key is not null then 'unjudged'
        else 'passed'
    end     as verdict,
    case
        when strictest.level < own.promised_level then
            'license ' || coalesce(own.tag, own.effective) || ' (level ' || own.promised_level || ') here, ' || strictest.effective || ' (level '
            || strictest.level || ') at ' || strictest.base_id || ': ' || replace(coalesce(strictest.restrictions, 'its terms were not read'), ';', '; ')
        when not model.has_base and not model.has_unnamed_base then 'no base model'
        when own.promised_level is null then 'no license of its own to compare'
        when unread.model_key is not null then unread.reason
        else 'no upstream license is stricter'
    end     as evidence,
    coalesce(strictest.url, own.url)    as source_url,
    if(strictest.level < own.promised_level, strictest.path, [model.repo_id])  as path
from core.model
join own on own.repo_key = model.repo_key
left join strictest on strictest.model_key = model.repo_key
left join unread on unread.model_key = model.repo_key
