-- One row per model, base model as written, and place that names it.
with card_given as (
    select
        repo_id,
        repo_key,
        metadata -> 'base_model'            as value,
        metadata ->> 'base_model_relation'  as relation
    from core.repo
    where kind = 'model' and json_type(metadata -> 'base_model') not in ('NULL')
),

card_listed as (
    select
        repo_id,
        repo_key,
        relation,
        unnest(if(json_type(value) = 'ARRAY', value::json[], [value]))  as value
    from card_given
),

tagged as (
    select
        repo_id,
        repo_key,
        regexp_extract(tag, '^base_model:(?:(finetune|quantized|merge|adapter):)?(.*)$', ['relation', 'base_id'])  as parts
    from (select repo_id, repo_key, unnest(tags) as tag from core.repo where kind = 'model')
    where tag like 'base_model:%'
),

latest_record as (
    select repo_id, lower(repo_id) as repo_key, record -> 'baseModels' as bases
    from raw.repo_log
    where kind = 'model' and json_type(record -> 'baseModels') = 'OBJECT'
    qualify row_number() over (partition by lower(repo_id) order by observed_at desc, crawl_id desc) = 1
),

wire as (
    select
        repo_id,
        repo_key,
        bases ->> 'relation'                                                            as relation,
        unnest(coalesce(try_cast(bases -> 'models' as struct(id varchar)[]), [])).id    as base_id
    from latest_record
),

named as (
    select repo_id, repo_key, 'hub' as source, base_id, relation from wire
    union all
    select repo_id, repo_key, 'card', if(json_type(value) = 'VARCHAR', value ->> '$', value::varchar), relation
    from card_listed
    union all
    select repo_id, repo_key, 'tag', parts.base_id, nullif(parts.relation, '') from tagged
)

select distinct
    repo_id,
    repo_key,
    source,
    trim(base_id)                                                           as base_id,
    -- people also paste the page's address
    lower(regexp_replace(trim(base_id), '^(https?://)?(huggingface\.co|hf\.co)/', ''))  as base_key,
    regexp_full_match(trim(base_id), '((https?://)?(huggingface\.co|hf\.co)/)?[\w.-]+(/[\w.-]+)?')  as is_id,
    relation
from named
where trim(base_id) <> ''
