-- One row per model and model upstream of it whose card nobody could read: what it says is not known.
select
    ancestry.model_key,
    ancestry.ancestor_key,
    coalesce(base.is_found, false)                          as is_found,
    coalesce(base.repo_id, ancestry.ancestor_key) || ': '
        || coalesce(base.card_outcome, if(base.is_found, 'card not fetched yet', 'not looked at yet'))  as reason,
    -- also unread it is known to be tuned from nothing
    coalesce(ancestry.ancestor_key in (
        select lower(hub_id) from reference.system where foundation = 'yes' and hub_id is not null
    ), false)                                               as is_known_foundation,
    base.card_url                                           as url
from core.ancestry
left join core.repo as base on base.kind = 'model' and base.repo_key = ancestry.ancestor_key
-- a system that is not on the Hub has no card
where not starts_with(ancestry.ancestor_key, 'system:')
    and coalesce(base.card_outcome, 'not fetched') not in ('found', 'absent')
