-- title = "Open-source license text with words of its own"
-- severity = "high"
-- why = "A known name over changed terms: readers and tools take the license they know, and the added words bind."
-- fix = "Use the license unchanged, or give the changed one a name of its own (license: other with license_name and license_link)."

with changed as (
    select *
    from core.license_place
    where kind = 'model' and outcome = 'modified'
    qualify row_number() over (partition by repo_key order by level, source, license_id) = 1
),

-- a text that nobody read, or that is only similar to a known one, may be a modified one
unsure as (
    select kind, repo_key, string_agg(distinct source || ': ' || says, ', ' order by source || ': ' || says) as unsure
    from core.license_place
    where verdict = 'unread' or outcome = 'similar'
    group by kind, repo_key
)

select
    license.repo_id,
    case
        when changed.repo_key is not null then 'flagged'
        when unsure.unsure is not null then 'unjudged'
        else 'passed'
    end     as verdict,
    case
        when changed.repo_key is not null then
            changed.source || ' is ' || changed.says
            || if(len(changed.inserted) > 0, '; added: "' || array_to_string(changed.inserted, '", "') || '"', '')
            || if(len(changed.deleted) > 0, '; left out: "' || array_to_string(changed.deleted, '", "') || '"', '')
            || coalesce('; read by pattern as ' || changed.restriction || ': "' || changed.quote || '"', '')
            || '; level ' || changed.level || ' at most'
        when unsure.unsure is not null then unsure.unsure
        when license.open_text is not null then license.open_text || '; no modified text of a known license'
        else 'no modified text of a known license'
    end     as evidence,
    coalesce(changed.url, license.url)  as source_url,
    [license.repo_id]                   as path
from core.license
left join changed on changed.repo_key = license.repo_key
left join unsure on unsure.kind = license.kind and unsure.repo_key = license.repo_key
where license.kind = 'model'
