-- title = "Trained on outputs of a model whose vendor forbids competing models (disputed)"
-- severity = "medium"
-- why = "Vendors such as OpenAI forbid using outputs to develop competing models. Whether that binds those who only use the data is disputed: it is shown, not judged."
-- fix = "Name the generator and its terms in the card, so that users can decide; prefer data from a model whose license allows it."

with generated_data as (
    select
        use.model_key,
        dataset.name || ' was generated with ' || system.name    as reason,
        system.output_terms_quote                               as clause,
        dataset.url,
        system.name                                             as system_name
    from core.dataset_use as use
    join core.dataset on dataset.dataset_ref = use.dataset_ref
    join reference.system on list_contains(string_split(dataset.generated_by, ';'), system.id)
    where system.output_terms = 'competitive'
),

said as (
    select
        mention.repo_key    as model_key,
        coalesce(mention.quote, 'the card speaks of data generated with ' || system.name)  as reason,
        system.output_terms_quote  as clause,
        mention.url,
        system.name         as system_name
    from core.mention
    join reference.system on system.id = mention.key
    join core.sentence on sentence.kind = 'model' and sentence.repo_key = mention.repo_key and sentence.start = mention.start
    where mention.kind = 'model' and mention.place = 'card' and mention.source = 'system'
        and system.output_terms = 'competitive'
        and (sentence.says_trained_on or sentence.under_training) and not sentence.under_evaluation
        and exists (
            select 1 from core.mention as generated
            where generated.kind = 'model' and generated.repo_key = mention.repo_key
                and generated.start = mention.start and generated.means = 'data-generated'
        )
    union all
    select repo_key, coalesce(quote, 'the card forbids competing use'), null, url, null
    from core.mention
    where kind = 'model' and place = 'card' and means = 'terms-competitive'
),

seen as (
    select *, 1 as place from said
    union all
    select *, 2 from generated_data
),

own_or_upstream as (
    select model_key, model_key as user_key, reason, clause, url, system_name, place from seen
    union all
    select ancestry.model_key, seen.model_key, seen.reason, seen.clause, seen.url, seen.system_name, seen.place
    from core.ancestry
    join seen on seen.model_key = ancestry.ancestor_key
),

first_seen as (
    select *
    from own_or_upstream
    qualify row_number() over (
        partition by model_key order by user_key = model_key desc, place, clause is null, reason, system_name, user_key
    ) = 1
),

open_question as (
    select model_key, 'base ' || min(reason) as reason from core.unread_upstream group by model_key
)

select
    model.repo_id,
    case
        when first_seen.model_key is not null then 'flagged'
        when repo.card_problem is not null then 'unjudged'
        when open_question.model_key is not null then 'unjudged'
        else 'passed'
    end     as verdict,
    case
        when first_seen.model_key is not null
            then first_seen.reason || coalesce(' (terms: "' || nullif(first_seen.clause, '') || '")', '') || ' - disputed'
        when repo.card_problem is not null then repo.card_problem
        when open_question.model_key is not null then open_question.reason
        else 'no such generator is named'
    end     as evidence,
    coalesce(first_seen.url, repo.card_url)     as source_url,
    case
        when first_seen.user_key is null or first_seen.user_key = model.repo_key then [model.repo_id]
        else coalesce(path.path, [model.repo_id, first_seen.user_key])
    end     as path
from core.model
join core.repo on repo.kind = 'model' and repo.repo_key = model.repo_key
left join first_seen on first_seen.model_key = model.repo_key
left join open_question on open_question.model_key = model.repo_key
left join core.path on path.model_key = model.repo_key and path.ancestor_key = first_seen.user_key
