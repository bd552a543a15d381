-- One row per model: its five levels in a line, - for not applicable and ? for unjudged.
with shown as (
    select
        repo_id,
        repo_key,
        component,
        case status when 'not_applicable' then '-' when 'unjudged' then '?' else level::varchar end  as level
    from grid.cell
)

select
    repo_id,
    repo_key,
    concat_ws(
        '/',
        max(level) filter (component = 'weights'),
        max(level) filter (component = 'pretraining_dataset'),
        max(level) filter (component = 'finetuning_dataset'),
        max(level) filter (component = 'reward_model'),
        max(level) filter (component = 'data_processing_code')
    )  as signature
from shown
group by repo_id, repo_key
