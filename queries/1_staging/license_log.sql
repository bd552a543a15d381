-- One row per repository and time that the Hub told its licenses.
select
    kind,
    hub_id,
    lower(repo_id)                                          as repo_key,
    observed_at,
    license                                                 as licenses,
    if(list_contains(license, 'other'), nullif(trim(record -> 'cardData' ->> 'license_name'), ''), null)  as name
from raw.repo_log
where outcome = 'found' and license is not null
