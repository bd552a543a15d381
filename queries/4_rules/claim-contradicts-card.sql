-- title = "Card's own words contradict its license or claim"
-- severity = "high"
-- why = "A card that says \"for research only\" under an open-source tag tells two stories. Filters and tools read the tag; whoever reads the words would not use the model."
-- fix = "Tag the license that the words describe, or take the limit out of the card."

with stated as (
    select
        license.repo_key,
        statement.*,
        license.declared_level,
        coalesce(if(license.declared_basis = 'name', 'license_name ' || license.name, 'tag ' || license.tag), 'license')  as declared,
        license.declared_basis in ('tag', 'name')       as is_declared,
        license.declared_osi = 'yes'                    as is_osi,
        known.level                                     as stated_level,
        -- a card may name the licenses of several things, of which the tag is one
        bool_or(known.same_key = license.declared_key) over (partition by license.repo_key)  as agrees,
        claim.quote                                     as claim
    from core.license
    join core.card_statement as statement
        on statement.kind = license.kind and statement.repo_key = license.repo_key
    left join core.known_license as known on known.id = statement.license_id
    left join core.open_claim as claim on claim.repo_key = license.repo_key
    where license.kind = 'model'
),

judged as (
    select
        repo_key,
        quote,
        url,
        start,
        case
            when statement in ('noncommercial', 'research-only') and is_declared and declared_level > 2
                then 'contradicts the ' || declared
            when statement = 'license' and is_declared and stated_level < declared_level and not coalesce(agrees, false)
                then license_id || ' (level ' || stated_level || ') contradicts the ' || declared || ' (level '
                    || declared_level || ')'
            when statement = 'not-open-source' and is_declared and is_osi then 'contradicts the ' || declared
            when statement in ('noncommercial', 'research-only', 'not-open-source') and claim is not null
                then 'contradicts "' || claim || '"'
        end     as contradiction,
        case
            when statement in ('noncommercial', 'research-only') and is_declared and declared_level is null
                then 'what the ' || declared || ' allows is undetermined'
        end     as open_question
    from stated
    where statement in ('noncommercial', 'research-only', 'not-open-source', 'license')
),

-- one sentence is enough: the first that contradicts, else the first that may
told as (
    select *
    from judged
    where contradiction is not null or open_question is not null
    qualify row_number() over (partition by repo_key order by contradiction is null, start, contradiction) = 1
)

select
    model.repo_id,
    case
        when repo.card_problem is not null then 'unjudged'
        when told.contradiction is not null then 'flagged'
        when told.open_question is not null or license.basis = 'unreadable' then 'unjudged'
        else 'passed'
    end     as verdict,
    case
        when repo.card_problem is not null then repo.card_problem
        when told.repo_key is not null
            then '"' || coalesce(told.quote, 'the card limits its use') || '" - '
                || coalesce(told.contradiction, told.open_question)
        when license.basis = 'unreadable' then 'the card''s YAML head cannot be read'
        else 'the card''s words contradict nothing that it declares'
    end     as evidence,
    coalesce(told.url, repo.card_url)   as source_url,
    [model.repo_id]                     as path
from core.model
join core.repo on repo.kind = 'model' and repo.repo_key = model.repo_key
join core.license on license.kind = 'model' and license.repo_key = model.repo_key
left join told on told.repo_key = model.repo_key
