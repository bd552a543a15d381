-- title = "Card says open source, license limits use"
-- severity = "high"
-- why = "An open-source license limits no use. A license with a use policy, a user cap or a research clause is something else, whatever the card says."
-- fix = "Say \"open weights\" or name the license in the card, or release under an open-source license."

select
    model.repo_id,
    case
        when claim.repo_key is not null and own.level < 4 then 'flagged'
        when claim.repo_key is not null and own.level is null then 'unjudged'
        when claim.repo_key is null and repo.card_problem is not null then 'unjudged'
        else 'passed'
    end     as verdict,
    case
        when claim.repo_key is not null and own.level < 4
            then '"' || coalesce(claim.quote, 'the card claims to be open source') || '" - license ' || coalesce(own.text_path || ' is ' || own.text_says, own.effective) || ' (level '
                || own.level || '): ' || replace(coalesce(own.restrictions, ''), ';', '; ')
        when claim.repo_key is not null and own.level is null then 'the card claims to be open source; its license is undetermined'
        when claim.repo_key is null and repo.card_problem is not null then repo.card_problem
        when claim.repo_key is null then 'the card makes no such claim'
        else 'the license supports the claim'
    end     as evidence,
    coalesce(claim.url, repo.card_url)  as source_url,
    [model.repo_id]                     as path
from core.model
join core.repo on repo.kind = 'model' and repo.repo_key = model.repo_key
join core.license as own on own.kind = 'model' and own.repo_key = model.repo_key
left join core.open_claim as claim on claim.repo_key = model.repo_key
