-- One row per data set that a model names, or that such a one was made from: what its own terms allow, by what is
-- known of it, else by its repository. What it was made from comes in core.dataset.
with recursive source as (
    select source_ref
    from core.dataset_edge
    where dataset_ref in (select dataset_ref from core.dataset_use)
    union
    select edge.source_ref
    from source
    join core.dataset_edge as edge on edge.dataset_ref = source.source_ref
),

used as (
    select dataset_ref from core.dataset_use
    union
    select source_ref from source
),

-- where it may live: under its id of today, or one of those by which it is well known
place as (
    select dataset_ref, substr(dataset_ref, 5) as repo_key from used where starts_with(dataset_ref, 'hub:')
    union
    select 'known:' || id, lower(trim(unnest(string_split(hub_ids, ';')))) from reference.dataset
),

-- terms that the data set's own card states
stated as (
    select
        repo_key,
        string_agg(distinct means, ';' order by means)  as means,
        arg_min(quote, (start, quote))                  as quote,
        arg_min(url, start)                             as url
    from core.mention
    where kind = 'dataset' and place = 'card'
        and means in ('terms-noncommercial', 'terms-research-only', 'terms-competitive')
    group by repo_key
),

joined as (
    select
        used.dataset_ref,
        coalesce(known.name, repo.repo_id, substr(used.dataset_ref, instr(used.dataset_ref, ':') + 1))  as name,
        repo.repo_key,
        known.id                                            as known_id,
        try_cast(known.level as integer)                    as known_level,
        known.terms,
        known.restrictions                                  as known_restrictions,
        known.generated_by,
        known.source_url,
        repo.outcome,
        repo.is_found,
        repo.is_gone,
        repo.is_disabled,
        repo.gate,
        repo.page_url,
        license.effective,
        license.tag                                         as license_tag,
        license.level                                       as license_level,
        license.restrictions                                as license_restrictions,
        stated.means                                        as stated_terms,
        stated.quote                                        as stated_quote,
        stated.url                                          as stated_url,
        exists (
            select 1 from core.mention
            where mention.kind = 'dataset' and mention.repo_key = repo.repo_key
                and mention.place = 'gate' and mention.means = 'gate-strict'
        )                                                   as is_strictly_gated
    from used
    left join reference.dataset as known on used.dataset_ref = 'known:' || known.id
    left join place on place.dataset_ref = used.dataset_ref
    left join core.repo on repo.kind = 'dataset' and repo.repo_key = place.repo_key
    left join core.license on license.kind = 'dataset' and license.repo_key = repo.repo_key
    left join stated on stated.repo_key = repo.repo_key
    qualify row_number() over (partition by used.dataset_ref order by repo.is_found desc nulls last, repo.repo_key) = 1
)

select
    dataset_ref,
    name,
    repo_key,
    known_id,
    outcome,
    coalesce(is_gone, false) and known_id is null           as is_gone,
    gate,
    known_level is null and license_level is null and coalesce(is_found, false)  as is_unlicensed,
    license_tag,
    effective                                               as license,
    generated_by,
    coalesce(stated_terms, '')                              as stated_terms,
    concat_ws(';', nullif(known_restrictions, ''), if(known_id is null, nullif(license_restrictions, ''), null),
        nullif(replace(coalesce(stated_terms, ''), 'terms-', ''), ''))  as restrictions,
    case
        when known_level is not null then known_level
        when is_gone or is_disabled then 1
        when not coalesce(is_found, false) then null
        else least(
            coalesce(license_level, 3),
            if(gate in ('auto', 'manual'), 3, 4),
            if(is_strictly_gated, 2, 4),
            if(stated_terms is not null, 2, 4)
        )
    end                                                     as level,
    case
        when known_level is not null then 'known terms: ' || rtrim(terms, '.')
        when is_gone then 'not obtainable: the Hub does not show it (missing or private)'
        when is_disabled then 'not obtainable: disabled by the Hub'
        when starts_with(dataset_ref, 'text:') then 'named in words only: no id to look up'
        when not coalesce(is_found, false) then 'could not look: ' || coalesce(outcome, 'not fetched yet')
        when stated_terms is not null then 'its card states ' || replace(stated_terms, 'terms-', '')
        when gate in ('auto', 'manual') then 'gated, license ' || coalesce(license_tag, 'none')
        when license_level is null then 'no clear license (' || coalesce(license_tag, effective, 'none') || '), publicly downloadable'
        else 'license ' || coalesce(license_tag, effective)
    end                                                     as basis,
    stated_quote,
    coalesce(source_url, stated_url, page_url)              as url
from joined
