-- One row per repository and license that its metadata, or else its card's words, declare.
with repo as (
    select
        kind,
        repo_id,
        repo_key,
        page_url,
        head -> 'license'   as head_license,
        license_name        as name
    from core.repo
    where is_found
),

-- the first place that says anything: the Hub's reading of the card, else its tags, else our reading of the card's head
head_value as (
    select kind, repo_key, unnest(if(json_type(head_license) = 'ARRAY', head_license::json[], [head_license])) ->> '$' as value
    from repo
    where json_type(head_license) in ('VARCHAR', 'ARRAY')
),

placed as (
    select kind, repo_key, value, value_key, case source when 'card' then 1 when 'tag' then 2 end as place
    from staging.license_value
    union all
    select kind, repo_key, trim(value), lower(trim(value)), 3 from head_value where trim(value) <> ''
),

tag as (
    select distinct kind, repo_key, value, value_key
    from placed
    semi join repo using (kind, repo_key)
    qualify rank() over (partition by kind, repo_key order by place) = 1
),

-- a tag `other` is as good as its name
named as (
    select kind, repo_key, name as value
    from repo
    semi join (select kind, repo_key from tag where value_key = 'other') using (kind, repo_key)
    where name is not null
),

prose as (
    select kind, repo_key, nullif(value, '') as license_id, quote, url
    from core.mention
    where means in ('license-prose', 'license-stated')
    qualify row_number() over (
        partition by kind, repo_key order by place = 'card' desc, coalesce(value, '') <> '' desc, start
    ) = 1
),

-- an SPDX expression: one may choose the most open alternative, and of licenses that hold together the strictest counts
term as (
    select
        license_expression.expression,
        license_expression.alternative,
        license_spelling.license_id,
        known_license.level
    from reference.license_expression
    left join core.license_spelling on license_spelling.spelling = license_expression.license
    left join core.known_license on known_license.id = license_spelling.license_id
),

chosen as (
    select expression, alternative
    from term
    group by expression, alternative
    qualify row_number() over (
        partition by expression
        order by count(*) = count(license_id) desc, min(coalesce(level, 3)) desc, count(*) = count(level) desc, alternative
    ) = 1
),

spelled as (
    select spelling, license_id, is_unreliable from core.license_spelling
    union all
    select expression, license_id, false
    from term
    semi join chosen using (expression, alternative)
    anti join core.license_spelling on license_spelling.spelling = term.expression
),

declared as (
    select
        tag.kind,
        tag.repo_key,
        'tag'                                       as basis,
        tag.value,
        spelled.license_id,
        false                                       as is_unreliable,
        tag.value_key <> 'other' or named.value is null  as counts,
        null                                        as quote,
        null                                        as url
    from tag
    left join named on named.kind = tag.kind and named.repo_key = tag.repo_key
    left join spelled on spelled.spelling = tag.value_key
    union all
    select
        named.kind,
        named.repo_key,
        'name',
        named.value,
        coalesce(spelled.license_id, 'other'),
        coalesce(spelled.is_unreliable, false),
        true,
        null,
        null
    from named
    left join spelled on spelled.spelling = lower(named.value)
    union all
    -- words in the card count only where the metadata give no license at all
    select kind, repo_key, if(license_id is null, 'stated', 'prose'), license_id, license_id, false, true, quote, url
    from prose
    anti join tag using (kind, repo_key)
)

select
    repo.kind,
    repo.repo_id,
    repo.repo_key,
    declared.basis,
    declared.value,
    declared.license_id,
    declared.is_unreliable,
    declared.counts,
    known_license.level,
    known_license.name          as license_name,
    known_license.restrictions,
    known_license.clause,
    known_license.spdx_id,
    known_license.osi_approved,
    known_license.family,
    known_license.same_key,
    -- of several licenses the most limiting one counts, and one without a level is never open
    row_number() over (
        partition by repo.kind, repo.repo_key
        order by declared.counts desc, coalesce(known_license.level, 3), known_license.level is not null, declared.license_id
    )                           as strictness,
    count(*) filter (declared.counts) over (partition by repo.kind, repo.repo_key)  as declared_licenses,
    declared.quote,
    coalesce(declared.url, repo.page_url)  as url
from declared
join repo on repo.kind = declared.kind and repo.repo_key = declared.repo_key
left join core.known_license on known_license.id = declared.license_id
