-- title = "Upstream license demands what this model does not carry"
-- severity = "medium"
-- why = "Licenses ask something of what is made from a model: the same terms, their limits passed on, a name, a notice. A license as permissive as the base's may still not carry that; upstream-license-conflict compares only how permissive they are."
-- fix = "Take the base's license or one that carries its demands, add its text and NOTICE, and follow its naming; ask a lawyer where it is disputed."

-- a looser tag contradicts the limits upstream already: another rule's finding
with demand as (
    select *
    from core.compatibility
    where demand is distinct from 'display'
        and not (is_looser and coalesce(demand in ('pass_terms_on', 'pass_limits_on', 'non_commercial'), false))
),

per_upstream as (
    select
        model_key,
        ancestor_key,
        base_id,
        license_words || ' here; ' || base_license || ' at ' || base_id || ' asks for '
            || string_agg(
                demand_words || coalesce(' ("' || nullif(clause, '') || '")', '') || if(verdict = 'disputed', ' - disputed', ''),
                ', for ' order by verdict = 'disputed', demand
            )                                               as evidence,
        any_value(url)                                      as url,
        bool_or(verdict = 'not carried')                    as is_plain,
        min(depth)                                          as nearest
    from demand
    where verdict in ('not carried', 'disputed')
    group by model_key, ancestor_key, base_id, license_words, base_license
),

-- of several models upstream the nearest whose demands are not carried, else one whose demands are disputed
unmet as (
    select per_upstream.*, path.path
    from per_upstream
    left join core.path on path.model_key = per_upstream.model_key and path.ancestor_key = per_upstream.ancestor_key
    qualify row_number() over (partition by per_upstream.model_key order by is_plain desc, nearest, base_id) = 1
),

open_question as (
    select
        model_key,
        arg_min(
            if(demand is null, 'base ' || base_id || ': ' || base_outcome,
                license_words || ' here is not known well enough to tell whether it carries ' || base_license || ' of ' || base_id),
            (depth, base_id, demand)
        )                                                   as reason
    from demand
    where verdict = 'unjudged'
    group by model_key
),

unnamed as (
    select model_key, min(reason) as reason from core.unnamed_base group by model_key
)

select
    model.repo_id,
    case
        when unmet.model_key is not null then 'flagged'
        when own.basis = 'none' then 'passed'
        when unnamed.model_key is not null or open_question.model_key is not null then 'unjudged'
        else 'passed'
    end     as verdict,
    case
        when unmet.model_key is not null then unmet.evidence
        when own.basis = 'none' then 'no license of its own to compare'
        when unnamed.model_key is not null then unnamed.reason
        when not model.has_base then 'no base model'
        when open_question.model_key is not null then open_question.reason
        else 'no demand of an upstream license stays open'
    end     as evidence,
    coalesce(unmet.url, own.url)            as source_url,
    if(unmet.model_key is null, [model.repo_id], coalesce(unmet.path, [model.repo_id, unmet.base_id]))  as path
from core.model
join core.license as own on own.kind = 'model' and own.repo_key = model.repo_key
left join unmet on unmet.model_key = model.repo_key
left join unnamed on unnamed.model_key = model.repo_key
left join open_question on open_question.model_key = model.repo_key
