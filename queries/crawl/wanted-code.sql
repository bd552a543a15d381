-- One row per code repository to ask its host for, the oldest look first: those that cards of models link as their code.
-- $phrases: what speaks of such code in the same sentence; $releases: anywhere in the card; $known: repositories
-- that hold it; $before: looks from before are old; $names, $owners: only their cards (null: all); $limit: how many
--
-- A little more than core.wanted_code: a crawl has no tables, and one answer too many does no harm.
with card as (
    select distinct blob
    from raw.text_seen
    where kind = 'model' and path = 'README.md' and blob is not null
        and ($names::varchar[] is null or list_contains($names, lower(repo_id)))
        and ($owners::varchar[] is null or list_contains($owners, split_part(lower(repo_id), '/', 1)))
),

spoken as (
    select distinct blob, start
    from raw.mention
    where source = 'phrase' and list_contains($phrases::varchar[], key)
),

releasing as (
    select distinct blob
    from raw.mention
    where source = 'phrase' and list_contains($releases::varchar[], key)
),

linked as (
    select link.code_repo, count(distinct link.blob) as cards
    from raw.link as link
    semi join card on card.blob = link.blob
    left join spoken on spoken.blob = link.blob and spoken.start = link.start
    where starts_with(link.code_repo, 'github.com/') and (
        spoken.blob is not null
        or link.blob in (select blob from releasing)
        or list_contains($known::varchar[], link.code_repo)
        -- the patterns of core.code_link
        or regexp_matches(link.url, '(?i)/(?:blob|tree)/[^/]+/.*(train|fine-?tun|data)')
        or regexp_matches(link.code_repo, '(?i)(train|data-prep|finetune)[^/]*$')
    )
    group by link.code_repo
)

select linked.code_repo
from linked
left join raw.code_repo as looked on looked.host || '/' || looked.repo = linked.code_repo
where looked.looked_at is null or looked.looked_at < $before
order by looked.looked_at nulls first, linked.cards desc, linked.code_repo
limit $limit
