-- One row per license text and limit: of the license that the text is, or else read in the text by pattern. Of a text that
-- is no known license, conditions that limit no use are shown, too.
with said as (
    select
        license_text.blob,
        regexp_extract(trim(part.item), '^\w+')     as restriction,
        min(license_text.clause)                    as clause
    from core.license_text
    cross join unnest(string_split(license_text.restrictions, ';')) as part(item)
    group by all
)

select
    said.blob,
    said.restriction,
    coalesce(license_clause.quote, said.clause)     as quote,
    license_clause.start
from said
join core.text_license on text_license.blob = said.blob
left join reference.restriction on restriction.restriction = said.restriction
left join staging.license_clause on license_clause.blob = said.blob and license_clause.restriction = said.restriction
where restriction.level < '4' or (license_clause.blob is not null and text_license.basis <> 'license')
