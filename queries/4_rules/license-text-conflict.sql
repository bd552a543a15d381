-- title = "License text contradicts the declared license"
-- severity = "high"
-- why = "The terms that bind stand in the text. A tag that names another license misleads everybody who reads only the tag, tools included."
-- fix = "Tag the license whose text the repository carries, or put the text of the tagged license there."

-- of several texts the strictest that contradicts is shown, else one that agrees or settles what the tag leaves open
with told as (
    select *
    from core.license_place
    where kind = 'model' and verdict in ('contradicts', 'agrees', 'settles', 'modified')
    qualify row_number() over (
        partition by repo_key order by verdict = 'contradicts' desc, level nulls last, verdict, source, license_id
    ) = 1
)

select
    license.repo_id,
    case
        when license.basis = 'unreadable' then 'unjudged'
        when told.verdict = 'contradicts' then 'flagged'
        when license.open_text is not null and license.declared_level is not null then 'unjudged'
        when license.open_verdict = 'unread' then 'unjudged'
        else 'passed'
    end     as verdict,
    case
        when license.basis = 'unreadable' then 'the card''s YAML head cannot be read'
        when told.verdict = 'contradicts' then
            told.source || ' is ' || told.says || coalesce(' (level ' || told.level || ')', '')
            || coalesce(': ' || replace(nullif(told.restrictions, ''), ';', '; '), '')
            || coalesce(' - "' || coalesce(told.quote, nullif(told.clause, '')) || '"', '')
            || '; it contradicts the ' || if(license.declared_basis = 'name', 'license_name ' || license.name,
                if(license.tag is null, 'card''s words, ' || license.declared, 'tag ' || license.tag))
            || ' (level ' || license.declared_level || ')'
            || case when told.level > license.declared_level then '; the stricter one counts' else '' end
        when license.open_text is not null and (license.declared_level is not null or license.open_verdict = 'unread')
            then license.open_text
        when told.verdict = 'agrees' then told.source || ' is ' || told.says || ', as declared'
        when told.verdict = 'modified' then told.source || ' is ' || told.says || ': modified-license-text tells how'
        when told.verdict = 'settles' then told.source || ' is ' || told.says || '; nothing declared contradicts it'
        when license.open_text is not null then license.open_text || '; nothing is declared that it could contradict'
        else 'no license text in the repository'
    end     as evidence,
    coalesce(told.url, license.url)     as source_url,
    [license.repo_id]                   as path
from core.license
left join told on told.repo_key = license.repo_key
where license.kind = 'model'
