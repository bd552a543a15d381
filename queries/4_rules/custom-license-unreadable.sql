-- title = "License of its own, and its text cannot be read"
-- severity = "medium"
-- why = "`license: other` means that the terms stand in a text. Without that text in the repository nobody can know or keep them."
-- fix = "Add the text as LICENSE to the repository and point license_link to it."

with text_file as (
    select
        repo_key,
        bool_or(outcome = 'found')                                              as is_read,
        string_agg(path || ': ' || outcome, ', ' order by path) filter (outcome <> 'found')  as unread
    from staging.file
    where kind = 'model' and path not in ('README.md', '(gate)')
    group by repo_key
),

not_fetched as (
    select lower(repo_id) as repo_key, string_agg(path, ', ' order by path) || ': not fetched yet' as unread
    from core.wanted
    where kind = 'model' and path <> 'README.md'
    group by lower(repo_id)
)

select
    license.repo_id,
    case
        when license.basis = 'unreadable' then 'unjudged'
        when license.effective is distinct from 'other' then 'passed'
        when text_file.is_read then 'passed'
        when coalesce(text_file.unread, not_fetched.unread) is not null or repo.files is null then 'unjudged'
        else 'flagged'
    end     as verdict,
    case
        when license.basis = 'unreadable' then 'the card''s YAML head cannot be read'
        when license.effective is distinct from 'other' then 'no custom license'
        when text_file.is_read then 'its text is in the repository'
        when text_file.unread is not null then text_file.unread
        when not_fetched.unread is not null then not_fetched.unread
        when repo.files is null then 'the list of files is not known'
        else 'license: other' || coalesce(', license_name: ' || license.name, '') || coalesce(', license_link: ' || license.link, '')
            || '; no license text in the repository'
    end     as evidence,
    license.url             as source_url,
    [license.repo_id]       as path
from core.license
join core.repo on repo.kind = license.kind and repo.repo_key = license.repo_key
left join text_file on text_file.repo_key = license.repo_key
left join not_fetched on not_fetched.repo_key = license.repo_key
where license.kind = 'model'
