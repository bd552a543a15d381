-- title = "No license"
-- severity = "medium"
-- why = "Without a license nobody may reuse the weights, whatever the author meant. Words in the card are not found by the Hub's filters or by tools."
-- fix = "Add `license:` with an SPDX id to the YAML head of README.md, and the text as a LICENSE file."

select
    license.repo_id,
    case
        when license.basis = 'unreadable' then 'unjudged'
        when license.basis in ('none', 'prose', 'stated') then 'flagged'
        else 'passed'
    end     as verdict,
    case license.basis
        when 'unreadable' then 'the card''s YAML head cannot be read'
        when 'none' then 'the metadata name no license'
        when 'prose' then 'the metadata name no license; the card''s text says ' || license.effective
        when 'stated' then 'the metadata name no license; the card''s text speaks of one of its own'
        else 'license: ' || license.tag
    end     as evidence,
    license.url             as source_url,
    [license.repo_id]       as path
from core.license
where license.kind = 'model'
