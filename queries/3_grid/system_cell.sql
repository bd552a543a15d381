-- One row per well-known system that is not on the Hub and component, from what its vendor published.
with system as (
    select
        id                              as system_id,
        weights,
        nullif(paper_url, '')           as paper_url,
        data_described = 'yes'          as is_data_described,
        code,
        foundation = 'yes'              as is_foundation,
        source_url
    from reference.system
    where coalesce(hub_id, '') = ''
)

select
    system_id,
    'weights'                                       as component,
    case
        when weights = 'open' then 4
        when weights = 'open-with-limits' then 3
        when weights = 'restricted' then 2
        when paper_url is not null then 1
        else 0
    end                                             as level,
    coalesce(paper_url, source_url)                 as url
from system
union all
select system_id, 'pretraining_dataset', if(is_data_described, 1, 0), coalesce(paper_url, source_url) from system
union all
select system_id, 'finetuning_dataset', if(is_foundation, null, 0), source_url from system
union all
select system_id, 'reward_model', if(is_foundation, null, 0), source_url from system
union all
select system_id, 'data_processing_code', case code when 'training' then 3 when 'inference' then 1 else 0 end, source_url
from system
