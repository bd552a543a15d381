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
    stated.repo_key,
    'card-text',
    coalesce(stated.quote, 'the card''s text calls it open source'),
    stated.url,
    stated.start
from core.card_statement as stated
join core.repo on repo.kind = stated.kind and repo.repo_key = stated.repo_key
where stated.kind = 'model' and stated.statement = 'open-source'
