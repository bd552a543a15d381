-- One row per model: its five levels in a line, - for not applicable and ? for unjudged.
select
    repo_id,
    repo_key,
    string_agg(
        case status when 'not_applicable' then '-' when 'unjudged' then '?' else level::varchar end, '/'
        order by list_position(
            ['weights', 'pretraining_dataset', 'finetuning_dataset', 'reward_model', 'data_processing_code'], component
        )
    )  as signature
from grid.cell
group by repo_id, repo_key
