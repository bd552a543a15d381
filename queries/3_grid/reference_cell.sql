-- One row per model of the talk and component: the talk's own level, for display beside the computed one. Judges nothing.
with system as (
    select *, lower(trim(unnest(string_split(hub_ids, ';'))))  as repo_key
    from reference.talk_grid
),

cell as (
    select system, repo_key, 'weights' as component, weights as level from system
    union all
    select system, repo_key, 'pretraining_dataset', pretraining_dataset from system
    union all
    select system, repo_key, 'finetuning_dataset', finetuning_dataset from system
    union all
    select system, repo_key, 'reward_model', reward_model from system
    union all
    select system, repo_key, 'data_processing_code', data_processing_code from system
)

select
    cell.repo_key,
    cell.component,
    try_cast(cell.level as integer)     as level,
    -- why the two differ is written by people who looked; only a cell that does differ shows it
    if(try_cast(cell.level as integer) is distinct from computed.level, difference.reason, null)  as note
from cell
left join grid.cell as computed on computed.repo_key = cell.repo_key and computed.component = cell.component
left join reference.talk_difference as difference
    on difference.system = cell.system and difference.component = cell.component
where cell.level is not null
