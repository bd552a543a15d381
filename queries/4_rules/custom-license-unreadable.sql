-- title = "License of its own, and its text cannot be read"
-- severity = "medium"
-- why = "`license: other` means that the terms stand in a text. Without that text in the repository nobody can know or keep them."
-- fix = "Add the text as LICENSE to the repository and point license_link to it."

-- what the texts of the repository tell; a link that leads elsewhere is no text in it
with text as (
    select
        repo_key,
        string_agg(distinct source || ' is ' || says, ', ' order by source || ' is ' || says)
            filter (level is not null or outcome = 'similar')               as told,
        string_agg(distinct source || ': ' || says, ', ' order by source || ': ' || says)
            filter ((verdict = 'unread' and outcome <> 'elsewhere') or outcome = 'unknown')  as untold,
        string_agg(distinct source || ': ' || says, ', ' order by source || ': ' || says)
            filter (verdict = 'no-license')                                 as no_license
    from core.license_place
    where kind = 'model' and verdict is not null
    group by repo_key
)

select
    license.repo_id,
    case
        when license.basis = 'unreadable' then 'unjudged'
        when license.declared is distinct from 'other' then 'passed'
        when text.told is not null then 'passed'
        when text.untold is not null or repo.files is null then 'unjudged'
        else 'flagged'
    end     as verdict,
    case
        when license.basis = 'unreadable' then 'the card''s YAML head cannot be read'
        when license.declared is distinct from 'other' then 'no custom license'
        when text.told is not null then text.told
        when text.untold is not null then text.untold
        when repo.files is null then 'the list of files is not known'
        else 'license: other' || coalesce(', license_name: ' || license.name, '') || coalesce(', license_link: ' || license.link, '')
            || coalesce('; ' || text.no_license, '; no license text in the repository')
    end     as evidence,
    license.url             as source_url,
    [license.repo_id]       as path
from core.license
join core.repo on repo.kind = license.kind and repo.repo_key = license.repo_key
left join text on text.repo_key = license.repo_key
where license.kind = 'model'
