-- title = "No license"
-- severity = "medium"
-- why = "Without a license nobody may reuse the weights, whatever the author meant. Words in the card are not found by the Hub's filters or by tools."
-- fix = "Add `license:` with an SPDX id to the YAML head of README.md, and the text as a LICENSE file."

select
    license.repo_id,
    case
        when license.basis = 'unreadable' then 'unjudged'
        when license.declared_basis in ('none', 'prose', 'stated') then 'flagged'
        else 'passed'
    end     as verdict,
    case
        when license.basis = 'unreadable' then 'the card''s YAML head cannot be read'
        when license.tag is not null then 'license: ' || license.tag
        else 'the metadata name no license' || case license.basis
            when 'text' then '; ' || license.text_path || ' is ' || license.text_says
            when 'prose' then '; the card''s text says ' || license.effective
            when 'stated' then '; the card''s text speaks of one of its own'
            else coalesce('; ' || license.open_text, '')
        end
    end     as evidence,
    license.url             as source_url,
    [license.repo_id]       as path
from core.license
where license.kind = 'model'
