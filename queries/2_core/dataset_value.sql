-- One row per repository and data set as its metadata name it.
with given as (
    select
        kind,
        repo_id,
        repo_key,
        unnest(if(json_type(metadata -> 'datasets') = 'ARRAY', (metadata -> 'datasets')::json[], [metadata -> 'datasets']))  as value
    from core.repo
    where json_type(metadata -> 'datasets') not in ('NULL')
),

named as (
    select
        kind,
        repo_id,
        repo_key,
        'card'                                                              as source,
        if(json_type(value) = 'VARCHAR', value ->> '$', value::varchar)     as dataset
    from given
    where json_type(value) <> 'NULL'
    union all
    select kind, repo_id, repo_key, 'tag', substr(tag, 9)
    from (select kind, repo_id, repo_key, unnest(tags) as tag from core.repo)
    where tag like 'dataset:%'
)

select distinct
    kind,
    repo_id,
    repo_key,
    source,
    trim(dataset)                                                                                   as dataset,
    lower(regexp_replace(trim(dataset), '^(https?://)?(huggingface\.co|hf\.co)/datasets/', ''))    as dataset_key,
    -- what is no id (a sentence, a map) is kept and can be named, but not looked up
    regexp_full_match(trim(dataset), '[\w.-]+(/[\w.-]+)?|https?://(huggingface\.co|hf\.co)/datasets/[\w.-]+(/[\w.-]+)?')  as is_id
from named
where trim(dataset) <> ''
