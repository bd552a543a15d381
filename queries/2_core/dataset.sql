-- One row per data set that a model names: what its terms allow, and those of all that it was made from.
with recursive source as (
    select dataset_ref, source_ref
    from core.dataset_edge
    union
    select source.dataset_ref, edge.source_ref
    from source
    join core.dataset_edge as edge on edge.dataset_ref = source.source_ref
),

-- terms travel down; that the source is gone, or names no license, takes nothing from what was made of it
passed_on as (
    select
        source.dataset_ref,
        terms.name,
        terms.basis,
        terms.url,
        terms.restrictions,
        if(terms.level = 1 or (terms.level = 3 and terms.is_unlicensed), 4, terms.level)  as level
    from source
    join core.dataset_terms as terms on terms.dataset_ref = source.source_ref
),

strictest as (
    select
        dataset_ref,
        bool_or(level is null)                                      as is_open,
        min(level)                                                  as level,
        arg_min(struct_pack(name, basis, url), (level, name))       as source,
        min_by(name || ': ' || basis, name) filter (level is null)  as open_question,
        nullif(array_to_string(list_sort(list_distinct(flatten(list(string_split(restrictions, ';'))))), ';'), '')  as restrictions
    from passed_on
    group by dataset_ref
)

select
    terms.* exclude (is_unlicensed) replace (
        concat_ws(';', nullif(terms.restrictions, ''), strictest.restrictions)  as restrictions,
        case
            when strictest.level < terms.level then strictest.level
            when strictest.is_open and terms.level > 2 then null
            else terms.level
        end                                                         as level,
        case
            when strictest.level < terms.level then 'made from ' || strictest.source.name || ': ' || strictest.source.basis
            when strictest.is_open and terms.level > 2 then 'made from ' || strictest.open_question
            else terms.basis
        end                                                         as basis,
        if(strictest.level < terms.level, strictest.source.url, terms.url)  as url
    )
from core.dataset_terms as terms
left join strictest on strictest.dataset_ref = terms.dataset_ref
where terms.dataset_ref in (select dataset_ref from core.dataset_use)
