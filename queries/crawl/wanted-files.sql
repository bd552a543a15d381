-- One row per file to ask the Hub for, because nobody has looked for it at this commit, in the order of asking.
-- $kinds: models, data sets or both; $runs: the walks of this run; $names, $owners: only these (null: all); $limit: how many
--
-- Requests are what is scarce: a free account may ask for 5,000 files in five minutes, and a night changes about
-- 4,700 models. So nothing is asked twice at a commit, nothing is asked that cannot be read, and the name of a
-- license file is guessed only where a license is at stake.
with latest as (
    -- the last word on a name; the rest of the row is read later, of this row only
    select kind, lower(repo_id) as repo_key, arg_max(rowid, (observed_at, crawl_id, outcome = 'found')) as row
    from raw.repo_log
    where list_contains($kinds::varchar[], kind)
        and ($names::varchar[] is null or list_contains($names, lower(repo_id)))
        and ($owners::varchar[] is null or list_contains($owners, split_part(lower(repo_id), '/', 1)))
    group by all
),

-- vanished, renamed away, gated, disabled: the Hub would not show a file
readable as (
    select
        latest.kind,
        latest.repo_key,
        log.repo_id,
        coalesce(log.hub_id, latest.repo_key)                               as key,
        log.sha,
        list_contains($runs::bigint[], log.crawl_id)                        as is_new,
        coalesce(list_contains(log.license, 'other'), false)                as is_custom,
        -- of a data set only terms of its own are at stake: its tag is all that most models rest on
        is_custom or latest.kind = 'model'
            and (coalesce(len(log.license), 0) > 0 or coalesce(len(log.base_model), 0) > 0)  as is_licensed,
        if(is_licensed, log.record ->> '$.cardData.license_link', null)     as link,
        if(is_licensed, log.record ->> '$.cardData.license_name', null)     as license_name
    from latest
    join raw.repo_log as log on log.rowid = latest.row
    where log.outcome = 'found' and log.sha is not null
        and coalesce(log.gated, 'false') = 'false' and not coalesce(log.is_disabled, false)
),

-- the answer on one repository names its files; a page of the Hub's list does not
listed as (
    select log.kind, lower(log.repo_id) as repo_key, log.sha, any_value(log.record ->> '$.siblings[*].rfilename') as files
    from raw.repo_log as log
    where log.shape = 'detail' and list_contains($kinds::varchar[], log.kind)
    group by all
),

seen as (
    select kind, lower(repo_id) as repo_key, commit, path, bool_or(outcome = 'absent') as is_absent
    from raw.text_seen
    where list_contains($kinds::varchar[], kind)
    group by all
),

named as (
    select
        readable.* exclude (link),
        listed.files,
        seen.is_absent as has_no_license,
        -- a link that points into the repository itself, as core.license_file reads it
        regexp_replace(link, '^(\./|https?://[^/]+/(datasets/)?' || repo_id || '/(blob|resolve|raw)/[^/]+/)', '') as link
    from readable
    left join listed
        on listed.kind = readable.kind and listed.repo_key = readable.repo_key and listed.sha = readable.sha
    left join seen
        on seen.kind = readable.kind and seen.repo_key = readable.repo_key and seen.commit = readable.sha
        and seen.path = 'LICENSE'
),

-- or into another repository
elsewhere as (
    select distinct
        if(target.datasets = '', 'model', 'dataset')    as kind,
        lower(target.repo_id)                           as repo_key,
        target.path
    from (
        select unnest([regexp_extract(link,
            '^https?://(?:huggingface\.co|hf\.co)/(datasets/)?([\w.-]+/[\w.-]+)/(?:blob|resolve|raw)/[^/]+/([^?#"]+)',
            ['datasets', 'repo_id', 'path'])]) as target
        from readable
        where link is not null
    )
    where target.path <> ''
),

asked as (
    select
        kind, repo_key, repo_id, key, sha, is_new,
        unnest(list_distinct(case
            when files is null then list_concat(
                ['README.md'],
                if(is_licensed, ['LICENSE'], []),
                -- the names that come next in use: for terms of one's own only, which must stand somewhere
                if(has_no_license and (is_custom or license_name is not null), ['LICENSE.md', 'LICENSE.txt'], []),
                if(link <> '' and not regexp_matches(link, '^/|[:?#"]'), [link], [])
            )
            else list_filter(files, lambda name: name = 'README.md' or name = link
                -- the patterns of core.license_file
                or regexp_full_match(name, '(?i)((model_)?licen[cs]e|copying|use_policy)([-_.][\w.-]*)?')
                    and not regexp_matches(name, '(?i)code|third|3rd')
            )
        end)) as path
    from named
    union
    select named.kind, named.repo_key, named.repo_id, named.key, named.sha, named.is_new, elsewhere.path
    from named
    join elsewhere on elsewhere.kind = named.kind and elsewhere.repo_key = named.repo_key
)

select
    asked.kind,
    asked.repo_id,
    asked.sha           as commit,
    asked.path
from asked
left join raw.popularity as popularity on popularity.kind = asked.kind and popularity.key = asked.key
where not exists (
    select 1 from seen
    where seen.kind = asked.kind and seen.repo_key = asked.repo_key
        and seen.commit = asked.sha and seen.path = asked.path
)
order by asked.is_new desc, popularity.downloads desc nulls last, asked.repo_key, asked.kind, asked.path <> 'README.md', asked.path
limit $limit
