-- One row per repository that the Hub shows: the license that counts, where it was read, and its level.
-- The text beats the tag where it is stricter, or where the tag names none; of several licenses the strictest counts.
with tag as (
    select kind, repo_key, string_agg(value, ', ' order by value) as tag
    from core.declared_license
    where basis = 'tag'
    group by kind, repo_key
),

declared as (
    select * from core.declared_license where counts and strictness = 1
),

text as (
    select *
    from core.license_place
    where verdict is not null and level is not null
    qualify row_number() over (
        partition by kind, repo_key order by level, place = 'policy', place = 'link' desc, source, license_id
    ) = 1
),

open_text as (
    select
        kind,
        repo_key,
        string_agg(distinct source || ': ' || says, ', ' order by source || ': ' || says)  as open_text,
        -- the worst of what is open: not read, read and not told, no license at all
        max_by(verdict, list_position(['no-license', 'unverified', 'unread'], verdict))  as open_verdict
    from core.license_place
    where verdict in ('no-license', 'unverified', 'unread')
    group by kind, repo_key
),

decided as (
    select
        repo.kind,
        repo.repo_id,
        repo.repo_key,
        repo.page_url,
        repo.license_name                                           as name,
        repo.license_link                                           as link,
        -- the card has a head that neither the Hub nor we can read: it may well name a license
        declared.basis is null and repo.head_outcome in ('broken', 'not-a-map')  as is_unreadable,
        coalesce(case
            when declared.level is not null then text.level < declared.level or (declared.is_unreliable and text.level is not null)
            -- an open text tells nothing of a second license that the tag names and nobody knows
            else text.level < 4 or (text.level = 4 and coalesce(declared.declared_licenses, 0) < 2)
        end, false)                                                 as is_by_text
    from core.repo
    left join declared on declared.kind = repo.kind and declared.repo_key = repo.repo_key
    left join text on text.kind = repo.kind and text.repo_key = repo.repo_key
    where repo.is_found
)

select
    decided.kind,
    decided.repo_id,
    decided.repo_key,
    tag.tag,
    decided.name,
    decided.link,
    case
        when decided.is_unreadable then null
        -- a text of its own has no id
        when decided.is_by_text then coalesce(text.license_id, 'other')
        else declared.license_id
    end                                                             as effective,
    case
        when decided.is_unreadable then null
        when decided.is_by_text then text.level
        else declared.level
    end                                                             as level,
    case
        when decided.is_unreadable then 'unreadable'
        when decided.is_by_text then 'text'
        else coalesce(declared.basis, 'none')
    end                                                             as basis,
    if(decided.is_by_text, text.source, null)                       as text_path,
    if(decided.is_by_text, text.says, null)                         as text_says,
    open_text.open_text,
    open_text.open_verdict,
    declared.license_id                                             as declared,
    declared.level                                                  as declared_level,
    coalesce(declared.basis, 'none')                                as declared_basis,
    declared.osi_approved                                           as declared_osi,
    declared.same_key                                               as declared_key,
    declared.is_unreliable,
    declared.declared_licenses,
    if(decided.is_by_text, text.license_name, declared.license_name)  as license_name,
    if(decided.is_by_text, text.restrictions, declared.restrictions)  as restrictions,
    if(decided.is_by_text, coalesce(text.clause, text.quote), declared.clause)  as clause,
    if(decided.is_by_text, text.same_key, declared.same_key)        as same_key,
    if(decided.is_by_text, text.spdx_id, declared.spdx_id)          as spdx_id,
    if(decided.is_by_text, text.osi_approved, declared.osi_approved)  as osi_approved,
    if(decided.is_by_text, text.family, declared.family)            as family,
    if(decided.is_by_text, text.quote, declared.quote)              as quote,
    if(decided.is_by_text, text.url, coalesce(declared.url, decided.page_url))  as url
from decided
left join tag on tag.kind = decided.kind and tag.repo_key = decided.repo_key
left join declared on declared.kind = decided.kind and declared.repo_key = decided.repo_key
left join text on text.kind = decided.kind and text.repo_key = decided.repo_key
left join open_text on open_text.kind = decided.kind and open_text.repo_key = decided.repo_key
