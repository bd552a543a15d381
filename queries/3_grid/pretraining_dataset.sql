-- One row per model and piece of evidence on the data that it, or the foundation it stands on, was pre-trained on.
select own.*
from grid.own_pretraining as own
join core.model on model.repo_key = own.repo_key and model.is_foundation
union all
select upstream.* exclude (ancestor_key, component)
from grid.upstream
join core.model as foundation on foundation.repo_key = upstream.ancestor_key and foundation.is_foundation
where upstream.component = 'pretraining_dataset'
union all
select model_key, true, null, 'unjudged', 'base', reason, url
from core.unread_upstream
where not is_found
union all
select
    ancestry.model_key,
    true,
    if(system.data_described = 'yes', 1, 0),
    'judged',
    'base',
    system.name || if(system.hub_id is null, ' (not on the Hub): ', ' (no repository named): ')
        || if(system.data_described = 'yes', 'its data is described in a paper', 'nothing is said of its data'),
    coalesce(nullif(system.paper_url, ''), system.source_url)
from core.ancestry
join reference.system on 'system:' || system.id = ancestry.ancestor_key
union all
select model_key, true, null, 'unjudged', 'base', reason, url
from core.unnamed_base
union all
-- bases that lead in a circle have no foundation
select model.repo_key, true, null, 'unjudged', 'base', 'its base models lead in a circle', repo.page_url
from core.model
join core.repo on repo.kind = 'model' and repo.repo_key = model.repo_key
where model.has_base and not exists (
    select 1 from core.ancestry
    left join core.model as base on base.repo_key = ancestry.ancestor_key
    where ancestry.model_key = model.repo_key
        and (base.repo_key is null or base.is_foundation or base.has_unnamed_base)
)
