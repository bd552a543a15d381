-- One row per license that is known by an id: those of our own table, and the rest of the SPDX list.
with own as (
    select
        id,
        name,
        spdx_id,
        osi_approved,
        fsf_free,
        try_cast(level as integer)      as level,
        restrictions,
        evidence                        as clause,
        family,
        text_read = 'yes'               as is_read
    from reference.license
),

known as (
    select * from own
    union all
    select
        id,
        name,
        id,
        osi_approved,
        fsf_free,
        -- nobody here read its text: open only if the OSI or the FSF did and approved
        if('yes' in (osi_approved, fsf_free), 4, null),
        null,
        null,
        null,
        false
    from reference.spdx_license
    where lower(id) not in (select lower(spdx_id) from own where spdx_id is not null)
        and lower(id) not in (select id from own)
)

select
    *,
    -- equal for one license under several ids; "or later" is not told by a text, nor by most tags
    lower(regexp_replace(coalesce(spdx_id, name), '(-only|-or-later|\+)$', ''))  as same_key
from known
