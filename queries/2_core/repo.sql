-- One row per repository that the Hub was asked for (renamed ids left out), with its card and how the look at it ended.
with card as (
    select
        file.kind,
        file.repo_key,
        file.blob,
        text_scan.head_outcome,
        text_scan.head,
        -- fetched, and nobody got through it yet: that is not a card which says nothing
        if(file.outcome = 'found' and coalesce(text_scan.head_outcome, 'unread') = 'unread', 'unread', file.outcome)  as outcome
    from staging.file
    left join staging.text_scan on text_scan.blob = file.blob
    where file.path = 'README.md'
),

gate_text as (
    select kind, repo_key, blob from staging.file where path = '(gate)'
)

select
    repo.kind,
    repo.repo_id,
    repo.repo_key,
    repo.outcome,
    repo.outcome = 'found'                                              as is_found,
    -- the Hub was asked and does not show it; the other outcomes mean that we could not look
    repo.outcome in ('missing-or-private', 'deleted')                   as is_gone,
    repo.is_disabled,
    repo.detail,
    repo.sha,
    repo.card,
    -- the Hub's reading of the card's head, else ours
    coalesce(repo.card, card.head)                                      as metadata,
    repo.tags,
    repo.files,
    repo.gate,
    repo.downloads,
    repo.observed_at,
    repo.page_url,
    repo.page_url || '/blob/' || coalesce(repo.sha, 'main') || '/README.md'  as card_url,
    case
        when repo.outcome <> 'found' then repo.outcome
        when card.outcome is not null then card.outcome
        when not list_contains(repo.files, 'README.md') then 'absent'
    end                                                                 as card_outcome,
    -- null: the card was read, or it was looked for and there is none
    case
        when repo.outcome = 'found' and card.outcome is null and not list_contains(repo.files, 'README.md') then null
        when repo.outcome <> 'found' then 'the card could not be read: ' || repo.outcome
        when card.outcome is null then 'the card could not be read: not fetched yet'
        when card.outcome not in ('found', 'absent') then 'the card could not be read: ' || card.outcome
    end                                                                 as card_problem,
    card.blob                                                           as card_blob,
    gate_text.blob                                                      as gate_blob,
    if(card.outcome = 'unread', 'broken', card.head_outcome)            as head_outcome,
    card.head,
    nullif(trim(coalesce(repo.card ->> 'license_name', card.head ->> 'license_name')), '')  as license_name,
    nullif(trim(coalesce(repo.card ->> 'license_link', card.head ->> 'license_link')), '')  as license_link
from staging.repo
left join card on card.kind = repo.kind and card.repo_key = repo.repo_key
left join gate_text on gate_text.kind = repo.kind and gate_text.repo_key = repo.repo_key
where repo.outcome <> 'renamed'
