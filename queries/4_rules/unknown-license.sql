-- title = "License tag that names no license"
-- severity = "medium"
-- why = "`unknown`, a family such as `cc`, or a made-up value grants nothing that a user could rely on."
-- fix = "Use the id of the license that applies; with a license of your own: license: other, license_name and license_link."

select
    license.repo_id,
    case
        when license.basis = 'unreadable' then 'unjudged'
        when license.declared_basis = 'tag' and license.declared_level is null and license.declared is distinct from 'other' then 'flagged'
        else 'passed'
    end     as verdict,
    case
        when license.basis = 'unreadable' then 'the card''s YAML head cannot be read'
        when license.tag is null then 'no license tag'
        else 'license: ' || license.tag
    end     as evidence,
    license.url             as source_url,
    [license.repo_id]       as path
from core.license
where license.kind = 'model'
