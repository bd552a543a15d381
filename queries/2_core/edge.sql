-- One row per model and base model it is made from, self-bases left out.
with declared as (
    select
        repo_key,
        base_id,
        base_key,
        relation,
        -- the Hub's own answer resolves names; a relation it gives beats none
        row_number() over (
            partition by repo_key, base_key
            order by relation is null, source = 'hub' desc, source = 'card' desc, base_id, relation
        )  as place
    from core.base_value
    where is_id
),

named as (
    select
        declared.repo_key,
        declared.base_id,
        declared.base_key,
        declared.relation,
        true                        as is_declared,
        'base_model: ' || declared.base_id  as quote,
        repo.page_url               as url
    from declared
    join core.repo on repo.kind = 'model' and repo.repo_key = declared.repo_key
    where declared.place = 1
    union all
    select repo_key, base_id, base_key, relation, false, quote, url
    from core.stated_base
    -- a card names many models; its text counts only where the metadata name no base
    where not exists (select 1 from declared where declared.repo_key = stated_base.repo_key)
),

resolved as (
    select
        named.repo_key                                      as model_key,
        coalesce(identity.repo_key, named.base_key)         as base_key,
        coalesce(named.base_id, named.base_key)             as base_id,
        coalesce(named.relation, 'finetune')                as relation,
        named.is_declared,
        named.quote,
        named.url
    from named
    left join core.identity on identity.kind = 'model' and identity.written_key = named.base_key
)

select *
from resolved
where model_key <> base_key
qualify row_number() over (partition by model_key, base_key order by is_declared desc, base_id, relation, quote) = 1
