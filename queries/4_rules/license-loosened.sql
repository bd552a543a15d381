-- title = "License was made more permissive"
-- severity = "low"
-- why = "Authors may relicense their own work. Who took it from others may not, and copies made before stand under the terms of then."
-- fix = "Say in the card since when the license holds, and that whoever had rights in the model agreed."

with loosened as (
    select *
    from core.license_history as change
    where change.level > change.before_level
        -- what was tightened again since is no longer loose
        and change.before_level < (
            select coalesce(now.level, 4) from core.license_history as now
            where now.kind = change.kind and now.repo_key = change.repo_key and now.place = change.place and now.age = 1
        )
    qualify row_number() over (partition by kind, repo_key order by observed_at desc, place) = 1
),

-- what cannot be compared may have been loosened; where nothing was granted before, nothing was
unsure as (
    select *
    from core.license_history
    where before is not null and (level is null or before_level is null) and 'none' not in (before, says)
    qualify row_number() over (partition by kind, repo_key order by observed_at desc, place) = 1
),

known_since as (
    select kind, repo_key, min(seen_on) as first_on, count(*) filter (before is not null) as changes
    from core.license_history
    group by kind, repo_key
)

select
    license.repo_id,
    case when loosened.repo_key is not null then 'flagged' when unsure.repo_key is not null then 'unjudged' else 'passed' end  as verdict,
    case
        when loosened.repo_key is not null then
            if(loosened.place = 'tag', 'license ', loosened.place || ': ') || loosened.before || ' (level ' || loosened.before_level
            || ') on ' || loosened.before_on || ', ' || loosened.says || ' (level ' || loosened.level || ') on ' || loosened.seen_on
        when unsure.repo_key is not null then
            if(unsure.place = 'tag', 'license ', unsure.place || ': ') || unsure.before || ' on ' || unsure.before_on || ', '
            || unsure.says || ' on ' || unsure.seen_on || ': which of them limits more is not known'
        when known_since.changes > 0 then 'changed since ' || known_since.first_on || ', and not to a more permissive one'
        else coalesce('no change seen since ' || known_since.first_on, 'no license seen, so none that changed')
    end     as evidence,
    coalesce(repo.page_url, license.url)    as source_url,
    [license.repo_id]                       as path
from core.license
join core.repo on repo.kind = license.kind and repo.repo_key = license.repo_key
left join loosened on loosened.kind = license.kind and loosened.repo_key = license.repo_key
left join unsure on unsure.kind = license.kind and unsure.repo_key = license.repo_key
left join known_since on known_since.kind = license.kind and known_since.repo_key = license.repo_key
where license.kind = 'model'
