-- One row per place where a model claims to be open source.
select
    license.repo_id,
    license.repo_key,
    'license-tag'                       as kind,
    'license: ' || license.tag          as quote,
    repo.page_url                       as url,
    null::integer                       as start
from core.license
join core.repo on repo.kind = license.kind and repo.repo_key = license.repo_key
-- what is declared is the claim, whatever the text says
where license.kind = 'model' and license.declared_basis in ('tag', 'name') and license.declared_osi = 'yes'
union all
select
    repo.repo_id,
    sentence.repo_key,
    'card-text',
    coalesce(sentence.quote, 'the card''s text calls it open source'),
    sentence.url,
    sentence.start
from core.sentence
join core.repo on repo.kind = 'model' and repo.repo_key = sentence.repo_key
where sentence.kind = 'model' and sentence.says_open and not sentence.says_open_of_other
