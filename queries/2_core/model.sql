-- One row per model that the Hub shows: does it stand on its own pre-training or on another model, and was it tuned.
with based as (
    select
        model_key,
        bool_or(relation not in ('quantized', 'merge'))     as is_tuned_itself,
        bool_and(relation = 'quantized')                    as is_quantized,
        bool_or(relation = 'merge')                         as is_merge,
        bool_or(is_declared)                                as is_declared
    from core.edge
    group by model_key
),

-- the card, a tag or the name says "fine-tuned from ...", "merge", "gguf", and neither metadata, link nor a known name of what
unnamed as (
    select repo_key, arg_min(quote, start) as quote, arg_min(url, start) as url, arg_min(relation, start) as relation
    from (
        select repo_key, start, quote, url, relation
        from core.sentence
        where kind = 'model' and says_made_from and not says_other_relation and not under_evaluation and not speaks_of_other_model
        union all
        select repo_key, 1e9, quote, url, relation from core.made_as
    )
    group by repo_key
),

-- tuned by its own makers, from weights of their own: its name, its tags or its card say so
tuned as (
    select repo_key
    from core.repo
    where kind = 'model' and (
        regexp_matches(split_part(repo_key, '/', -1),
            '(^|[-_.])(inst|instruct(ion|ions|ed)?|chat|sft|dpo|orpo|kto|simpo|grpo|rlhf|rlaif|rlvr)([-_.]|$)|[0-9]b?-it$')
        -- `HarbourChat2` has no word of its own for it
        or regexp_matches(repo_id, '[a-z0-9](Chat|Instruct)([-_.0-9]|$)')
        or list_has_any(list_transform(tags, lambda tag: lower(tag)),
            ['trl', 'sft', 'dpo', 'orpo', 'kto', 'simpo', 'grpo', 'rlhf', 'rlaif', 'rlvr', 'rloo'])
    )
    union
    select repo_key
    from core.sentence
    where kind = 'model' and says_tuned_itself and not says_other_relation and not under_evaluation and not speaks_of_other_model
    union
    -- what it declares are answers of other models, or preferences, and nothing that one pre-trains on
    select dataset_value.repo_key
    from core.dataset_value
    join (select lower(trim(unnest(string_split(hub_ids, ';')))) as hub_key, stage, generated_by from reference.dataset) as known
        on known.hub_key = dataset_value.dataset_key
    where dataset_value.kind = 'model'
    group by dataset_value.repo_key
    having bool_and(known.stage <> 'pretraining')
        and bool_or(known.stage = 'preference' or (known.stage = 'finetuning' and known.generated_by is not null))
),

own as (
    select
        repo.repo_id,
        repo.repo_key,
        based.model_key is not null                                     as has_base,
        coalesce(based.is_declared, false)                              as is_declared,
        coalesce(based.is_tuned_itself, unnamed.relation not in ('merge', 'quantized'), tuned.repo_key is not null)  as is_tuned_itself,
        coalesce(based.is_quantized, unnamed.relation = 'quantized', false)  as is_quantized,
        coalesce(based.is_merge, unnamed.relation = 'merge', false)     as is_merge,
        based.model_key is null and unnamed.repo_key is not null        as has_unnamed_base,
        unnamed.quote                                                   as unnamed_quote,
        unnamed.url                                                     as unnamed_url
    from core.repo
    left join based on based.model_key = repo.repo_key
    left join unnamed on unnamed.repo_key = repo.repo_key
    left join tuned on tuned.repo_key = repo.repo_key
    where repo.kind = 'model' and repo.is_found
),

upstream as (
    select ancestry.model_key, bool_or(own.is_tuned_itself) as is_tuned
    from core.ancestry
    join own on own.repo_key = ancestry.ancestor_key
    group by ancestry.model_key
)

select
    own.*,
    not own.has_base and not own.has_unnamed_base           as is_foundation,
    own.is_tuned_itself or coalesce(upstream.is_tuned, false)  as is_tuned
from own
left join upstream on upstream.model_key = own.repo_key
