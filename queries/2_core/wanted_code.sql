-- One row per code repository whose host can say what decides a cell, and when it last did; null: never.
select distinct
    code_link.code_repo,
    looked.looked_at
from core.code_link
left join staging.code_repo as looked using (code_repo)
-- a framework counts the same under any license, and code that only runs the model never counts for more
where starts_with(code_link.code_repo, 'github.com/') and code_link.purpose in ('training', 'examples', 'source')
