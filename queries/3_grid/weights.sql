-- One row per model and piece of evidence on its weights, the models upstream included: any of them can only limit.
with own_level as (
    select repo_key, min(level) as level, bool_or(status = 'unjudged') as is_open
    from grid.own_weights
    where counts
    group by repo_key
)

select repo_key, counts, level, status, kind, detail, url
from grid.own_weights
union all
select
    ancestry.model_key,
    true,
    if(own_level.is_open, null, own_level.level),
    if(own_level.is_open, 'unjudged', 'judged'),
    'base',
    base.repo_id || ': license '
        || if(own_level.is_open, 'not readable', coalesce(license.effective, license.tag, 'none')),
    base.page_url
from core.ancestry
join core.repo as base on base.kind = 'model' and base.repo_key = ancestry.ancestor_key
join core.license on license.kind = 'model' and license.repo_key = ancestry.ancestor_key
-- a quantized copy that names no license of its own says nothing itself; its base speaks for both
join own_level on own_level.repo_key = ancestry.ancestor_key
union all
select model_key, true, null, 'unjudged', 'base', reason, url
from core.unread_upstream
where not is_found
union all
select
    ancestry.model_key,
    true,
    try_cast(license.level as integer),
    if(license.level is null, 'unjudged', 'judged'),
    'base',
    system.name || if(system.hub_id is null, ' (not on the Hub): ', ' (no repository named): ') || coalesce(license.name, 'terms not known'),
    system.source_url
from core.ancestry
join reference.system on 'system:' || system.id = ancestry.ancestor_key
left join reference.license on license.id = system.license
union all
select model_key, true, null, 'unjudged', 'base', reason, url
from core.unnamed_base
