-- One row per model, stage and data set that it names: the data set's level as evidence for the stage's component.
select
    use.model_key                                       as repo_key,
    use.stage,
    true                                                as counts,
    dataset.level,
    if(dataset.level is null, 'unjudged', 'judged')     as status,
    'dataset'                                           as kind,
    dataset.name || ': ' || dataset.basis               as detail,
    dataset.url
from core.dataset_use as use
join core.dataset on dataset.dataset_ref = use.dataset_ref
