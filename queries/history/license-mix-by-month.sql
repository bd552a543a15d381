-- One row per month, kind and license: how many repositories the Hub showed at the month's end, most first.
-- $since, $until: the first and the last month; the last one counts up to $until
with stretch as (
    select
        kind,
        case
            when license is null then 'not told'
            when license = [] then 'none'
            else array_to_string(license, ', ')
        end     as license,
        valid_from,
        valid_to
    from history.timeline
    where is_there
),

step as (
    select kind, license, valid_from as moment, 1 as repos from stretch
    union all
    select kind, license, valid_to, -1 from stretch where valid_to is not null
),

monthly as (
    select date_trunc('month', moment at time zone 'UTC') as month, kind, license, sum(repos) as repos
    from step
    where moment <= $until
    group by all
),

-- a month without a change has its line, too
month as (
    select unnest(generate_series(
        min(month),
        least(date_trunc('month', $until::timestamptz at time zone 'UTC'), now() at time zone 'UTC'),
        interval 1 month
    )) as month
    from monthly
),

counted as (
    select
        month.month,
        series.kind,
        series.license,
        sum(coalesce(monthly.repos, 0)) over (
            partition by series.kind, series.license order by month.month
        )::bigint   as repos
    from month
    cross join (select distinct kind, license from monthly) as series
    left join monthly
        on monthly.month = month.month and monthly.kind = series.kind and monthly.license = series.license
)

select strftime(month, '%Y-%m') as month, kind, license, repos
from counted
where repos > 0
    and month >= date_trunc('month', $since::timestamptz at time zone 'UTC')
order by month, kind, repos desc, license
