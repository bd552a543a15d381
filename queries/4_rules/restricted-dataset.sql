-- title = "Trained on data whose terms limit its use"
-- severity = "medium"
-- why = "Research-only or non-commercial terms of a data set may reach the models made with it; the model's own license says nothing of that."
-- fix = "Name the data set's terms in the card, and check whether the license of the weights can stand beside them."

with use as (
    select model_key, model_key as user_key, dataset_ref from core.dataset_use
    union all
    select ancestry.model_key, dataset_use.model_key, dataset_use.dataset_ref
    from core.ancestry
    join core.dataset_use on dataset_use.model_key = ancestry.ancestor_key
),

judged as (
    select
        use.model_key,
        use.user_key,
        dataset.name,
        dataset.level,
        dataset.basis,
        dataset.url,
        regexp_matches(dataset.restrictions, '(non_?commercial|research[_-]only|noncommercial|competitive|non_production)')
            or dataset.level = 2    as is_restricted
    from use
    join core.dataset on dataset.dataset_ref = use.dataset_ref
),

worst as (
    select *
    from judged
    where is_restricted
    qualify row_number() over (partition by model_key order by user_key = model_key desc, level, name, user_key, basis) = 1
),

open_question as (
    select model_key, min(reason) as reason
    from (
        select model_key, name || ': ' || basis as reason from judged where level is null
        union all
        select model_key, 'base ' || reason from core.unread_upstream
    )
    group by model_key
)

select
    model.repo_id,
    case
        when worst.model_key is not null and coalesce(own.level, 4) > 2 then 'flagged'
        when worst.model_key is not null then 'passed'
        when open_question.model_key is not null then 'unjudged'
        when repo.card_problem is not null then 'unjudged'
        else 'passed'
    end     as verdict,
    case
        when worst.model_key is not null and coalesce(own.level, 4) > 2
            then worst.name || ': ' || worst.basis || '; the model''s license is ' || coalesce(own.tag, 'not given')
        when worst.model_key is not null then 'the model''s own license limits as much'
        when open_question.model_key is not null then open_question.reason
        when repo.card_problem is not null then repo.card_problem
        else 'no data set with such terms is named'
    end     as evidence,
    coalesce(worst.url, repo.card_url)  as source_url,
    case
        when worst.user_key is null or worst.user_key = model.repo_key then [model.repo_id]
        else coalesce(path.path, [model.repo_id, worst.user_key])
    end || if(worst.model_key is null, [], [worst.name])  as path
from core.model
join core.repo on repo.kind = 'model' and repo.repo_key = model.repo_key
join core.license as own on own.kind = 'model' and own.repo_key = model.repo_key
left join worst on worst.model_key = model.repo_key
left join open_question on open_question.model_key = model.repo_key
left join core.path on path.model_key = model.repo_key and path.ancestor_key = worst.user_key
