-- One row per model, base model that its card's text or its license tells of, and place that does. core.edge takes them
-- where the metadata name no base.
with linked as (
    select
        sentence.repo_key,
        link.repo_id    as base_id,
        link.repo_key   as base_key,
        sentence.relation,
        sentence.quote,
        sentence.url
    from core.sentence
    join core.repo on repo.kind = 'model' and repo.repo_key = sentence.repo_key
    join staging.link on link.blob = repo.card_blob and link.start = sentence.start
    where sentence.kind = 'model'
        and link.repo_kind = 'model'
        and sentence.relation is not null
        -- "GPTQ files for ..." may stand beside a link to the files: what is shrunk already is nobody's base for that
        and not (sentence.relation = 'quantized' and regexp_matches(link.repo_key, 'gguf|ggml|gptq|awq|exl2|[48]-?bit'))
        and not sentence.says_other_relation
        and not sentence.under_evaluation
        and (not sentence.speaks_of_other_model
            or ends_with(link.repo_key, '/' || split_part(sentence.repo_key, '/', -1)))
        -- the same name in another size is a sibling: nobody tunes 12 billion parameters from 7
        and (
            ends_with(link.repo_key, '/' || split_part(sentence.repo_key, '/', -1))
            or len(list_distinct([
                regexp_replace(name, '\b([0-9.]+[bm]|tiny|mini|small|base|medium|x*large|xl|xxl)\b', '')
                for name in [split_part(link.repo_key, '/', -1), split_part(sentence.repo_key, '/', -1)]
            ])) = 2
        )
),

-- a license that was written for one system comes with its weights; it does not tell with which of its models
licensed as (
    select license.repo_key, license.value, license.url, system.id, system.name, system.vendor
    from core.declared_license as license
    join reference.system on system.license = license.license_id and system.own_license = 'yes'
    where license.kind = 'model' and license.basis in ('tag', 'name')
        and split_part(license.repo_key, '/', 1) is distinct from split_part(lower(system.hub_id), '/', 1)
        and split_part(license.repo_key, '/', -1) is distinct from split_part(lower(system.hub_id), '/', -1)
),

named_system as (
    select
        sentence.repo_key,
        sentence.start,
        sentence.relation,
        sentence.quote,
        sentence.url,
        system.id,
        system.name,
        system.vendor,
        system.hub_id,
        split_part(sentence.repo_key, '/', -1)      as own_name,
        split_part(lower(system.hub_id), '/', -1)   as hub_name
    from core.sentence
    join core.mention
        on mention.kind = 'model' and mention.repo_key = sentence.repo_key
        and mention.start = sentence.start and mention.source = 'system'
    join reference.system on system.id = mention.key
    where sentence.kind = 'model'
        and sentence.says_made_from
        and not sentence.says_other_relation
        and not sentence.under_evaluation
        and not sentence.speaks_of_other_model
    -- nobody but its vendor tunes what is only served: where another is named beside it, it wrote the data
    qualify not (system.hub_id is null and system.weights = 'none')
        or not (sentence.says_generated or bool_or(system.hub_id is not null or system.weights <> 'none')
            over (partition by sentence.repo_key, sentence.start))
),

known as (
    select
        repo_key,
        coalesce(hub_id, name)  as base_id,
        -- a system that is not on the Hub stands for itself
        coalesce(lower(hub_id), 'system:' || id)  as base_key,
        relation,
        quote,
        url
    from named_system
    -- the same name is the model itself, under an older id or another owner's
    where own_name is distinct from hub_name
        -- nor is the same name in another size or version: which weights it means nobody can tell
        and regexp_replace(own_name, '\bv?[0-9][0-9._]*[bm]?\b', '', 'g')
            <> regexp_replace(coalesce(hub_name, ''), '\bv?[0-9][0-9._]*[bm]?\b', '', 'g')
        -- of which version "a Llama 13B" is, its license tells
        and not (hub_id is null and (repo_key, vendor) in (select (repo_key, vendor) from licensed))
        and not exists (
            select 1 from linked where linked.repo_key = named_system.repo_key
        )
    -- "Harbour was tuned from Quay" names two, and one of them is what the model is called itself
    qualify split_part(own_name, '-', 1) is distinct from split_part(hub_name, '-', 1)
        or not bool_or(split_part(own_name, '-', 1) is distinct from split_part(hub_name, '-', 1))
            over (partition by repo_key, start)
),

by_license as (
    select
        licensed.repo_key,
        licensed.name             as base_id,
        'system:' || licensed.id  as base_key,
        made_as.relation,
        'license: ' || licensed.value  as quote,
        licensed.url
    from licensed
    left join core.made_as on made_as.repo_key = licensed.repo_key
    where licensed.repo_key not in (select repo_key from linked)
        and licensed.repo_key not in (select repo_key from known)
)

select * from linked
union all
select * from known
union all
select * from by_license
