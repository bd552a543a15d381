-- One row per repository that the Hub shows: the licence that counts, where it was read, and its level.
-- Strictest first: of several licences the most limiting one sets the level, and one without a level is never open.
with repo as (
    select * from core.repo where is_found
),

-- the first place that says anything: the Hub's reading of the card, else its tags, else our reading of the card's head
head_value as (
    select kind, repo_id, repo_key, 'head' as source, unnest(if(json_type(head -> 'license') = 'ARRAY',
        (head -> 'license')::json[], [head -> 'license'])) ->> '$' as value
    from repo
    where json_type(head -> 'license') in ('VARCHAR', 'ARRAY')
),

placed as (
    select kind, repo_key, source, value, value_key, case source when 'card' then 1 when 'tag' then 2 end as place
    from staging.license_value
    union all
    select kind, repo_key, source, trim(value), lower(trim(value)), 3 from head_value where trim(value) <> ''
),

first_place as (
    select distinct kind, repo_key, value, value_key
    from placed
    qualify rank() over (partition by kind, repo_key order by place) = 1
),

named as (
    select
        kind,
        repo_key,
        nullif(trim(coalesce(card ->> 'license_name', head ->> 'license_name')), '')  as name,
        nullif(trim(coalesce(card ->> 'license_link', head ->> 'license_link')), '')  as link
    from repo
),

-- a tag `other` is as good as its name; any other value is looked up as written, then under its other spellings
looked_up as (
    select
        first_place.kind,
        first_place.repo_key,
        first_place.value,
        first_place.value_key,
        case
            when first_place.value_key <> 'other' then coalesce(by_id.id, by_alias.license_id)
            when by_name.id is not null then by_name.id
            else coalesce(by_name_alias.license_id, by_plain_name.id, 'other')
        end                                                     as license_id,
        if(first_place.value_key = 'other' and named.name is not null, 'name', 'tag')  as basis
    from first_place
    left join named on named.kind = first_place.kind and named.repo_key = first_place.repo_key
    left join reference.license as by_id on by_id.id = first_place.value_key
    left join reference.license_alias as by_alias on by_alias.alias = first_place.value_key
    left join reference.license as by_name on by_name.id = 'other:' || lower(named.name)
    left join reference.license_alias as by_name_alias on by_name_alias.alias = lower(named.name)
    left join reference.license as by_plain_name on by_plain_name.id = lower(named.name)
),

prose as (
    select
        kind,
        repo_key,
        value                                   as license_id,
        if(value <> '', 'prose', 'stated')      as basis,
        quote,
        url
    from (select *, coalesce(value, '') as value from core.mention)
    where means in ('license-prose', 'license-stated')
    qualify row_number() over (
        partition by kind, repo_key order by place = 'card' desc, value <> '' desc, start
    ) = 1
),

candidate as (
    select kind, repo_key, license_id, value, basis, null as quote, null as url from looked_up
    union all
    -- words in the card count only where the metadata give no licence at all
    select kind, repo_key, nullif(license_id, ''), null, basis, quote, url
    from prose
    where not exists (
        select 1 from looked_up where looked_up.kind = prose.kind and looked_up.repo_key = prose.repo_key
    )
),

ranked as (
    select
        candidate.*,
        try_cast(license.level as integer)  as level,
        license.name                        as license_name,
        license.restrictions,
        license.evidence                    as clause,
        license.spdx_id,
        license.osi_approved,
        license.family,
        row_number() over (
            partition by candidate.kind, candidate.repo_key
            order by coalesce(try_cast(license.level as integer), 3), license.level is not null, candidate.license_id
        )                                   as strictness
    from candidate
    left join reference.license on license.id = candidate.license_id
)

select
    repo.kind,
    repo.repo_id,
    repo.repo_key,
    (
        select string_agg(value, ', ' order by value) from first_place
        where first_place.kind = repo.kind and first_place.repo_key = repo.repo_key
    )                                       as tag,
    named.name,
    named.link,
    ranked.license_id                       as effective,
    ranked.level,
    case
        when ranked.basis is not null then ranked.basis
        -- the card has a head that neither the Hub nor we can read: it may well name a licence
        when repo.head_outcome in ('broken', 'not-a-map') then 'unreadable'
        else 'none'
    end                                     as basis,
    ranked.license_name,
    ranked.restrictions,
    ranked.clause,
    ranked.spdx_id,
    ranked.osi_approved,
    ranked.family,
    ranked.quote,
    coalesce(ranked.url, repo.page_url)     as url
from repo
left join named on named.kind = repo.kind and named.repo_key = repo.repo_key
left join ranked on ranked.kind = repo.kind and ranked.repo_key = repo.repo_key and ranked.strictness = 1
