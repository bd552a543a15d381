-- One row per repository and stretch of time between two changes seen: what the Hub said of it, and what before.
-- The other questions read it as history.timeline; it takes no parameter.
with log as (
    select
        kind,
        repo_id,
        lower(repo_id)                      as repo_key,
        -- an answer that shows no repository has no _id: it is about the last one seen under the name
        coalesce(hub_id, last_value(hub_id ignore nulls) over under_name, lower(repo_id))  as key,
        observed_at,
        crawl_id,
        outcome,
        outcome = 'found'                   as is_there,
        license,
        base_model,
        datasets,
        gated,
        is_disabled,
        sha
    from raw.repo_log
    -- the other outcomes are another id, or mean that we could not look
    where outcome in ('found', 'missing-or-private', 'deleted')
    window under_name as (
        partition by kind, lower(repo_id) order by observed_at, crawl_id
        rows between unbounded preceding and current row
    )
),

valued as (
    select license, lower(trim(unnest(license))) as value
    from (select distinct license from log where is_there)
),

-- the strictest of several licenses counts, and one without a level makes the whole unknown
leveled as (
    select
        valued.license,
        if(bool_and(license.level is not null), min(license.level::integer), null)  as license_level
    from valued
    left join reference.license_alias on license_alias.alias = valued.value
    left join reference.license on license.id = coalesce(license_alias.license_id, valued.value)
    group by valued.license
),

-- whoever is seen under a name next ends the stretch of the repository that had it, even if nobody saw that one go
ended as (
    select
        log.*,
        leveled.license_level,
        lead(observed_at) over (partition by kind, key order by observed_at, crawl_id)  as next_at,
        if(is_there, lead(observed_at) over same_name, null)                            as name_next_at
    from log
    left join leveled using (license)
    window same_name as (partition by kind, repo_key, is_there order by observed_at, crawl_id)
),

followed as (
    select
        * exclude (next_at, name_next_at),
        coalesce(lag(is_there and coalesce(name_next_at >= next_at, true)) over own, false)  as was_there,
        last_value(if(is_there, {
            'repo_id': repo_id,
            'seen_at': observed_at,
            'license': license,
            'license_level': license_level,
            'gated': gated
        }, null) ignore nulls) over (own rows between unbounded preceding and 1 preceding)   as before,
        name_next_at
    from ended
    window own as (partition by kind, key order by observed_at, crawl_id)
)

select
    kind,
    repo_id,
    key,
    observed_at                             as valid_from,
    -- null: still so
    least(lead(observed_at) over (partition by kind, key order by observed_at, crawl_id), name_next_at)  as valid_to,
    outcome,
    is_there,
    was_there,
    license,
    license_level,
    base_model,
    datasets,
    gated,
    is_disabled,
    sha,
    before
from followed
-- looking again at what is gone is no change
where is_there or was_there
order by kind, lower(repo_id), valid_from, key
