-- One row per license text and limit: of the license that the text is, or else read in the text by pattern.
with known as (
    select
        text.blob,
        regexp_extract(trim(part.item), '^\w+')     as restriction,
        any_value(license.evidence)                 as evidence
    from staging.license_text as text
    cross join unnest(text.license_ids) as each(license_id)
    join reference.license on license.id = each.license_id
    cross join unnest(string_split(license.restrictions, ';')) as part(item)
    group by all
),

limits as (
    select known.blob, known.restriction, known.evidence
    from known
    join reference.restriction using (restriction)
    where restriction.level < '4'
),

read_in_text as (
    select clause.blob, clause.restriction, clause.start, clause.quote
    from staging.license_clause as clause
    join core.text_license using (blob)
    where text_license.basis <> 'license'
)

select
    coalesce(limits.blob, read_in_text.blob)                                        as blob,
    coalesce(limits.restriction, read_in_text.restriction)                          as restriction,
    coalesce(clause.quote, read_in_text.quote, limits.evidence)                     as quote,
    coalesce(clause.start, read_in_text.start)                                      as start
from limits
full join read_in_text on read_in_text.blob = limits.blob and read_in_text.restriction = limits.restriction
left join staging.license_clause as clause on clause.blob = limits.blob and clause.restriction = limits.restriction
