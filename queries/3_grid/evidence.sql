-- One row per model, component and piece of evidence.
select 'weights' as component, * from grid.weights
union all
select 'pretraining_dataset', * from grid.pretraining_dataset
union all
select 'finetuning_dataset', * from grid.finetuning_dataset
union all
select 'reward_model', * from grid.reward_model
union all
select 'data_processing_code', * from grid.data_processing_code
