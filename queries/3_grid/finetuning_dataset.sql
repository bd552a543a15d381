-- One row per model and piece of evidence on tuning data: its own, and that of every tuned model upstream.
select *
from grid.own_finetuning
union all
select * exclude (ancestor_key, component)
from grid.upstream
where component = 'finetuning_dataset'
union all
-- whether an unread upstream was tuned, and on what, is not known
select model_key, true, null, 'unjudged', 'base', reason, url
from core.unread_upstream
where not is_found and not is_known_foundation
union all
-- what was merged or copied may well have been tuned
select model_key, true, null, 'unjudged', 'base', reason, url
from core.unnamed_base
where not is_tuned_itself
union all
select repo_key, true, null, 'not_applicable', 'foundation', 'a foundation model was not tuned from another', null
from core.model
where not is_tuned
    and repo_key not in (select model_key from core.unnamed_base)
    and repo_key not in (select model_key from core.unread_upstream where not is_found and not is_known_foundation)
