-- One row per repository, place that speaks of its license, and license named there, each with its own result.
-- A text is set against what the tag, the name or else the card's words declare: it agrees, contradicts, settles what they
-- leave open, is a modified one of theirs, is unverified (a license that cannot be told), no-license, unread or absent.
with declared as (
    select * from core.declared_license where counts
),

strictest as (
    select * from declared where strictness = 1
),

-- what stands at a well-known address was not read: the address is as good as the license's name
addressed as (
    select
        known_license.id                            as address_id,
        'the address of ' || known_license.id || ', text not read'  as says,
        known_license.* exclude (id)
    from core.known_license
    semi join reference.license_address as address on address.license_id = known_license.id
),

found as (
    select
        license_file.kind,
        license_file.repo_id,
        license_file.repo_key,
        license_file.place,
        license_file.path,
        license_file.url,
        case
            when addressed.address_id is not null then 'address'
            when license_file.outcome = 'found' then coalesce(license_text.outcome, 'not-identified')
            else license_file.outcome
        end                                         as outcome,
        coalesce(license_text.is_license, addressed.address_id is not null)  as is_license,
        coalesce(license_text.license_id, addressed.address_id)  as license_id,
        coalesce(license_text.license_name, addressed.name)  as license_name,
        coalesce(license_text.same_key, addressed.same_key)  as same_key,
        coalesce(license_text.spdx_id, addressed.spdx_id, license_text.spdx)  as spdx_id,
        coalesce(license_text.level, addressed.level)  as level,
        if(license_file.place = 'gate', replace(license_text.says, 'a license of its own', 'terms of its own'),
            coalesce(license_text.says, addressed.says))  as says,
        coalesce(license_text.restrictions, addressed.restrictions)  as restrictions,
        coalesce(license_text.clause, addressed.clause)  as clause,
        coalesce(license_text.osi_approved, addressed.osi_approved)  as osi_approved,
        coalesce(license_text.family, addressed.family)  as family,
        license_text.similar_to,
        license_text.inserted,
        license_text.deleted,
        license_text.restriction,
        license_text.quote
    from core.license_file
    left join core.license_text on license_text.blob = license_file.blob and license_file.outcome = 'found'
    left join addressed on addressed.address_id = license_file.address_id
    -- the words of most gates tell no terms
    where license_file.place <> 'gate' or license_text.level < 4
),

same as (
    select distinct found.kind, found.repo_key, found.path
    from found
    join declared on declared.kind = found.kind and declared.repo_key = found.repo_key
    left join reference.license_family on license_family.id = declared.license_id
    where found.same_key = declared.same_key
        or regexp_full_match(lower(found.license_id), license_family.member)
),

compared as (
    select
        found.*,
        strictest.license_id                        as declared_id,
        strictest.level                             as declared_level,
        same.path is not null                       as is_same,
        case
            when found.outcome = 'absent' then 'absent'
            when found.says is null or found.outcome = 'too-large' then 'unread'
            when not found.is_license then 'no-license'
            when strictest.repo_key is null or strictest.level is null or strictest.is_unreliable
                then if(found.level is null, 'unverified', 'settles')
            when found.level < strictest.level and not (found.outcome = 'modified' and same.path is not null) then 'contradicts'
            when found.place in ('policy', 'gate') then 'agrees'
            when found.outcome = 'modified' and same.path is not null then 'modified'
            when found.outcome in ('similar', 'unknown') then 'unverified'
            when same.path is not null then 'agrees'
            else 'contradicts'
        end                                         as verdict
    from found
    left join strictest on strictest.kind = found.kind and strictest.repo_key = found.repo_key
    left join same on same.kind = found.kind and same.repo_key = found.repo_key and same.path = found.path
)

select
    kind,
    repo_id,
    repo_key,
    place,
    path                                            as source,
    license_id,
    license_name,
    same_key,
    spdx_id,
    level,
    outcome,
    coalesce(says, case outcome
        when 'not-fetched' then 'not fetched yet'
        when 'not-identified' then 'not identified yet'
        when 'elsewhere' then 'leads elsewhere, not read'
        else replace(outcome, '-', ' ')
    end)                                            as says,
    verdict,
    restrictions,
    clause,
    osi_approved,
    family,
    similar_to,
    inserted,
    deleted,
    restriction,
    quote,
    url
from compared
union all
select
    kind,
    repo_id,
    repo_key,
    if(basis = 'stated', 'prose', basis),
    value,
    license_id,
    license_name,
    same_key,
    spdx_id,
    level,
    case
        when license_id is null or basis = 'stated' then 'unknown'
        when level is null then 'undetermined'
        when is_unreliable then 'unreliable-name'
        else 'found'
    end,
    coalesce(value, 'a license of its own'),
    null,
    restrictions,
    clause,
    osi_approved,
    family,
    null,
    null,
    null,
    null,
    quote,
    url
from core.declared_license
