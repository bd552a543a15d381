-- One row per model, data set it names, and stage the data served: pretraining, finetuning or preference.
-- A data set is `known:<id>` of reference.dataset, `hub:<id>`, or `text:<words>` where the metadata give no id.
with known as (
    select id, lower(trim(unnest(string_split(hub_ids, ';')))) as hub_key
    from reference.dataset
),

-- a name in the metadata that is no id, as people write it: "The Pile", "open web text"
spelled as (
    select squeezed, min(id) as id
    from (
        select id, regexp_replace(lower(unnest([name, split_part(name, ' (', 1)])), '^the[^a-z0-9]+|[^a-z0-9]+', '', 'g') as squeezed
        from reference.dataset
    )
    group by squeezed
),

-- where a sentence's data served: its own words first, then its heading
context as (
    select
        *,
        case
            when says_preference and not says_finetuning and not says_pretraining then 'preference'
            when says_finetuning and not says_pretraining then 'finetuning'
            when says_pretraining and not says_finetuning then 'pretraining'
            when under_finetuning and not under_pretraining then 'finetuning'
            when under_pretraining then 'pretraining'
        end                                                                     as stage,
        (says_trained_on or under_training) and not (says_evaluation and not says_trained_on)
            and not (under_evaluation and not says_trained_on)                  as is_training
    from core.sentence
    where kind = 'model' and not speaks_of_other_model
),

tagged as (
    select
        dataset_value.repo_key,
        'tag'                                       as source,
        dataset_value.dataset,
        dataset_value.dataset_key,
        dataset_value.is_id,
        null::integer                               as start,
        'datasets: ' || dataset_value.dataset       as quote,
        repo.page_url                               as url
    from core.dataset_value
    join core.repo on repo.kind = 'model' and repo.repo_key = dataset_value.repo_key
    where dataset_value.kind = 'model'
),

linked as (
    select context.repo_key, 'link' as source, link.repo_id as dataset, link.repo_key as dataset_key, true as is_id,
        context.start, context.quote, context.url
    from context
    join core.repo on repo.kind = 'model' and repo.repo_key = context.repo_key
    join staging.link on link.blob = repo.card_blob and link.start = context.start and link.repo_kind = 'dataset'
    -- who links a set of their own shows what they made it with, unless it is for tests
    where context.is_training
        or (split_part(link.repo_key, '/', 1) = split_part(context.repo_key, '/', 1)
            and not context.says_evaluation and not context.under_evaluation
            and not regexp_matches(link.repo_key, '/.*(eval|bench|test|details|leaderboard|tasks)'))
),

named as (
    select context.repo_key, 'name' as source, mention.key as dataset, null as dataset_key, false as is_id,
        context.start, context.quote, context.url
    from context
    join core.mention
        on mention.kind = 'model' and mention.repo_key = context.repo_key and mention.start = context.start
        and mention.place = 'card' and mention.source = 'dataset'
    join reference.dataset on dataset.id = mention.key
    -- what cannot be had is named as the original that another data set re-creates
    where context.is_training and not (context.says_recreated and dataset.obtainable = 'no')
),

-- a link to the page of a well-known data set names it as well as its name does
home as (
    select context.repo_key, 'name' as source, homepage.id as dataset, null as dataset_key, false as is_id,
        context.start, context.quote, context.url
    from context
    join core.repo on repo.kind = 'model' and repo.repo_key = context.repo_key
    join staging.link on link.blob = repo.card_blob and link.start = context.start
    join (select id, unnest(string_split(homepages, ';')) as address from reference.dataset) as homepage
        on contains(lower(link.url), homepage.address)
    where context.is_training
),

found as (
    select * from tagged
    union all
    select * from linked
    union all
    select * from named
    union all
    select * from home
),

identified as (
    select
        found.*,
        case
            when found.source = 'name' then 'known:' || found.dataset
            when coalesce(known_today.id, known.id, spelled.id) is not null then 'known:' || coalesce(known_today.id, known.id, spelled.id)
            when found.is_id then 'hub:' || coalesce(identity.repo_key, found.dataset_key)
            else 'text:' || left(found.dataset, 200)
        end                                         as dataset_ref
    from found
    left join core.identity on identity.kind = 'dataset' and identity.written_key = found.dataset_key
    left join known on known.hub_key = found.dataset_key
    left join known as known_today on known_today.hub_key = identity.repo_key
    left join spelled on not found.is_id
        and spelled.squeezed = regexp_replace(lower(found.dataset), '^the[^a-z0-9]+|[^a-z0-9]+', '', 'g')
),

staged as (
    select
        identified.*,
        context.stage           as said_stage,
        dataset.stage           as known_stage,
        -- authors name such sets by what they are for
        coalesce(regexp_matches(identified.dataset_key, '(^|[-_/.])(dpo|orpo|kto|simpo|rlhf|rlaif|preferences?|reward)([-_.]|$)'), false)
                                as is_named_preference,
        model.is_tuned_itself,
        model.has_base or model.has_unnamed_base    as has_base
    from identified
    join core.model on model.repo_key = identified.repo_key
    left join context on context.repo_key = identified.repo_key and context.start = identified.start
    left join reference.dataset on identified.dataset_ref = 'known:' || dataset.id
),

placed as (
    select
        *,
        case
            when not is_tuned_itself and has_base then null         -- a copy or a merge has no data of its own
            when not is_tuned_itself then
                -- tuning sets in a foundation card are examples for its users
                if(source = 'tag' or coalesce(said_stage, 'pretraining') = 'pretraining', 'pretraining', null)
            when said_stage = 'preference' or known_stage = 'preference' or is_named_preference then 'preference'
            when said_stage = 'pretraining' or (said_stage is null and known_stage = 'pretraining') then
                case
                    when not has_base then 'pretraining'                -- tuned from weights of its own
                    when source = 'tag' then 'finetuning'
                    else null                                           -- speaks of the base's data
                end
            else 'finetuning'
        end                     as stage
    from staged
),

-- a tag repeats what the base was pre-trained on: nobody tuned on that
base_data as (
    select ancestry.model_key, placed.dataset_ref
    from placed
    join core.ancestry on ancestry.ancestor_key = placed.repo_key
    where placed.stage = 'pretraining'
)

select
    repo_key                    as model_key,
    dataset_ref,
    stage,
    arg_min(dataset, (source = 'name', dataset))  as dataset,
    max(dataset_key)            as dataset_key,
    bool_or(source = 'tag')     as is_declared,
    -- the author's own declaration first, then the first sentence
    arg_min(quote, (if(source = 'tag', -1, start), quote))  as quote,
    arg_min(url, (if(source = 'tag', -1, start), quote))    as url
from placed
where stage is not null
    and not (source = 'tag' and stage = 'finetuning' and coalesce(known_stage = 'pretraining', false)
        and (repo_key, dataset_ref) in (select (model_key, dataset_ref) from base_data))
group by repo_key, dataset_ref, stage
