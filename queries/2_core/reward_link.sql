-- One row per model and reward model on the Hub that its card links.
select
    sentence.repo_key           as model_key,
    link.repo_id                as reward_id,
    coalesce(identity.repo_key, link.repo_key)  as reward_key,
    sentence.quote,
    sentence.url
from core.sentence
join core.repo on repo.kind = 'model' and repo.repo_key = sentence.repo_key
join staging.link on link.blob = repo.card_blob and link.start = sentence.start and link.repo_kind = 'model'
left join core.identity on identity.kind = 'model' and identity.written_key = link.repo_key
where sentence.kind = 'model'
    and not sentence.under_evaluation and not sentence.says_evaluation
    -- its own name or the link's words say what it is
    and (regexp_matches(link.repo_key, '(^|[-_/.])(rm|reward)([-_.0-9]|$)') or regexp_matches(link.label, '(?i)\breward model'))
    and coalesce(identity.repo_key, link.repo_key) <> sentence.repo_key
    and not regexp_matches(sentence.repo_key, '(^|[-_/.])(rm|reward)([-_.0-9]|$)')
qualify row_number() over (
    partition by sentence.repo_key, coalesce(identity.repo_key, link.repo_key) order by sentence.start, link.repo_id
) = 1
