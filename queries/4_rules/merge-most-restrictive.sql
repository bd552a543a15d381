-- title = "Merge of models whose licenses do not fit under one"
-- severity = "low"
-- why = "A merge carries all its parents: the most restrictive license counts, and two that each want the whole for themselves leave none to choose."
-- fix = "Tag the merge with the license of its strictest parent; where two exclude each other, merge other models."

with parent as (
    select
        edge.model_key,
        edge.base_id,
        license.effective,
        license.same_key,
        license.level,
        license.url,
        same_terms.clause,
        same_terms.carried_by,
        coalesce(nullif(base.outcome, 'found'), if(base.is_found, 'no clear license', 'not looked at yet'))  as outcome
    from core.edge
    join core.model on model.repo_key = edge.model_key and model.is_merge
    left join core.repo as base on base.kind = 'model' and base.repo_key = edge.base_key
    left join core.license on license.kind = 'model' and license.repo_key = edge.base_key
    left join (
        select
            known_license.same_key,
            license_demand.clause,
            string_split(coalesce(license_demand.carried_by, ''), ';')  as carried_by
        from reference.license_demand
        join core.known_license on known_license.id = license_demand.license_id
        where license_demand.demand = 'same_terms'
    ) as same_terms on same_terms.same_key = license.same_key
),

strictest as (
    select *
    from parent
    where level is not null
    qualify row_number() over (partition by model_key order by level, base_id) = 1
),

-- one wants its own license for the whole, the other limits what that license leaves free, or wants the whole as well
exclusive as (
    select
        one.model_key,
        one.base_id,
        one.effective || ' at ' || one.base_id || ' asks for the same license'
            || coalesce(' ("' || nullif(one.clause, '') || '")', '') || ', and ' || other.effective || ' at ' || other.base_id
            || if(other.carried_by is null, ' limits use', ' does so too') || ' - disputed'  as evidence,
        one.url
    from parent as one
    join parent as other on other.model_key = one.model_key and other.same_key <> one.same_key
    where one.carried_by is not null
        and (other.level < 4 or other.carried_by is not null)
        and not list_contains(one.carried_by, other.effective)
        and not list_contains(coalesce(other.carried_by, []), one.effective)
    qualify row_number() over (partition by one.model_key order by one.base_id, other.base_id) = 1
),

unread as (
    select model_key, min(base_id || ': ' || outcome) as reason from parent where level is null group by model_key
)

select
    model.repo_id,
    case
        when exclusive.model_key is not null then 'flagged'
        when own.basis = 'none' and strictest.level < 4 then 'flagged'
        when model.is_merge and (unread.model_key is not null or own.basis = 'unreadable') then 'unjudged'
        else 'passed'
    end     as verdict,
    case
        when exclusive.model_key is not null then exclusive.evidence
        when own.basis = 'none' and strictest.level < 4 then 'no license here; the strictest of its parents is '
            || strictest.effective || ' (level ' || strictest.level || ') at ' || strictest.base_id
        when not model.is_merge then 'no merge'
        when unread.model_key is not null then 'base ' || unread.reason
        when own.basis = 'unreadable' then 'the card''s YAML head cannot be read'
        when own.declared_level > strictest.level then 'looser than ' || strictest.base_id || ', as upstream-license-conflict tells'
        else 'the licenses of its parents fit under one'
    end     as evidence,
    coalesce(exclusive.url, strictest.url, own.url)  as source_url,
    case
        when exclusive.model_key is not null then [model.repo_id, exclusive.base_id]
        when own.basis = 'none' and strictest.level < 4 then [model.repo_id, strictest.base_id]
        else [model.repo_id]
    end     as path
from core.model
join core.license as own on own.kind = 'model' and own.repo_key = model.repo_key
left join exclusive on exclusive.model_key = model.repo_key
left join strictest on strictest.model_key = model.repo_key
left join unread on unread.model_key = model.repo_key
