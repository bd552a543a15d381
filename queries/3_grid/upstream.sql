-- One row per model, component and piece of evidence of a model upstream of it.
with own as (
    select 'pretraining_dataset' as component, * from grid.own_pretraining
    union all
    select 'finetuning_dataset', * from grid.own_finetuning
    union all
    select 'reward_model', * from grid.own_reward
)

select
    ancestry.model_key                              as repo_key,
    ancestry.ancestor_key,
    own.component,
    own.counts,
    own.level,
    own.status,
    own.kind,
    'base ' || base.repo_id || ': ' || own.detail   as detail,
    own.url
from core.ancestry
join own on own.repo_key = ancestry.ancestor_key
join core.repo as base on base.kind = 'model' and base.repo_key = ancestry.ancestor_key
