-- One row per model and base model whose license is stricter than its own at a moment, and since when that is so.
-- $since: how late it may have begun at the earliest
-- $at: the moment
-- Without a level on both sides nothing is said: no license, `other` and unknown ones are not compared.
with stretch as (
    select * replace (coalesce(valid_to, 'infinity') as valid_to)
    from history.timeline
    where kind = 'model' and is_there and valid_from <= $at
),

bearer as (
    select lower(repo_id) as name, arg_max(key, valid_from) as key, max(valid_from) as borne_from
    from stretch
    group by name
),

-- a name leads to the repository that bears it, and after a renaming to the one that bore it last
base as (
    select lower(repo_id) as name, * from stretch
    union all
    select bearer.name, stretch.*
    from bearer
    join stretch on stretch.key = bearer.key and stretch.valid_from > bearer.borne_from
),

derived as (
    select *, lower(unnest(base_model)) as base_name from stretch
),

overlap as (
    select
        derived.key,
        derived.repo_id,
        derived.license,
        derived.license_level,
        base.repo_id                                                        as base_id,
        base.license                                                        as base_license,
        base.license_level                                                  as base_level,
        base.name,
        greatest(derived.valid_from, base.valid_from)                       as begins,
        least(derived.valid_to, base.valid_to)                              as ends,
        coalesce(derived.license_level > base.license_level, false)         as is_looser
    from derived
    join base
        on base.name = derived.base_name
        and base.key <> derived.key
        and base.valid_from < derived.valid_to
        and base.valid_to > derived.valid_from
),

followed as (
    select
        *,
        -- it goes on only where the overlap before was looser, too, and ended when this one begins
        not coalesce(is_looser and lag(is_looser) over own and lag(ends) over own = begins, false)  as is_new
    from overlap
    window own as (partition by key, name order by begins)
),

numbered as (
    select *, count(*) filter (is_new) over (partition by key, name order by begins) as run from followed
),

timed as (
    select *, min(begins) over (partition by key, name, run) as since from numbered
)

select
    repo_id,
    license,
    license_level   as level,
    base_id,
    base_license,
    base_level,
    since
from timed
where is_looser
    and begins <= $at
    and ends > $at
    and since >= $since
order by lower(repo_id), lower(base_id)
