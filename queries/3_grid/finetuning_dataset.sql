-- One row per model and piece of evidence on tuning data: its own, and that of every tuned model upstream.
select repo_key, counts, level, status, kind, detail, url
from grid.own_finetuning
union all
select
    ancestry.model_key,
    own.counts,
    own.level,
    own.status,
    own.kind,
    'base ' || base.repo_id || ': ' || own.detail,
    own.url
from core.ancestry
join grid.own_finetuning as own on own.repo_key = ancestry.ancestor_key
join core.repo as base on base.kind = 'model' and base.repo_key = ancestry.ancestor_key
union all
-- whether an unread upstream was tuned, and on what, is not known
select
    ancestry.model_key,
    true,
    null,
    'unjudged',
    'base',
    coalesce(base.repo_id, ancestry.ancestor_key) || ': ' || coalesce(base.outcome, 'not looked at yet'),
    base.page_url
from core.ancestry
left join core.repo as base on base.kind = 'model' and base.repo_key = ancestry.ancestor_key
where not starts_with(ancestry.ancestor_key, 'system:') and not coalesce(base.is_found, false)
union all
select repo_key, true, null, 'not_applicable', 'foundation', 'a foundation model was not tuned from another', null
from core.model
where not is_tuned and not exists (
    select 1 from core.ancestry
    left join core.repo as base on base.kind = 'model' and base.repo_key = ancestry.ancestor_key
    where ancestry.model_key = model.repo_key
        and not starts_with(ancestry.ancestor_key, 'system:') and not coalesce(base.is_found, false)
)
