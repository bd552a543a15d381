-- The statements of an import, by name. `staged` holds the file's rows, `listed` one row per repository.

-- step: lines
create or replace temp table line as
select line, try_cast(line as json) as doc
from (select unnest(string_split($text, chr(10))) as line)
where trim(line, chr(9) || chr(13) || ' ') <> ''

-- step: given
-- A line is the record itself, or an object of record and readme. Types first: each look at JSON reads it all.
select
    if(is_wrapped, doc -> 'record', doc)                                            as record,
    if(is_wrapped and types[3] = 'VARCHAR', doc ->> 'readme', null)                 as readme
from (
    select doc, types, coalesce(types[1] = 'OBJECT' and types[2] is null, false)    as is_wrapped
    from (select doc, json_type(doc, ['$.record', '$.id', '$.readme']) as types from line)
)

-- step: mended
insert into line
select line, coalesce(try_cast(line as json), to_json(line)) from (select unnest($lines) as line)

-- step: addressed
select
    row.*,
    coalesce($api || replace(url_encode(repo_id), '%2F', '/'), $source)         as url,
    $page || replace(url_encode(repo_id), '%2F', '/')                           as page_url
from ({rows}) as row

-- step: newest
-- a commit can be dated into the future; a list cannot
select epoch(max(moment))
from (select try_cast(record ->> 'lastModified' as timestamptz) as moment from staged)
where moment <= now()

-- step: first
-- a file may show a repository twice: the first line counts
create or replace temp table first as
select min(rowid) as row from staged where repo_id is not null group by key

-- step: moment
create or replace temp table moment as select $observed_at::timestamptz as observed_at

-- step: listed
create or replace temp view listed as
select
    row.* exclude (readme, page_url),
    (select observed_at from moment)            as observed_at
from staged as row
where row.repo_id is null or row.rowid in (select row from first)

-- step: gone
-- A record without an _id is told by its name. A name that another repository took was free before.
insert into store.raw.repo_log by name
with named as (
    select distinct lower(repo_id) as name from listed where repo_id is not null
)

select
    $crawl_id                                                                       as crawl_id,
    $observed_at::timestamptz - to_microseconds(if(named.name is null, 0, 1))       as observed_at,
    $kind                                                                           as kind,
    last.repo_id,
    last.hub_id,
    'missing-or-private'                                                            as outcome,
    md5('missing-or-private')                                                       as change_hash,
    $api || replace(url_encode(last.repo_id), '%2F', '/')                           as url
from last
left join named on named.name = lower(last.repo_id)
where last.outcome = 'found'
    and last.key not in (select key from listed where repo_id is not null)
    and (last.hub_id is not null or named.name is null)

-- step: still
-- What was so before this moment, and again at a later look that logged nothing because nothing had changed
-- by then, is logged for that look now: else this run's news would seem to last.
insert into store.raw.repo_log by name
with logged as (
    select *, coalesce(hub_id, lower(repo_id)) as key
    from store.raw.repo_log
    where kind = $kind and outcome <> 'renamed'
),

news as (
    select distinct key from logged where crawl_id = $crawl_id and observed_at <= $observed_at
    except
    select key from logged where observed_at > $observed_at
),

before as (
    select logged.*
    from logged
    join news on news.key = logged.key
    where logged.observed_at <= $observed_at and logged.crawl_id <> $crawl_id
    qualify row_number() over (
        partition by logged.key order by logged.observed_at desc, logged.crawl_id desc
    ) = 1
)

select before.* exclude (key) replace ($crawl_id as crawl_id, checked.checked_at as observed_at)
from before
join store.raw.repo_check as checked
    on checked.kind = before.kind and checked.repo_key = lower(before.repo_id)
where checked.checked_at > $observed_at

-- step: cards
-- The Hub's own words where a dump found no card. No sha: the dump does not tell the commit.
create or replace temp table card as
select
    row.rowid                                                                   as row,
    row.kind,
    row.repo_id,
    coalesce(row.sha, 'main')                                                   as commit,
    row.page_url,
    if(row.readme like 'Error: the path %' and not contains(row.readme, chr(10)), row.readme, null)  as refusal,
    if(refusal is null, sha1('blob ' || strlen(row.readme) || chr(0) || row.readme), null)           as blob
from staged as row
where row.readme is not null and row.rowid in (select row from first)

-- step: texts
insert into store.raw.text
with new as (
    select blob, min(row) as row
    from card
    where blob is not null and blob not in (select blob from store.raw.text)
    group by blob
)

select
    new.blob,
    strlen(row.readme),
    if(starts_with(row.readme, chr(65279)), 'utf-8-sig', 'utf-8'),
    if(starts_with(row.readme, chr(65279)), substr(row.readme, 2), row.readme)
from new
join staged as row on row.rowid = new.row

-- step: texts_seen
insert into store.raw.text_seen
with last as (
    select kind, lower(repo_id) as repo_key, arg_max([commit, outcome, blob], observed_at) as seen
    from store.raw.text_seen
    where path = 'README.md' and observed_at <= $observed_at
    group by all
),

seen as (
    select *, if(blob is null, 'absent', 'found') as outcome from card
)

select
    $observed_at::timestamptz, seen.kind, seen.repo_id, seen.commit, 'README.md', seen.outcome, seen.blob,
    seen.page_url || '/resolve/' || seen.commit || '/README.md', coalesce(seen.refusal, '')
from seen
left join last on last.kind = seen.kind and last.repo_key = lower(seen.repo_id)
where last.seen is distinct from [seen.commit, seen.outcome, seen.blob]

-- step: counts
select count(*) filter (repo_id is not null), count(*) filter (repo_id is null) from staged

-- step: end
-- an import vouches for no list: it has no watermark, and its moment is its end
update store.raw.crawl
set finished_at = $1, requests = 0, records = $2, outcome = $3
where crawl_id = $4
