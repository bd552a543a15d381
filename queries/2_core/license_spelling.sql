-- One row per way to write a license's id or name, in lower case. A name that is not reliable was seen for several licenses.
with spelled as (
    select id as spelling, id as license_id, 1 as place, false as is_unreliable from reference.license
    union all
    select substr(id, 7), id, 2, false from reference.license where starts_with(id, 'other:')
    union all
    select alias, license_id, 3, kind = 'unreliable-name' from reference.license_alias
    union all
    select lower(spdx_id), id, 4, false from core.known_license where spdx_id is not null
)

select
    spelling,
    arg_min(license_id, (place, license_id))    as license_id,
    bool_or(is_unreliable)                      as is_unreliable
from spelled
group by spelling
